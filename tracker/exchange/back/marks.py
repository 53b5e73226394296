"""What a cell says, the same whatever program saved it; and the short mark by which it is known again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from tracker.core.sheets import Cell, OutCell, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange import cells
from tracker.exchange.back.rules import mark
from tracker.exchange.cells import CellError
from tracker.exchange.wording import CHOSEN
from tracker.exchange.words import value_of

DAYS = ("start_on", "due_on", "completed_on")
MONEY = ("budget", "budget_current", "budget_executed", "budget_paid")
NUMBERS = ("progress", "quantity", "delivered", "weight", "fiscal_year", *MONEY)
#: Texts whose lines and spaces count.
PARAGRAPHS = ("description", "closing_note", "verification")


def plain(field: str, cell: Cell | OutCell) -> str:
    """What the cell of a field says, as one text: `2026-12-31`, `12.5`, `in_progress`; empty for nothing."""
    if cell is None or cell == "":
        return ""
    if field in CHOSEN:
        return _chosen(field, cell_text(_read(cell)))
    if field in DAYS:
        return _day(cell)
    if field in NUMBERS:
        return _number(cell)
    text = cell_text(_read(cell))
    return text if field in PARAGRAPHS else fold(text)


def mark_of(field: str, cell: Cell | OutCell) -> str:
    """The mark by which it is known whether the cell of a field still says the same; none for an empty one.

    A mark and no copy: a sheet that is passed on does not carry what was taken out of it.
    """
    return mark(plain(field, cell))


def marks_of(fields: Iterable[str], row: Mapping[str, Cell | OutCell]) -> str:
    """The marks of a row's fields as one text."""
    return ",".join(mark_of(field, row.get(field)) for field in fields)


def due_said(cell: Cell, precision: str) -> dict[str, str]:
    """What a due date in words says: its last day and how exact that is, as an import reads "marzo 2027".

    Nothing where the cell is a day, or cannot be read.
    """
    if not isinstance(cell, str):
        return {}
    try:
        found, exact = cells.due_day(cell, precision or "day")
    except CellError:
        return {}
    return {"due_on": found.isoformat(), "due_precision": exact}


@lru_cache(maxsize=4096)
def _chosen(field: str, said: str) -> str:
    return value_of(field, said) or fold(said)


def _read(cell: Cell | OutCell) -> Cell:
    """As it would be read from a sheet."""
    return float(cell) if isinstance(cell, Decimal) else cell


def _day(cell: Cell | OutCell) -> str:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    try:
        return cells.day(_read(cell)).isoformat()
    except CellError:
        return fold(cell_text(_read(cell)))


def _number(cell: Cell | OutCell) -> str:
    if isinstance(cell, Decimal):
        found: Decimal | None = cell
    else:
        try:
            found = cells.number(cell) if isinstance(cell, str | int | float) else None
        except CellError:
            found = None
    return fold(cell_text(_read(cell))) if found is None else format(found.normalize(), "f")
