"""Reading CSV as spreadsheet programs of the region write it."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from tracker.core.i18n import _l
from tracker.core.sheets.grid import Extent, Failed, Row, Sheet, SheetError
from tracker.core.sheets.guarding import unguard
from tracker.core.sheets.text import is_error

DELIMITERS = (",", ";", "\t")
#: Programs write decimal commas exactly where they split at semicolons.
_DECIMAL_SIGNS = {",": ".", ";": ","}
#: How files of other kinds begin.
_OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x1f\x8b",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc",
    b"BZh",
)
#: How cells begin that may be more, or less, than their text.
_TOUCHED = {"#", "E", " "}
_LOOKED_AT = 64 * 1024
#: Characters of one row, over as many lines as its quotation marks hold together.
_LONGEST_ROW = 2 * 1024 * 1024


def read_csv(content: bytes, name: str) -> Sheet:
    """The rows of a CSV file in UTF-8 or Windows-1252, split at comma, semicolon or tab, whichever fits.

    Raises SheetError when it is no text, has a cell of more than 131,072 characters or is too large.
    """
    encoding = _encoding(content)
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    head = lines.read(_LOOKED_AT)
    declared = re.match("sep=([,;\t])\r?\n?$", head.partition("\n")[0])
    delimiter = declared[1] if declared else _delimiter(head)
    lines.seek(0)
    extent = Extent()
    rows: list[Row] = []
    guarded = _Lines(lines)
    try:
        for number, record in enumerate(csv.reader(guarded, delimiter=delimiter), start=1):
            guarded.length = 0
            extent.reach(number, len(record))
            rows.append([_cell(text) if "'" in text or text[:1] in _TOUCHED else text for text in record])
    except csv.Error as error:
        raise SheetError(
            _l(
                "Row %(row)s cannot be read: a quotation mark that never closes, or far too much text. "
                "Mend that row, or save the sheet as XLSX and send that.",
                row=len(rows) + 1,
            )
        ) from error
    if declared:
        rows[0] = []
    return Sheet(name, rows, (), _DECIMAL_SIGNS.get(delimiter))


def _cell(text: str) -> str:
    """Text that a spreadsheet would run or take for a failure left guarded, and loses its guard here."""
    if "'" in text:
        return unguard(text)
    return Failed(text) if is_error(text) else text


class _Lines:
    """Lines of a file as long as no row is longer than a row can be: the parser takes a row whole, cell by cell."""

    def __init__(self, lines: io.TextIOWrapper) -> None:
        self._lines = lines
        #: Characters since the last row was complete.
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._lines.readline(_LONGEST_ROW):
            self.length += len(line)
            if self.length >= _LONGEST_ROW:
                raise csv.Error("too long")
            yield line


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        start = content[:4096]
        controls = sum(byte < 32 and byte not in (9, 10, 13) for byte in start)
        if content.startswith(_OTHER_KINDS) or controls * 10 > len(start):
            raise SheetError(_l("This is not a sheet. Send a CSV, XLSX, XLS or ODS file."))
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for at in range(0, len(content), _LOOKED_AT):
                decoder.decode(content[at : at + _LOOKED_AT])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetError(_l("The letters of the file cannot be read. Save it as “CSV UTF-8” and send that."))


def _delimiter(head: str) -> str:
    """The delimiter under which most rows have the same number of cells; then the one with most cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            records = [
                record for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if record
            ]
        except csv.Error:
            return 0, 0
        widths = Counter(len(record) for record in records[:50] if len(record) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=fit)
