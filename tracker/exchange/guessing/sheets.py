"""Which sheet of a workbook is likely the agenda."""

from tracker.core.sheets import Book, Sheet, SheetError
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.found import SheetSummary
from tracker.exchange.guessing.header import guess_header

#: What a column is worth for a sheet that is an agenda; any other field counts a little.
_WORTH = {"title": 30, "due_on": 20, "unit": 10, "progress": 10, "state": 10, "code": 5, "responsible": 5}
_OTHER = 3
#: Rows below the captions from which a sheet counts in full.
_FULL = 5


def sheets_of(content: bytes, file_name: str) -> list[SheetSummary]:
    """Every sheet in the order of the file, hidden ones too; one too large to read is told with the reason.

    Raises SheetError when the file as a whole cannot be read.
    """
    answer = []
    with Book(content, file_name) as book:
        for name, hidden in book.names:
            try:
                sheet = book.sheet(name)
            except SheetError as error:
                answer.append(SheetSummary(name, hidden, 0, 0, 0, error.reason))
                continue
            columns = max((len(row) for row in sheet.rows), default=0)
            score = _score(sheet) // (2 if hidden else 1) if columns else 0
            answer.append(SheetSummary(name, hidden, len(sheet.rows) if columns else 0, columns, score))
    return answer


def _score(sheet: Sheet) -> int:
    header = guess_header(sheet)
    found = {guess.field for guess in guess_columns(sheet, header) if guess.field}
    rows = len(sheet.rows) - header[-1]
    worth = sum(_WORTH.get(field, _OTHER) for field in found if field)
    return min(100, worth * min(rows, _FULL) // _FULL)
