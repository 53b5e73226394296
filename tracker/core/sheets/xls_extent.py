"""How far the sheets of an XLS workbook (BIFF 8 in a compound file) reach, before it is loaded."""

import struct
from collections.abc import Iterator

from tracker.core.sheets.archives import BROKEN
from tracker.core.sheets.grid import Extent, SheetError

_LAST = 0xFFFFFFFA  # this and higher numbers are marks, not sectors
_BEGIN = 0x0809
#: Records with one cell: row and column in the first four bytes. Blank cells (0x0201, 0x00BE) do not count.
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, 0x0006, 0x0205, 0x00D6}
_MANY = 0x00BD


def measure(content: bytes) -> None:
    """Look at every sheet; raises SheetError for giants and for broken files."""
    try:
        stream = _stream(content)
    except (struct.error, IndexError, ValueError) as error:
        raise SheetError(BROKEN) from error
    extent = Extent()
    for kind, at, length in _records(stream):
        if kind == _BEGIN:
            extent = Extent()
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at)
            extent.reach(row + 1, column + 1)
        elif kind == _MANY and length >= 6:
            row = struct.unpack_from("<H", stream, at)[0]
            extent.reach(row + 1, struct.unpack_from("<H", stream, at + length - 2)[0] + 1)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            return
        yield kind, at + 4, length
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The workbook's stream out of the compound file."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError(size)
    first, _, small_below = struct.unpack_from("<III", content, 48)
    table = _table(content, size)
    directory = _chain(content, size, table, first)
    for at in range(0, len(directory) - 127, 128):
        name_length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + min(name_length, 64)].decode("utf-16-le", "replace").rstrip("\0")
        if name in ("Workbook", "Book"):
            start, length = struct.unpack_from("<II", directory, at + 116)
            if length < small_below:
                return b""  # too small for more than a handful of cells; the loader will say if it is broken
            return _chain(content, size, table, start)[:length]
    raise ValueError("no workbook inside")


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
