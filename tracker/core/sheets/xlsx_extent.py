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
from tracker.core.sheets.grid import UNSOLVED, Extent, Patience, SheetError

_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_AT = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_ERROR = re.compile(rb"""(?:^|\s)t\s*=\s*["']e["']""")
#: Letters and number of a cell with something in it.
_FILLED = re.compile(rb'<c r="([A-Za-z]+)(\d+)"(?: [^<>]*[^<>/])?>(?!</)')
_PREFIXED = re.compile(rb"<\w+:(?:c|row)[\s/>]")
_ERROR_TEXT = re.compile(rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v[^<>]*>([^<]{1,20})<")
#: A formula that no program has worked out yet: no value, or an empty one; `str` is an empty text.
_UNSOLVED = re.compile(
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_TEXT = re.compile(rb"""(?:^|\s)t\s*=\s*["']str["']""")
_MAY_BE_UNSOLVED = re.compile(rb"(?:/f|<f[^<>]*/)>(?:<v></v>|<v\s*/>)?</c>")
#: No honest cell is longer; without a bound a text without end would be copied again and again.
_LONGEST = 2 * 1024 * 1024


def parts_of_sheets(archive: Archive) -> dict[str, str]:
    """Name of each sheet → the part of the workbook that holds it; raises SheetError when it is broken."""
    try:
        book = ET.fromstring(archive.whole("xl/workbook.xml"))
        links = ET.fromstring(archive.whole("xl/_rels/workbook.xml.rels"))
    except ET.ParseError as error:
        raise SheetError(BROKEN) from error
    targets = {link.get("Id"): link.get("Target", "") for link in reversed(list(links.iter()))}
    answer: dict[str, str] = {}
    for sheet in (found.attrib for found in book.iter() if found.tag.endswith("}sheet")):
        linked = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        part = posixpath.normpath(posixpath.join("xl", targets.get(linked, ""))).lstrip("/")
        if part in archive:
            answer.setdefault(sheet.get("name", ""), part)
    return answer


def measure(archive: Archive, part: str, patience: Patience) -> dict[tuple[int, int], str]:
    """Cells of a sheet that hold an error, by (row, column) counted from 1; raises SheetError for giants."""
    errors: dict[tuple[int, int], str] = {}
    extent, at = Extent(), (0, 0)
    for buffer in _whole_tags(archive.pieces(part)):
        patience.check()
        if not _is_plain(buffer):
            at = _walk(buffer, extent, errors, at)
            continue
        # Two million cells one by one would take too long, so that each row and column is looked at once.
        filled = _FILLED.findall(buffer)
        for row in {row for _, row in filled}:
            extent.reach(int(row[:10]), 1)
        for letters in {letters for letters, _ in filled}:
            extent.reach(1, _column(letters))
        at = _place_at_end(buffer, at)
    return errors


def _is_plain(buffer: bytes) -> bool:
    """Whether every row and cell begins by saying where it is, as programs write them, and no cell is an error."""
    return (
        buffer.count(b"<c") == buffer.count(b'<c r="')
        and buffer.count(b"<row") == buffer.count(b'<row r="')
        and b't="e"' not in buffer
        and not _PREFIXED.search(buffer)
        and not _MAY_BE_UNSOLVED.search(buffer)
    )


def _place_at_end(buffer: bytes, at: tuple[int, int]) -> tuple[int, int]:
    """Where a plain buffer ends: its last row or cell, else where it began."""
    last = _AT.search(buffer, max(buffer.rfind(b"<row r="), buffer.rfind(b"<c r="), 0))
    return (int(last[2][:10]), _column(last[1])) if last else at


def _walk(
    buffer: bytes, extent: Extent, errors: dict[tuple[int, int], str], start: tuple[int, int]
) -> tuple[int, int]:
    """Cell by cell from the place `start` on; where it ends."""
    row, column = start
    for tag in _TAG.finditer(buffer):
        at = _AT.search(tag[2])
        if tag[1] == b"row":
            row, column = int(at[2][:10]) if at else row + 1, 0
            continue
        if at:
            column, row = _column(at[1]) or column + 1, int(at[2][:10])
        else:
            column += 1
        if tag[2].endswith(b"/") or buffer.startswith(b"</", tag.end()):
            continue
        extent.reach(row, column)
        if _ERROR.search(tag[2]):
            text = _ERROR_TEXT.match(buffer, tag.end())
            errors[row, column] = text[1].decode("utf-8", "replace") if text else "#ERROR!"
        elif buffer.startswith(b"<", tag.end()) and _UNSOLVED.match(buffer, tag.end()) and not _TEXT.search(tag[2]):
            errors[row, column] = UNSOLVED
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
    for letter in letters[:6].upper():
        number = number * 26 + letter - 64
    return number
