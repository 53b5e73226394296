"""Plain stand-ins for rows, so that rules are tried without a database."""

from dataclasses import dataclass
from datetime import date

from tracker.agenda.rules import DateFacts, Step, clocks, fallen, steps_from
from tracker.core.db import NEVER
from tracker.territory.rules import Policy


@dataclass
class Row:
    """The day columns that rules look at, all quiet."""

    begun_on: date = NEVER
    completed_on: date = NEVER
    cancelled_on: date = NEVER
    soon_from: date = NEVER
    overdue_from: date = NEVER
    late_step_from: date = NEVER
    blocked_from: date = NEVER
    silent_from: date = NEVER
    behind_from: date = NEVER


def facts(due_on: date | None, entered_on: date = date(2020, 1, 1), ended: bool = False) -> DateFacts:
    """Facts of something that came in long before it is due."""
    return DateFacts(due_on, entered_on, ended)


def row_of(given: DateFacts, policy: Policy) -> Row:
    """A row whose clocks are reckoned from its facts."""
    struck = clocks(given, policy)
    return Row(soon_from=struck.soon_from, overdue_from=struck.overdue_from)


def steps_between(given: DateFacts, policy: Policy, after: date, until: date) -> list[Step]:
    """Steps of the date's ladder that fall after `after` and on or before `until`."""
    return [step for step in fallen(steps_from(given, policy), until) if step.falls_on > after]


def current_step(given: DateFacts, policy: Policy, day: date) -> Step | None:
    """The step of the date's ladder that holds on `day`: the last one that has fallen."""
    return next(reversed(fallen(steps_from(given, policy), day)), None)
