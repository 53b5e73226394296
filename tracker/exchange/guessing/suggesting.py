"""A mapping put together from all the guesses about a sheet."""

from tracker.core.sheets import Sheet
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.header import guess_header
from tracker.exchange.mapping import AgendaMapping


def suggest_mapping(sheet: Sheet, header_rows: tuple[int, ...] | None = None) -> AgendaMapping:
    """How the sheet is likely to be read, as a first answer that a person corrects.

    With `header_rows` the captions stand there; else they are guessed too.
    """
    rows = header_rows or guess_header(sheet)
    columns = {guess.caption: guess.field for guess in guess_columns(sheet, rows) if guess.field}
    return AgendaMapping(sheet=sheet.name if sheet.names else None, header_rows=rows, columns=columns)
