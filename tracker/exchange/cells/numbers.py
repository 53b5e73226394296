"""Figures in cells: money, percent, decimal commas."""

import re
from decimal import Decimal, InvalidOperation

from tracker.core.i18n import _l
from tracker.core.sheets import Cell, fold
from tracker.exchange.cells.texts import CellError

#: Signs of money around a figure: currencies of the region, or an ISO code.
_MONEY = re.compile(
    r"(?:[A-Z]{2,3}|US|R|C|RD|B/)?[$€£₡₲]|S/\.?|B/\.|Bs\.?|Gs\.?|Q(?=[ \d])|L(?=[ \d])|\b[A-Z]{3}\b"
)
#: What accounting formats show for nothing.
_NOTHING = re.compile(r"(?:(?:US|R|C|RD|B/)?[$€£₡₲]|S/\.?|Bs\.?)? ?[-–—]?")


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

    In a `mixed` column what lies between 0 and 1 is a share, all else percent. Without a scale a figure between
    0 and 1 is refused: 0.4 may mean 40.
    """
    found = number(cell, decimal_sign)
    if found is None or (isinstance(cell, str) and "%" in cell):
        return found
    if scale == "0-1" or (scale == "mixed" and 0 < found < 1):
        return found * 100
    if scale is None and 0 < found < 1:
        raise CellError(_l("Does this mean a share of 1? Say percent_scale in a mapping, or write percent."))
    return found


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
