"""Which sheet of a workbook is likely the agenda."""

from tracker.core.sheets import Sheet, SheetError, read_sheet, sheet_names
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.found import SheetSummary
from tracker.exchange.guessing.header import guess_header


def sheets_of(content: bytes, file_name: str) -> list[SheetSummary]:
    """Every sheet in the order of the file, hidden ones too; one too large to read is told with the reason.

    Raises SheetError when the file as a whole cannot be read.
    """
    answer = []
    for name, hidden in sheet_names(content, file_name):
        try:
            sheet = read_sheet(content, file_name, name)
        except SheetError as error:
            answer.append(SheetSummary(name, hidden, 0, 0, 0, error.reason))
            continue
        columns = max((len(row) for row in sheet.rows), default=0)
        score = 0 if not columns else _score(sheet) // (2 if hidden else 1)
        answer.append(SheetSummary(name, hidden, len(sheet.rows) if columns else 0, columns, score))
    return answer


def _score(sheet: Sheet) -> int:
    found = {guess.field for guess in guess_columns(sheet, guess_header(sheet)) if guess.field}
    return min(100, 10 * len(found) + 30 * ("title" in found) + 10 * ("due_on" in found) + 10 * ("unit" in found))
