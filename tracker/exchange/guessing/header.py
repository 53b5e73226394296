"""Where the captions of a sheet stand."""

from collections.abc import Sequence

from tracker.core.sheets import Row, Sheet
from tracker.core.sheets.text import cell_text
from tracker.exchange.captions import field_called

#: Captions are looked for in so many rows from the top.
_LOOKED_AT = 40


def guess_header(sheet: Sheet) -> tuple[int, ...]:
    """Numbers (from 1) of the rows that hold the captions, several where they are stacked; (1,) at worst."""
    rows = sheet.rows[:_LOOKED_AT]
    best = max(range(len(rows)), key=lambda at: (_known(rows[at]), _filled(rows[at]), -at), default=0)
    return (best + 1,)


def _known(row: Sequence[object]) -> int:
    return sum(bool(field_called(cell_text(cell), "agenda")) for cell in row)  # type: ignore[arg-type]


def _filled(row: Row) -> int:
    return sum(bool(cell_text(cell)) for cell in row)
