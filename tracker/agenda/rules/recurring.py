"""The rule of promises that recur: on which days they fall, and how many were held."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from tracker.territory.rules import LAST_DAY

UNITS = ("week", "month", "quarter")
#: Most occurrences that one pattern gives.
MOST_OCCURRENCES = 120
#: `nth` of the last such weekday of a month, be it the fourth or the fifth.
LAST = 5


@dataclass(frozen=True)
class Pattern:
    """How a promise recurs."""

    #: week, month, or quarter: three months counted from the first day.
    unit: str
    every: int
    #: 1 (Monday) to 7 in a week or with `nth`; else 1 to 31, the last day where a month is shorter.
    day: int
    from_on: date
    until_on: date | None = None
    count: int | None = None
    #: The first (1) to fourth or last (5) such weekday of the month; 0 where the day goes by its number.
    nth: int = 0

    def written(self) -> str:
        """The pattern as it is kept: `month 1 0 31 2027-01-01 2027-12-31 -`."""
        parts = (self.unit, self.every, self.nth, self.day, self.from_on, self.until_on or "-", self.count or "-")
        return " ".join(str(part) for part in parts)


def pattern_from(written: str) -> Pattern:
    """The pattern that `written` wrote; raises ValueError for anything else."""
    unit, every, nth, day, from_on, until_on, count = written.split(" ")
    return Pattern(
        unit,
        int(every),
        int(day),
        date.fromisoformat(from_on),
        None if until_on == "-" else date.fromisoformat(until_on),
        None if count == "-" else int(count),
        int(nth),
    )


def days_of(pattern: Pattern) -> list[date]:
    """The days in order, one for each period from `from_on` on; one more than the most where they are too many."""
    most = MOST_OCCURRENCES + 1
    found = islice(_falls(pattern), most if pattern.count is None else min(pattern.count, most))
    return [day for day in found if pattern.until_on is None or day <= pattern.until_on]


def _falls(pattern: Pattern) -> Iterator[date]:
    if pattern.unit == "week":
        day = pattern.from_on + timedelta(days=(pattern.day - pattern.from_on.isoweekday()) % 7)
        while day <= LAST_DAY:
            yield day
            day += timedelta(weeks=pattern.every)
        return
    month = pattern.from_on.year * 12 + pattern.from_on.month - 1
    if _in_month(pattern, month) < pattern.from_on:
        month += 1
    while month // 12 <= LAST_DAY.year:
        yield _in_month(pattern, month)
        month += pattern.every * (3 if pattern.unit == "quarter" else 1)


def _in_month(pattern: Pattern, month: int) -> date:
    """The day of the pattern in a month, counted from the year 0."""
    year, number = month // 12, month % 12 + 1
    first_weekday, length = calendar.monthrange(year, number)
    if not pattern.nth:
        return date(year, number, min(pattern.day, length))
    first = 1 + (pattern.day - 1 - first_weekday) % 7
    day = first + 7 * (pattern.nth - 1)
    return date(year, number, day if day <= length else day - 7)


@dataclass(frozen=True)
class Held:
    """How many occurrences there are, by what became of them; dropped ones are none."""

    held: int = 0
    not_held: int = 0
    #: Their day is over and nobody has said whether they were held.
    unsaid: int = 0
    to_come: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.held + self.not_held + self.unsaid + self.to_come

    @property
    def outcome(self) -> str:
        """How the commitment ended if it ended now: fulfilled, in part or not fulfilled."""
        if self.held == self.all:
            return "fulfilled"
        return "in_part" if self.held else "not_fulfilled"
