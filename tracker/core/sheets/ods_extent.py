"""How far the sheets of an ODS workbook reach, before it is loaded: one cell may stand for a million.

On the way it notes what the loader does not tell: which cells are merged, and which hold an error.
"""

import re
from html import unescape

from tracker.core.sheets.archives import BROKEN, Archive
from tracker.core.sheets.grid import UNSOLVED, Extent, Merge, Patience, SheetError

_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')
_FILLED = re.compile(rb"\soffice:(?:value|value-type|string-value|date-value|boolean-value|time-value)=")
_NAME = re.compile(rb'table:name="([^"]*)"')
_SPANNED = re.compile(rb'table:number-(rows|columns)-spanned="(\d{1,7})"')
_ERROR_TEXT = re.compile(rb"\s*<text:p[^<>]*>([^<]{1,20})<")
_LONGEST = 2 * 1024 * 1024

Errors = dict[str, dict[tuple[int, int], str]]


class _Walk:
    """Where in which sheet the walk through the file is, and what it found."""

    def __init__(self) -> None:
        self.errors: Errors = {}
        self.merged: dict[str, list[Merge]] = {}
        self._begin("")

    def _begin(self, name: str) -> None:
        self._sheet, self._extent = name, Extent()
        self._row, self._column, self._times = 0, 0, 0

    def take(self, tag: re.Match[bytes], buffer: bytes) -> None:
        """Go on to the next tag; raises SheetError when the sheet is too large."""
        if tag[1] == b"table":
            name = _NAME.search(tag[2])
            self._begin(unescape(name[1].decode("utf-8", "replace")) if name else "")
            return
        repeated = _REPEATED.search(tag[2])
        count = int(repeated[1]) if repeated else 1
        if tag[1] == b"table-row":
            self._row, self._column, self._times = self._row + self._times, 0, count
            return
        if b"-spanned=" in tag[2]:
            self._note_merge(tag[2])
        if b'"error"' in tag[2]:
            text = _ERROR_TEXT.match(buffer, tag.end())
            at = self._row + 1, self._column + 1
            self.errors.setdefault(self._sheet, {})[at] = text[1].decode("utf-8", "replace") if text else "#ERROR!"
        elif b"table:formula=" in tag[2] and not _FILLED.search(tag[2]):
            self.errors.setdefault(self._sheet, {})[self._row + 1, self._column + 1] = UNSOLVED
        self._column += count
        if _FILLED.search(tag[2]):
            self._extent.reach(self._row + self._times, self._column)

    def _note_merge(self, tag: bytes) -> None:
        spans = {found[1]: int(found[2]) for found in _SPANNED.finditer(tag)}
        rows, columns = spans.get(b"rows", 1), spans.get(b"columns", 1)
        if rows > 1 or columns > 1:
            merge = Merge(self._row + 1, self._column, self._row + rows, self._column + columns - 1)
            self.merged.setdefault(self._sheet, []).append(merge)


def measure(archive: Archive, patience: Patience) -> tuple[Errors, dict[str, tuple[Merge, ...]]]:
    """Look at every sheet: cells with an error and merged cells, by sheet; raises SheetError for giants."""
    walk = _Walk()
    rest = b""
    for piece in archive.pieces("content.xml"):
        patience.check()
        rest += piece
        # The text of an error follows its cell: what is behind the last tag but one waits for more.
        cut = rest.rfind(b"<table:", 0, max(rest.rfind(b"<table:"), 0))
        if cut > 0:
            for tag in _TAG.finditer(rest, 0, cut):
                walk.take(tag, rest)
            rest = rest[cut:]
        if len(rest) > _LONGEST:
            raise SheetError(BROKEN)
    for tag in _TAG.finditer(rest):
        walk.take(tag, rest)
    return walk.errors, {name: tuple(merged) for name, merged in walk.merged.items()}
