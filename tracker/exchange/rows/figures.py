"""Progress of a row in percent."""

from decimal import ROUND_FLOOR, Decimal

from tracker.core.i18n import _l
from tracker.core.sheets import Cell
from tracker.exchange import cells
from tracker.exchange.cells import CellError
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import RowReader

#: Shares and weights are rounded in sheets (0.9999999 for 1): a figure that close to the next one is that one.
_SLACK = Decimal("0.0001")


def read_progress(
    row: RowReader, mapping: AgendaMapping, share_column: int | None, decimal_sign: str
) -> int | None:
    """Whole percent 0-100, rounded down so that 99.9 is not done; None where no figure stands."""
    figures: list[Decimal] = []
    for cell in row.cells("progress"):
        try:
            figure = _figure(row, cell, mapping, share_column, decimal_sign)
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
