"""Which sheet of a workbook is likely the agenda."""

from collections.abc import Sequence
from contextlib import suppress
from time import thread_time

from tracker.core.sheets import Book, Sheet, SheetError
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.found import SheetSummary
from tracker.exchange.guessing.header import guess_header

#: What a column is worth for a sheet that is an agenda; any other field counts a little.
_WORTH = {"title": 30, "due_on": 20, "unit": 10, "progress": 10, "state": 10, "code": 5, "responsible": 5}
_OTHER = 3
#: Rows below the captions from which a sheet counts in full.
_FULL = 5
#: So many rows of each sheet tell what it is.
TOP = 500
#: Seconds of the processor after which further sheets are named without a guess.
_LONGEST = 2.0


def sheets_of(content: bytes, file_name: str) -> list[SheetSummary]:
    """Every sheet in the order of the file, hidden ones too; one too large to read is told with the reason.

    Raises SheetError when the file as a whole cannot be read.
    """
    answer = []
    spent = 0.0
    with Book(content, file_name) as book:
        for name, hidden in book.names:
            try:
                sheet, length = book.top(name, TOP)
            except SheetError as error:
                answer.append(SheetSummary(name, hidden, 0, 0, 0, error.reason))
                continue
            columns = max((len(row) for row in sheet.rows), default=0)
            began = thread_time()
            score = _score(sheet) // (2 if hidden else 1) if columns and spent < _LONGEST else 0
            spent += thread_time() - began
            answer.append(SheetSummary(name, hidden, length if columns else 0, columns, score))
    return answer


def likely_sheets(content: bytes, file_name: str, sheets: Sequence[SheetSummary], most: int) -> list[Sheet]:
    """The first rows of the `most` sheets that look most like an agenda, the likeliest first."""
    order = sorted((summary for summary in sheets if summary.rows), key=lambda summary: -summary.guess_score)
    answer = []
    with Book(content, file_name) as book:
        for summary in order[:most]:
            with suppress(SheetError):
                answer.append(book.top(summary.name, TOP)[0])
    return answer


def _score(sheet: Sheet) -> int:
    header = guess_header(sheet)
    found = {guess.field for guess in guess_columns(sheet, header) if guess.field}
    rows = len(sheet.rows) - header[-1]
    worth = sum(_WORTH.get(field, _OTHER) for field in found if field)
    return min(100, worth * min(rows, _FULL) // _FULL)
