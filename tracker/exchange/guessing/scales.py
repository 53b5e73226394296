"""Whether shares are written from 0 to 1 or from 0 to 100, and whether the day or the month comes first."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from tracker.core.sheets import Cell, fold
from tracker.exchange.cells import CellError, number

#: So many of the figures have to lie from 0 to 1: now and then a sheet has 1.2 for 120 %.
_MOST = 0.9
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}")


def percent_scale(cells: Sequence[Cell]) -> Literal["0-100", "0-1"] | None:
    """From the figures of a column; None where both may be meant. Text with % says it itself."""
    figures = []
    for cell in cells:
        if isinstance(cell, bool) or (isinstance(cell, str) and "%" in cell):
            continue
        try:
            found = number(cell) if isinstance(cell, str | int | float) else None
        except CellError:
            continue
        if found is not None:
            figures.append(found)
    above_nothing = [figure for figure in figures if figure > 0]
    if not above_nothing:
        return None
    small = sum(figure <= 1 for figure in above_nothing)
    fractions = any(0 < figure < 1 for figure in above_nothing)
    if small >= _MOST * len(above_nothing) and (fractions or small == len(above_nothing)):
        return "0-1" if max(figures) <= 10 else None
    return None if fractions else "0-100"


def date_order(cells: Sequence[Cell]) -> Literal["dmy", "mdy", "ymd"]:
    """Month first only where days above 12 stand second and never first.

    A few such texts among real days are what the spreadsheet program did not understand: slips, not a habit.
    """
    real = sum(isinstance(cell, date) for cell in cells)
    found = [match for cell in cells if isinstance(cell, str) and (match := _SLASHED.fullmatch(fold(cell)))]
    first = sum(int(match[1]) > 12 for match in found)
    second = sum(int(match[2]) > 12 for match in found)
    return "mdy" if second > first == 0 and len(found) > real else "dmy"
