"""Progress of a row in percent."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal

from tracker.core.i18n import _l
from tracker.core.sheets import Cell, Row
from tracker.exchange import cells
from tracker.exchange.cells import CellError
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import RowReader

#: Shares and weights are rounded in sheets (0.9999999 for 1): a figure that close to the next one is that one.
_SLACK = Decimal("0.0001")


def has_shares(rows: Iterable[Row], columns: Iterable[int], decimal_sign: str) -> bool:
    """Whether figures between 0 and 1 stand in these columns: then a 1 among them may mean all of it."""
    at = tuple(columns)
    return any(_is_share(row[column], decimal_sign) for row in rows for column in at if column < len(row))


def read_progress(
    row: RowReader,
    mapping: AgendaMapping,
    share_column: int | None,
    decimal_sign: str,
    *,
    shares: bool = False,
    done: bool = False,
) -> int | None:
    """Whole percent 0-100, rounded down so that 99.9 is not done; None where no figure stands.

    Where `shares` stand in the column and its scale is not one and the same, a 1 is 100 in a row that is said to
    be `done`; else the mapping says what it means.
    """
    figures: list[Decimal] = []
    for cell in row.cells("progress"):
        try:
            figure = _figure(row, cell, mapping, share_column, decimal_sign)
            if shares and figure == 1 and _is_bare(cell) and mapping.percent_scale in (None, "mixed"):
                figure = _one(row, mapping, done=done)
        except CellError as error:
            row.fault("progress", error.reason, cell)
            return None
        if figure is not None:
            figures.append(figure)
    if not figures:
        return None
    if len(figures) > 1:
        row.treat("lowest_of", row.cell("progress"))
    percent = min(figures)
    if not -_SLACK <= percent <= 100 + _SLACK:
        if "progress" not in mapping.treat.clamp:
            row.fault("progress", _l("Give a whole number from 0 to 100."))
            return None
        row.treat("clamp", row.cell("progress"))
        percent = max(Decimal(0), min(Decimal(100), percent))
    return int((percent + _SLACK).to_integral_value(ROUND_FLOOR))


def _is_share(cell: Cell, decimal_sign: str) -> bool:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float) or not _is_bare(cell):
        return False
    try:
        found = cells.number(cell, decimal_sign)
    except CellError:
        return False
    return found is not None and 0 < found < 1


def _is_bare(cell: Cell) -> bool:
    return not (isinstance(cell, str) and "%" in cell)


def _one(row: RowReader, mapping: AgendaMapping, *, done: bool) -> Decimal:
    """What a 1 among shares means; one that a person typed is percent."""
    if "progress" in row.mended:
        return Decimal(1)
    if done or mapping.percent_one is not None:
        return Decimal(100 if done else mapping.percent_one or 1)
    raise CellError(_l("Is this all of it, or 1 percent? Say percent_one in a mapping, or write percent."))


def _figure(
    row: RowReader, cell: Cell, mapping: AgendaMapping, share_column: int | None, decimal_sign: str
) -> Decimal | None:
    mended = "progress" in row.mended  # a person types percent, whatever the sheet does
    percent = cells.percent(cell, "0-100" if mended else mapping.percent_scale, decimal_sign)
    if share_column is None or not percent or mended:
        return percent
    whole = cells.percent(row.row[share_column], mapping.percent_scale, decimal_sign)
    if not whole:
        raise CellError(_l("The column this figure is a share of is empty or 0 here."))
    if whole != 100:
        row.treat("progress_share_of", cell)
    return percent * 100 / whole
