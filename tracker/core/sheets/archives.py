"""Zipped workbooks: inflated within bounds, whatever their directory claims."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tracker.core.i18n import _l
from tracker.core.sheets.grid import SheetError

#: Bytes of all the parts together once inflated.
LARGEST_INFLATED = 128 * 1024 * 1024
#: Below so many inflated bytes nothing is a bomb.
HARMLESS = 10 * 1024 * 1024
#: Inflated ÷ packed; real workbooks stay under 30.
HIGHEST_RATIO = 100
MOST_PARTS = 2_000
_PIECE = 64 * 1024

BROKEN = _l("The file is broken. Open it in a spreadsheet program, save it again and send that.")
BOMB = _l(
    "The file unpacks to far more than a sheet holds, so it was not opened. Copy the rows of the agenda into a new "
    "workbook and send that."
)
MACROS = _l("The workbook holds macros. Save it as a workbook without macros (XLSX) and send that.")
_DECLARES = b"<!ENTITY"
#: Parts that are programs.
_PROGRAMS = re.compile(r"(?i)(?:.*/)?vbaProject\.bin|Basic/.*/(?!script-l[bc])[^/]+\.xml|xl/macrosheets/.*")


class Archive:
    """The parts of a zipped workbook, by name."""

    def __init__(self, content: bytes) -> None:
        """Open a ZIP; raises SheetError when it is broken, locked or a bomb."""
        self._content = memoryview(content)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as directory:
                self._parts = {info.filename: info for info in directory.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise SheetError(BROKEN) from error
        if len(self._parts) > MOST_PARTS:
            raise SheetError(BOMB)
        if any(info.flag_bits & 1 for info in self._parts.values()):
            raise SheetError(_l("The file is locked with a password. Save it without one and send that."))
        if any(_PROGRAMS.fullmatch(name) for name in self._parts):
            raise SheetError(MACROS)
        self._refuse_bombs()

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, inflated piece by piece; raises SheetError when it is broken."""
        info = self._parts[name]
        head = self._content[info.header_offset : info.header_offset + 30]
        if len(head) < 30:
            raise SheetError(BROKEN)
        lengths = struct.unpack("<HH", head[26:30])
        start = info.header_offset + 30 + sum(lengths)
        packed = self._content[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            for at in range(0, len(packed), _PIECE):
                yield bytes(packed[at : at + _PIECE])
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflated(packed)
        else:
            raise SheetError(BROKEN)

    def whole(self, name: str, most: int = 4 * 1024 * 1024) -> bytes:
        """A small part at once; raises SheetError when it is missing, broken or above `most` bytes."""
        if name not in self._parts:
            raise SheetError(BROKEN)
        answer = bytearray()
        for piece in self.pieces(name):
            answer += piece
            if len(answer) > most:
                raise SheetError(BOMB)
        return bytes(answer)

    def _refuse_bombs(self) -> None:
        """The claimed sizes first, since that costs nothing; then the true ones, since claims may lie."""
        most = min(LARGEST_INFLATED, max(HARMLESS, HIGHEST_RATIO * len(self._content)))
        if sum(info.file_size for info in self._parts.values()) > most:
            raise SheetError(BOMB)
        size = 0
        for name in self._parts:
            last = b""
            for piece in self.pieces(name):
                size += len(piece)
                # Entities that name each other grow without bound once they are read; sheets have none.
                if size > most or _DECLARES in last + piece:
                    raise SheetError(BOMB)
                last = piece[1 - len(_DECLARES) :]


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _PIECE):
            pending = bytes(packed[at : at + _PIECE])
            while pending and not inflater.eof:
                piece = inflater.decompress(pending, 16 * _PIECE)
                pending = inflater.unconsumed_tail
                if piece:
                    yield piece
    except zlib.error as error:
        raise SheetError(BROKEN) from error
    if not inflater.eof:
        raise SheetError(BROKEN)
