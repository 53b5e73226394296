"""How far the sheets of an XLS workbook (BIFF 8 in a compound file) reach, before it is loaded.

The loader hands back cells such as #REF! as empty ones; here their text is kept.
"""

import struct
from collections.abc import Iterator

from tracker.core.sheets.archives import BROKEN, MACROS
from tracker.core.sheets.grid import Extent, Patience, SheetError

_LAST = 0xFFFFFFFA  # this and higher numbers are marks, not sectors
_BEGIN, _SHEET, _MANY, _FORMULA, _TRUTH = 0x0809, 0x0085, 0x00BD, 0x0006, 0x0205
#: Records with one cell: row and column in the first four bytes. Blank cells (0x0201, 0x00BE) do not count.
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, _FORMULA, _TRUTH, 0x00D6}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_PAUSE = 50_000


def measure(content: bytes, patience: Patience) -> dict[str, dict[tuple[int, int], str]]:
    """Look at every sheet: text of cells with an error, by sheet and (row, column) from 1.

    Raises SheetError for giants, for macros and for broken files.
    """
    try:
        stream = _stream(content)
    except (struct.error, IndexError, ValueError) as error:
        raise SheetError(BROKEN) from error
    errors: dict[str, dict[tuple[int, int], str]] = {}
    names: dict[int, str] = {}
    extent, name = Extent(), ""
    for count, (kind, at, length) in enumerate(_records(stream)):
        if count % _PAUSE == 0:
            patience.check()
        if kind == _BEGIN:
            extent, name = Extent(), names.get(at - 4, "")
        elif kind == _SHEET and length >= 8:
            names[struct.unpack_from("<I", stream, at)[0]] = _name(stream[at + 6 : at + length])
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at)
            extent.reach(row + 1, column + 1)
            code = _error(kind, stream[at : at + length]) if kind in (_FORMULA, _TRUTH) else None
            if code is not None:
                errors.setdefault(name, {})[row + 1, column + 1] = _ERRORS.get(code, "#ERROR!")
        elif kind == _MANY and length >= 6:
            row = struct.unpack_from("<H", stream, at)[0]
            extent.reach(row + 1, struct.unpack_from("<H", stream, at + length - 2)[0] + 1)
    return errors


def _error(kind: int, record: bytes) -> int | None:
    """Code of the error that a record holds as its value, or None."""
    if kind == _TRUTH:
        return record[6] if len(record) >= 8 and record[7] == 1 else None
    return record[8] if len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2 else None


def _name(record: bytes) -> str:
    """A sheet's name: its length in characters, whether they are wide, the characters."""
    wide = record[1] & 1
    text = record[2 : 2 + record[0] * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace").replace("\0", "")


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            return
        yield kind, at + 4, length
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The workbook's stream out of the compound file; raises SheetError where macros lie beside it."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError(size)
    first, _, small_below = struct.unpack_from("<III", content, 48)
    table = _table(content, size)
    directory = _chain(content, size, table, first)
    found: dict[str, tuple[int, int]] = {}
    for at in range(0, len(directory) - 127, 128):
        name_length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + min(name_length, 64)].decode("utf-16-le", "replace").rstrip("\0")
        found.setdefault(name, struct.unpack_from("<II", directory, at + 116))
    if "_VBA_PROJECT_CUR" in found:
        raise SheetError(MACROS)
    for name in ("Workbook", "Book"):
        if name in found:
            start, length = found[name]
            if length >= small_below:
                return _chain(content, size, table, start)[:length]
            root = struct.unpack_from("<II", directory, 116)
            return _small(content, size, table, root, start)[:length]
    raise ValueError("no workbook inside")


def _small(content: bytes, size: int, table: tuple[int, ...], root: tuple[int, int], start: int) -> bytes:
    """A short stream, which lies in pieces of 64 bytes inside the root's stream."""
    pieces = _chain(content, size, table, root[0])[: root[1]]
    entries = _chain(content, size, table, struct.unpack_from("<I", content, 60)[0])
    return _chain(b"\0" * 64 + pieces, 64, struct.unpack(f"<{len(entries) // 4}I", entries), start)


def _table(content: bytes, size: int) -> tuple[int, ...]:
    sectors = list(struct.unpack_from("<109I", content, 76))
    following, count = struct.unpack_from("<II", content, 68)
    per_sector = size // 4
    for _ in range(min(count, len(content) // size)):
        more = struct.unpack_from(f"<{per_sector}I", content, (following + 1) * size)
        sectors += more[:-1]
        following = more[-1]
    answer: list[int] = []
    for sector in sectors:
        if sector < _LAST:
            answer += struct.unpack_from(f"<{per_sector}I", content, (sector + 1) * size)
    return tuple(answer)


def _chain(content: bytes, size: int, table: tuple[int, ...], sector: int) -> bytes:
    answer = bytearray()
    for _ in range(len(table) + 1):
        if sector >= _LAST:
            return bytes(answer)
        answer += content[(sector + 1) * size : (sector + 2) * size]
        sector = table[sector]
    raise ValueError("a chain without end")
