"""What one cell says, strictly: a value that could mean two things is none. Every refusal is a CellError.

Refusals carry lazy text, so that they come out in the language of whoever reads them.
"""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from tracker.agenda.rules import end_of_period
from tracker.core.i18n import _l
from tracker.core.sheets import Cell, clean, fold
from tracker.core.sheets.text import UNFIT, cell_text
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
#: Signs of money around a figure: currencies of the region, or an ISO code.
_MONEY = re.compile(
    r"(?:[A-Z]{2,3}|US|R|C|RD|B/)?[$€£₡₲]|S/\.?|B/\.|Bs\.?|Gs\.?|Q(?=[ \d])|L(?=[ \d])|\b[A-Z]{3}\b"
)
#: What accounting formats show for nothing.
_NOTHING = re.compile(r"(?:(?:US|R|C|RD|B/)?[$€£₡₲]|S/\.?|Bs\.?)? ?[-–—]?")
_NOT_A_DAY = _l("This is no day. Write it as 31/12/2026 or 2026-12-31.")


class CellError(Exception):
    """A cell that does not hold what its column asks for; `reason` is lazy text."""

    def __init__(self, reason: object) -> None:
        self.reason = reason
        super().__init__(reason)


def text(cell: Cell, most: int) -> str:
    """Text of several lines, `most` characters at most."""
    return _fitting(clean(cell_text(cell)), most)


def line(cell: Cell, most: int) -> str:
    """Text of one line, white space folded, `most` characters at most."""
    return _fitting(fold(cell_text(cell)), most)


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


def number(cell: Cell, decimal_sign: str = ".") -> Decimal | None:
    """A number, None for nothing. `decimal_sign` decides where one sign alone could mean either (1,234)."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | None):
        raise CellError(_l("This is no number."))
    if cell is not None and not isinstance(cell, str):
        return _finite(repr(cell))
    written = fold(cell or "")
    if _NOTHING.fullmatch(written):
        return None
    written = _MONEY.sub(" ", written).replace("%", " ").strip()
    if not re.fullmatch(r"[+-]?\d[\d.,' ]*", written):
        raise CellError(_l("This is no number."))
    return _finite(_plain(re.sub(r"[' ]", "", written), decimal_sign))


def percent(cell: Cell, scale: str | None, decimal_sign: str = ".") -> Decimal | None:
    """Percent from a share (`0-1`) or from percent (`0-100`); text with % is percent. None for nothing.

    Without a scale a figure between 0 and 1 is refused: 0.4 may mean 40.
    """
    found = number(cell, decimal_sign)
    if found is None or (isinstance(cell, str) and "%" in cell):
        return found
    if scale == "0-1":
        return found * 100
    if scale is None and 0 < found < 1:
        raise CellError(_l("Does this mean a share of 1? Say percent_scale in a mapping, or write percent."))
    return found


def _fitting(written: str, most: int) -> str:
    if UNFIT.search(written):
        raise CellError(_l("There is a character in it that cannot be kept. Write the text anew."))
    if len(written) > most:
        raise CellError(_l("At most %(count)s characters.", count=most))
    return written


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


def _plain(written: str, decimal_sign: str) -> str:
    """The figure with a point for decimals and nothing for thousands."""
    signs = {sign for sign in written if sign in ".,"}
    if not signs:
        return written
    if len(signs) == 2:
        decimal = max(signs, key=written.rfind)
    else:
        sign = signs.pop()
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+", written)
        decimal = sign if not grouped or (sign == decimal_sign and written.count(sign) == 1) else ""
    whole, _, rest = written.partition(decimal) if decimal else (written, "", "")
    thousands = "," if decimal == "." else "." if decimal == "," else ".,"
    if any(sign in rest for sign in ".,") or not re.fullmatch(
        rf"[+-]?(?:\d+|\d{{1,3}}(?:[{thousands}]\d{{3}})+)", whole
    ):
        raise CellError(_l("This is no number."))
    return re.sub("[.,]", "", whole) + (f".{rest}" if rest else "")


def _finite(written: str) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation as error:
        raise CellError(_l("This is no number.")) from error
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15:
        raise CellError(_l("This number is too large."))
    return found
