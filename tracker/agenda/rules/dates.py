"""The rules of dates: when a clock strikes, when a step of the ladder falls, what a date's precision means.

Every rule is told here once; database columns hold its answers. All days are the municipality's own; due today
is not late.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tracker.core.db import NEVER
from tracker.core.ladder import ladder
from tracker.territory.rules import Policy

PRECISIONS = ("day", "month", "quarter", "half", "year")
OUTCOMES = ("fulfilled", "in_part", "not_fulfilled")
STAGES = ("not_started", "in_progress", "completed", "cancelled")
#: What can become of something that was late already when it came in.
SORTED = ("done", "moved", "dropped", "kept")
#: Letters, digits, dot, underscore, hyphen; compared without case.
CODE = re.compile(r"^[A-Za-z0-9._-]{1,40}$")
TITLE_LENGTH = 300
TEXT_LENGTH = 10_000


@dataclass(frozen=True)
class DateFacts:
    """What the date clocks of a commitment or milestone need."""

    due_on: date | None
    #: Day on which it came into the system.
    entered_on: date
    #: Completed, cancelled, or not promised yet.
    ended: bool
    #: The day on which somebody looked at what had come in late and kept it; None until then.
    sorted_on: date | None = None


@dataclass(frozen=True)
class Clocks:
    """First days on which states hold; NEVER where they do not."""

    soon_from: date
    overdue_from: date


@dataclass(frozen=True)
class Step:
    """A rung of the ladder: its name as in notice keys, the clock it belongs to, the day it falls on."""

    name: str
    clock: str
    falls_on: date
    #: The day the clock struck (part of a notice's key).
    struck_on: date
    #: It was late before it came in: told once, then at rest.
    quiet_start: bool = False


_QUIET = Clocks(NEVER, NEVER)


def clocks(facts: DateFacts, policy: Policy) -> Clocks:
    """The days on which *due soon* and *overdue* strike. Due soon lasts until overdue strikes."""
    if facts.due_on is None or facts.ended:
        return _QUIET
    return Clocks(facts.due_on - timedelta(days=policy.soon_days), facts.due_on + timedelta(days=1))


def arrived_late(facts: DateFacts) -> bool:
    """Whether it was late already when it came into the system (quiet start)."""
    return facts.due_on is not None and facts.due_on < facts.entered_on


def rests_until(facts: DateFacts, policy: Policy) -> date:
    """The first day on which the ladder goes on after a quiet start."""
    return facts.entered_on + timedelta(days=policy.quiet_days)


def steps_from(facts: DateFacts, policy: Policy) -> Iterator[Step]:
    """The ladder's steps in the order they fall, without end once late; nothing for what has no date or ended."""
    if facts.due_on is None or facts.ended:
        return
    struck = clocks(facts, policy)
    for days in policy.remind_days:
        yield Step(f"due-{days}", "due_soon", facts.due_on - timedelta(days=days), struck.soon_from)
    rest_end = rests_until(facts, policy) if arrived_late(facts) else None
    if rest_end is not None:
        yield Step("overdue+1", "overdue", struck.overdue_from, struck.overdue_from, quiet_start=True)
    for days, following in pairwise(_late_days(policy)):
        falls_on = facts.due_on + timedelta(days=days)
        if rest_end is not None and facts.sorted_on is not None and facts.sorted_on < rest_end:
            # Whoever kept it knows of it: the ladder goes on with the first rung after that day.
            if falls_on > facts.sorted_on:
                yield Step(f"overdue+{days}", "overdue", falls_on, struck.overdue_from)
            continue
        if rest_end is None:
            yield Step(f"overdue+{days}", "overdue", falls_on, struck.overdue_from)
            continue
        if days > policy.late_days[0] and facts.due_on + timedelta(days=following) > rest_end:
            # What the rest skipped is caught up with one step, the day the rest ends.
            yield Step(f"overdue+{days}", "overdue", max(falls_on, rest_end), struck.overdue_from)


def _late_days(policy: Policy) -> Iterator[int]:
    yield from policy.late_days
    days = policy.late_days[-1]
    while True:
        days += policy.repeat_days
        yield days


def next_check_on(facts: DateFacts, policy: Policy, checked_on: date) -> date:
    """The first day after `checked_on` on which a clock strikes or a step falls; NEVER when none will."""
    struck = clocks(facts, policy)
    days = [day for day in (struck.soon_from, struck.overdue_from) if day > checked_on]
    following = next((s.falls_on for s in steps_from(facts, policy) if s.falls_on > checked_on), NEVER)
    return min([*days, following])


def end_of_period(day: date, precision: str) -> date:
    """The last day of the month, quarter, half or year that `day` lies in; `day` itself for precision `day`."""
    if precision == "day":
        return day
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[precision]
    month = (day.month - 1) // months * months + months
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def slippage_days(first_due_on: date | None, due_on: date | None) -> int:
    """Calendar days by which the promise has moved: positive is later, 0 where either date is missing."""
    if first_due_on is None or due_on is None:
        return 0
    return (due_on - first_due_on).days


def share_of_time(start_on: date | None, due_on: date | None, day: date) -> int | None:
    """Percent (0-100, rounded down) of the span that has gone on `day`; None without start, date or span."""
    if start_on is None or due_on is None or due_on <= start_on:
        return None
    return max(0, min(100, (day - start_on).days * 100 // (due_on - start_on).days))


def stage_on(facts: Any, day: Any) -> Any:
    """Stage of a commitment or milestone on a day: a str for an instance, a SQL CASE for a class."""
    return ladder(
        [
            (facts.completed_on <= day, "completed"),
            (facts.cancelled_on <= day, "cancelled"),
            (facts.begun_on <= day, "in_progress"),
        ],
        "not_started",
    )


def worst_clock_on(facts: Any, day: Any) -> Any:
    """The most pressing clock of a commitment on a day: a str for an instance, a SQL CASE for a class."""
    return ladder(
        [
            (facts.overdue_from <= day, "overdue"),
            (facts.blocked_from <= day, "blocked"),
            (facts.late_step_from <= day, "late_step"),
            (facts.silent_from <= day, "silent"),
            (facts.behind_from <= day, "behind"),
            (facts.soon_from <= day, "due_soon"),
        ],
        "quiet",
    )


def next_code(last_number: int) -> str:
    """The code after `last_number` automatic ones: C-001, C-002 … C-1000."""
    return f"C-{last_number + 1:03d}"


def progress_of(quantity: Any, delivered: Any) -> int | None:
    """Percent delivered ÷ promised, rounded down, 0-100; None without a promised quantity."""
    if not quantity:
        return None
    return int(max(0, min(100, delivered * 100 / quantity)))
