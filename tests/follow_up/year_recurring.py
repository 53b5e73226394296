"""What recurs, told a second time: on which days it falls, what another rhythm makes and drops, what was held.

Part of the model of `year_model`: plain Python that knows nothing of `tracker` and looks at every day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tests.follow_up.year_model import DAY, Subject

#: `nth` of the last such weekday of a month.
LAST = 5


@dataclass(frozen=True)
class Rhythm:
    """Every so many weeks, months or quarters, on which day, from when on, how many times."""

    unit: str
    every: int
    #: 1 (Monday) to 7 by weeks or with `nth`; else the number of the day, the last one where a month is shorter.
    day: int
    from_on: date
    count: int
    nth: int = 0


class Held(NamedTuple):
    """What became of the occurrences: "9 of 12 held"."""

    held: int
    not_held: int
    unsaid: int
    to_come: int

    @property
    def outcome(self) -> str:
        """How it ended if it ended now."""
        if self.held == sum(self):
            return "fulfilled"
        return "in_part" if self.held else "not_fulfilled"


def days_of(rhythm: Rhythm) -> list[date]:
    """The days on which it falls."""
    found: list[date] = []
    day = rhythm.from_on
    while len(found) < rhythm.count:
        if _fits(rhythm, day) and (not found or _apart(rhythm, found[0], day) % _period(rhythm) == 0):
            found.append(day)
        day += DAY
    return found


def _fits(rhythm: Rhythm, day: date) -> bool:
    is_last_week = (day + 7 * DAY).month != day.month
    if rhythm.unit == "week":
        return day.isoweekday() == rhythm.day
    if rhythm.nth:
        week = is_last_week if rhythm.nth == LAST else (day.day - 1) // 7 + 1 == rhythm.nth
        return week and day.isoweekday() == rhythm.day
    is_last_day = (day + DAY).day == 1
    return day.day == rhythm.day or (is_last_day and day.day < rhythm.day)


def _period(rhythm: Rhythm) -> int:
    return rhythm.every * {"week": 7, "month": 1, "quarter": 3}[rhythm.unit]


def _apart(rhythm: Rhythm, first: date, day: date) -> int:
    """In days by weeks, else in months."""
    if rhythm.unit == "week":
        return (day - first).days
    return (day.year - first.year) * 12 + day.month - first.month


def occurrences(whole: Subject) -> Iterator[Subject]:
    """Milestones that were made for a day of the rhythm and belong to it still."""
    return (step for step in whole.steps if step.occurs_on is not None)


def ahead(whole: Subject, rhythm: Rhythm, today: date) -> tuple[list[date], list[Subject]]:
    """For which days milestones are made, and which ones are dropped.

    Dropped is what is open, after today and on no day of the rhythm, unless somebody moved it or reported on it.
    Each of the others stands for its own day, or for the day it has now where its own is no more.
    """
    days = days_of(rhythm)
    gone = [
        step
        for step in occurrences(whole)
        if step.open and step.occurs_on not in days and step.due_on == step.occurs_on and not step.begun
        if step.due_on > today
    ]
    stay = [step for step in occurrences(whole) if step not in gone]
    there = [step.occurs_on if step.occurs_on in days else step.due_on for step in stay]
    return [day for day in days if day >= today and day not in there], gone


def held(steps: Iterable[Subject], today: date) -> Held:
    """How many were held, were not, are over without a word, are still to come; dropped ones are none."""
    counts = {"held": 0, "not_held": 0, "unsaid": 0, "to_come": 0}
    for step in steps:
        if step.done:
            counts["held"] += 1
        elif step.not_held:
            counts["not_held"] += 1
        elif step.open:
            over = step.due_on is not None and step.due_on < today
            counts["unsaid" if over else "to_come"] += 1
    return Held(**counts)
