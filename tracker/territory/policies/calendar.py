"""Days on which no mails leave beside weekends and public holidays: local holidays, and closed offices.

Each is kept as text: `--12-24` every year, `2026-12-24` once, `2026-12-20/2027-01-05` from a day to a day.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

#: Offices are not closed for longer at a time: mails would rest for a season.
LONGEST = timedelta(days=62)
#: Of one place.
MOST = 60

_YEARLY = re.compile(r"(\d{1,2})[./-](\d{1,2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_SPAN = re.compile(r"\s+[-–—]\s+|\s*/{2}\s*|\s+(?:a|al|to|até|au)\s+")


def read_day_off(text: str) -> str:
    """`24/12`, `24/12/2026` or `20/12/2026 - 5/1/2027` as it is kept; also what is kept already.

    Raises ValueError for what is none of these, for a day that does not exist, and for a span of more than LONGEST.
    """
    text = " ".join(text.split())
    parts = text.split("/") if re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", text) else _SPAN.split(text)
    if len(parts) == 2:
        first, last = _day(parts[0]), _day(parts[1])
        if not first <= last <= first + LONGEST:
            raise ValueError(text)
        return f"{first.isoformat()}/{last.isoformat()}"
    kept, yearly = re.fullmatch(r"--(\d\d)-(\d\d)", text), _YEARLY.fullmatch(text)
    if kept:
        month, day = int(kept[1]), int(kept[2])
    elif yearly:
        day, month = int(yearly[1]), int(yearly[2])
    else:
        return _day(text).isoformat()
    # A leap year has every day that any year has.
    return f"--{date(2024, month, day):%m-%d}"


def is_day_off(day: date, days_off: Iterable[str]) -> bool:
    """Whether the day is one of these, or lies in one of these spans."""
    iso = day.isoformat()
    for kept in days_off:
        first, _slash, last = kept.partition("/")
        if (last and first <= iso <= last) or kept in (iso, f"--{iso[5:]}"):
            return True
    return False


def shown(kept: str) -> str:
    """As people type it: day first."""
    first, _slash, last = kept.partition("/")
    if last:
        return f"{_day_first(first)} - {_day_first(last)}"
    return _day_first(kept)


def _day_first(iso: str) -> str:
    return "/".join(reversed(iso.removeprefix("--").split("-")))


def _day(text: str) -> date:
    iso, day_first = _ISO.fullmatch(text.strip()), _DAY_FIRST.fullmatch(text.strip())
    if iso:
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if day_first:
        return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    raise ValueError(text)
