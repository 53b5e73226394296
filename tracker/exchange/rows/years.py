"""Which year a sheet is about, for days that are written without one."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from tracker.core.sheets import Cell, Sheet, fold
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import AgendaMapping

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def suggested_year(sheet: Sheet, layout: Layout, mapping: AgendaMapping) -> int | None:
    """The year of most days in the columns of dates, else the one of `as_of`, of the captions or above them."""
    columns = [at for field in ("due_on", "start_on", "completed_on") for at in layout.fields.get(field, ())]
    below = (row[at] for row in sheet.rows[layout.first_row - 1 :] for at in columns if at < len(row))
    found = _most(below)
    if found is not None:
        return found
    if mapping.as_of is not None:
        return mapping.as_of.year
    return _most([sheet.name, *(cell for row in sheet.rows[: layout.first_row - 1] for cell in row)])


def _most(cells: Iterable[Cell]) -> int | None:
    years: Counter[int] = Counter()
    for cell in cells:
        if isinstance(cell, date):
            years[cell.year] += 1
        elif isinstance(cell, str) and len(cell) <= 200:
            years.update({int(year) for year in _YEAR.findall(fold(cell))})
        elif (
            isinstance(cell, int | float)
            and not isinstance(cell, bool)
            and 2000 <= cell <= 2099
            and cell == int(cell)
        ):
            years[int(cell)] += 1
    return max(years, key=lambda year: (years[year], year), default=None)
