"""How far the sheets of an ODS workbook reach, before it is loaded: one cell may stand for a million."""

import re

from tracker.core.sheets.archives import BROKEN, Archive
from tracker.core.sheets.grid import Extent, SheetError

_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')
_FILLED = re.compile(rb"\soffice:(?:value|value-type|string-value|date-value|boolean-value|time-value)=")
_LONGEST = 2 * 1024 * 1024


def measure(archive: Archive) -> None:
    """Look at every sheet; raises SheetError for giants."""
    extent, row, column, times = Extent(), 0, 0, 0
    rest = b""
    for piece in archive.pieces("content.xml"):
        rest += piece
        end = 0
        for tag in _TAG.finditer(rest):
            end = tag.end()
            repeated = _REPEATED.search(tag[2])
            count = int(repeated[1]) if repeated else 1
            if tag[1] == b"table":
                extent, row, column, times = Extent(), 0, 0, 0
            elif tag[1] == b"table-row":
                row, column, times = row + times, 0, count
            else:
                column += count
                if _FILLED.search(tag[2]):
                    extent.reach(row + times, column)
        rest = rest[max(end, rest.rfind(b"<")) :]
        if len(rest) > _LONGEST:
            raise SheetError(BROKEN)
