"""How far a sheet of an XLSX workbook reaches, and which of its cells hold an error, before it is loaded.

The loader gives a sheet all the room between its corners: one cell in the far corner would cost gigabytes. It
also hands back cells such as #REF! as empty ones; here their text is kept.
"""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import lru_cache

from tracker.core.sheets.archives import BROKEN, Archive
from tracker.core.sheets.grid import Extent, SheetError

_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_AT = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")
_ERROR = re.compile(rb"""(?:^|\s)t\s*=\s*["']e["']""")
#: Letters and number of a cell with something in it.
_FILLED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Za-z]{1,3})(\d{1,9})["'](?:[^<>]*[^<>/])?>(?!</)"""
)
_UNPLACED = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?![^<>]*?\sr\s*=\s*["'][A-Za-z]{1,3}\d)""")
_ERROR_TEXT = re.compile(rb"<(?:\w+:)?v[^<>]*>([^<]{1,20})<")
#: No honest cell is longer; without a bound a text without end would be copied again and again.
_LONGEST = 2 * 1024 * 1024


def part_of_sheet(archive: Archive, name: str) -> str:
    """The part of the workbook that holds the sheet; raises SheetError when the workbook is broken."""
    try:
        book = ET.fromstring(archive.whole("xl/workbook.xml"))
        links = ET.fromstring(archive.whole("xl/_rels/workbook.xml.rels"))
    except ET.ParseError as error:
        raise SheetError(BROKEN) from error
    sheets = [s.attrib for s in book.iter() if s.tag.endswith("}sheet") and s.get("name") == name]
    wanted = {value for sheet in sheets[:1] for key, value in sheet.items() if key.endswith("}id")}
    for link in links.iter():
        if link.get("Id") in wanted:
            part = posixpath.normpath(posixpath.join("xl", link.get("Target", ""))).lstrip("/")
            if part in archive:
                return part
    raise SheetError(BROKEN)


def measure(archive: Archive, part: str) -> dict[tuple[int, int], str]:
    """Cells of a sheet that hold an error, by (row, column) counted from 1; raises SheetError for giants."""
    errors: dict[tuple[int, int], str] = {}
    extent = Extent()
    for buffer in _whole_tags(archive.pieces(part)):
        if _UNPLACED.search(buffer):
            return _measure_unplaced(archive, part)
        if _ERROR.search(buffer):
            _walk(buffer, extent, errors, (0, 0))
            continue
        # Two million cells one by one would take too long, so that each place is looked at once.
        filled = _FILLED.findall(buffer)
        for row in {row for _, row in filled}:
            extent.reach(int(row), 1)
        for letters in {letters for letters, _ in filled}:
            extent.reach(1, _column(letters))
    return errors


def _measure_unplaced(archive: Archive, part: str) -> dict[tuple[int, int], str]:
    """The same for a sheet whose cells do not say where they are: each is right of the one before."""
    errors: dict[tuple[int, int], str] = {}
    extent, at = Extent(), (0, 0)
    for buffer in _whole_tags(archive.pieces(part)):
        at = _walk(buffer, extent, errors, at)
    return errors


def _walk(
    buffer: bytes, extent: Extent, errors: dict[tuple[int, int], str], start: tuple[int, int]
) -> tuple[int, int]:
    """Cell by cell from the place `start` on; where it ends."""
    row, column = start
    for tag in _TAG.finditer(buffer):
        at = _AT.search(tag[2])
        if tag[1] == b"row":
            row, column = int(at[2]) if at else row + 1, 0
            continue
        if at:
            column, row = _column(at[1]) or column + 1, int(at[2])
        else:
            column += 1
        if tag[2].endswith(b"/") or buffer.startswith(b"</", tag.end()):
            continue
        extent.reach(row, column)
        if _ERROR.search(tag[2]):
            text = _ERROR_TEXT.match(buffer, tag.end())
            errors[row, column] = text[1].decode("utf-8", "replace") if text else "#ERROR!"
    return row, column


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut before a tag, so that no tag is split and an error's text follows its cell."""
    rest = b""
    for piece in pieces:
        rest += piece
        cut = max(rest.rfind(b"<c "), rest.rfind(b"<row"), rest.rfind(b":c "))
        cut = rest.rfind(b"<", 0, cut + 1)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > _LONGEST:
            raise SheetError(BROKEN)
    yield rest


@lru_cache(maxsize=20_000)
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
