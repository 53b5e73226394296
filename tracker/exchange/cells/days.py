"""Days and periods in cells: strictly as figures, plainly as words, and what may be meant where neither holds."""

import re
from datetime import date, datetime
from typing import NamedTuple

from tracker.agenda.rules import end_of_period
from tracker.core.i18n import _l
from tracker.core.sheets import Cell, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.cells.periods import DayOfYear, Period, period_called
from tracker.exchange.cells.texts import CellError
from tracker.territory.rules import FIRST_DAY, LAST_DAY

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_SPLIT = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})")
_PERIODS = {
    "year": (re.compile(r"(?P<year>\d{4})"),),
    "half": (
        re.compile(r"(?P<year>\d{4})[ -]?[SH](?P<number>[12])", re.I),
        re.compile(r"[SH](?P<number>[12])[ /-]?(?P<year>\d{4})", re.I),
    ),
    "quarter": (
        re.compile(r"(?P<year>\d{4})[ -]?[QT](?P<number>[1-4])", re.I),
        re.compile(r"[QT](?P<number>[1-4])[ /-]?(?P<year>\d{4})", re.I),
    ),
    "month": (
        re.compile(r"(?P<year>\d{4})-(?P<number>\d{1,2})"),
        re.compile(r"(?P<number>\d{1,2})[/-](?P<year>\d{4})"),
    ),
}
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_NOT_A_DAY = _l("This is no day. Write it as 31/12/2026 or 2026-12-31.")
#: "25 y 26/07/2022": of several days the last one counts.
_SEVERAL = re.compile(
    r"(?:del? )?(\d{1,2}) ?(?:y|e|et|and|al?|au|to|-|–) ?(?=\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}$)", re.I
)
#: Slips of the hand that leave only one day that can be meant.
_SLIPS = (
    re.compile(r"(?P<first>\d{1,2})[/.\-](?P<second>\d{1,2})[/.\-](?P<year>\d{2})"),
    re.compile(r"(?P<year>\d{4})[/.\-](?P<second>\d{1,2})[/.\-](?P<first>\d{1,2})"),
    re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})7(?P<year>\d{4})"),
    re.compile(r"(?P<first>\d{1,2})7(?P<second>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<first>\d{2})(?P<second>\d{2})/(?P<year>\d{4})"),
    re.compile(r"0?(?P<first>\d{1,2})/0?(?P<second>\d{1,2})/(?P<year>\d{4})"),
)


class Years(NamedTuple):
    """Of days that are written without one: the year that is taken, else the one that is suggested."""

    assumed: int | None = None
    suggested: int | None = None


NO_YEARS = Years()


def due_day(cell: Cell, precision: str, order: str = "dmy", years: Years = NO_YEARS) -> tuple[date, str]:
    """The last day of what the cell says and how exact that is; words for a period count more than `precision`."""
    said = _in_words(cell, order, years)
    if said is not None:
        return said.last, said.precision
    try:
        return last_day(cell, precision, order), precision
    except CellError as error:
        raise CellError(error.reason, suggested_day(cell, order)) from error


def first_day(cell: Cell, order: str = "dmy", years: Years = NO_YEARS) -> date:
    """The day, or the first one of a period in words."""
    said = _in_words(cell, order, years)
    if said is not None:
        return said.first
    try:
        return day(cell, order)
    except CellError as error:
        raise CellError(error.reason, suggested_day(cell, order)) from error


def day(cell: Cell, order: str = "dmy") -> date:
    """A real day from 1990 to 2100; text as ISO, or in the given order (`dmy`, `mdy`) with four figures of year."""
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _written_day(fold(cell_text(cell)), order) if isinstance(cell, str) else None
    if found is None:
        raise CellError(_NOT_A_DAY)
    if not FIRST_DAY <= found <= LAST_DAY:
        raise CellError(_l("Give a day between 1990 and 2100."))
    return found


def last_day(cell: Cell, precision: str, order: str = "dmy") -> date:
    """The last day of the month, quarter, half or year that the cell names, or that a day in it lies in."""
    written = fold(cell_text(cell)) if isinstance(cell, str | int | float) else ""
    for pattern in _PERIODS.get(precision, ()):
        if found := pattern.fullmatch(written):
            months = _MONTHS[precision]
            year, number = int(found["year"]), int(found.groupdict().get("number") or 1)
            if not (FIRST_DAY.year <= year <= LAST_DAY.year and 1 <= number * months <= 12):
                raise CellError(_l("Give a day between 1990 and 2100."))
            return end_of_period(date(year, number * months, 1), precision)
    return end_of_period(day(cell, order), precision)


def is_year(cell: Cell) -> bool:
    """Whether the cell holds a year and nothing else."""
    return not isinstance(cell, bool) and bool(re.fullmatch(r"(?:19|20|21)\d{2}", fold(cell_text(cell))))


def suggested_day(cell: Cell, order: str = "dmy") -> str | None:
    """The one day that a slip of the hand can have meant, as 2026-12-31."""
    written = fold(cell_text(cell)) if isinstance(cell, str) else ""
    for pattern in _SLIPS:
        if found := pattern.fullmatch(written):
            year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
            months = (found["second"], found["first"]), (found["first"], found["second"])
            for month, day_ in months if order != "mdy" else reversed(months):
                try:
                    meant = date(year, int(month), int(day_))
                except ValueError:
                    continue
                if FIRST_DAY <= meant <= LAST_DAY:
                    return meant.isoformat()
    return None


def _in_words(cell: Cell, order: str, years: Years) -> Period | None:
    if not isinstance(cell, str):
        return None
    written = fold(cell)
    if order == "dmy" and (several := _SEVERAL.match(written)):
        last = _written_day(written[several.end() :], order)
        if last is not None and 1 <= int(several[1]) < last.day:
            return Period(last.replace(day=int(several[1])), last, "day")
    said = period_called(written)
    if not isinstance(said, DayOfYear):
        return said
    if years.assumed is not None and (meant := said.in_year(years.assumed)):
        return Period(meant, meant, "day")
    if years.suggested is not None and (meant := said.in_year(years.suggested)):
        reason = _l("This day has no year. Is it %(day)s? Say assume_year in a mapping.", day=meant.isoformat())
        raise CellError(reason, meant.isoformat())
    raise CellError(_l("This day has no year. Write it as 31/12/2026, or say assume_year in a mapping."))


def _written_day(written: str, order: str) -> date | None:
    if found := _ISO.fullmatch(written):
        year, month, day_ = int(found[1]), int(found[2]), int(found[3])
    elif order != "ymd" and (found := _SPLIT.fullmatch(written)):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day_, month = (first, second) if order == "dmy" else (second, first)
    else:
        return None
    try:
        return date(year, month, day_)
    except ValueError:
        return None
