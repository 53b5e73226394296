"""When clocks strike and steps fall: a grid of boundary days, written out by hand from the rules."""

from datetime import date, timedelta
from itertools import islice

import pytest

from tests.agenda.rows import current_step, facts, row_of, steps_between
from tracker.agenda import rules
from tracker.agenda.rules import next_check_on, steps_from
from tracker.core.db import LONG_AGO, NEVER
from tracker.territory.rules import Policy

POLICY = Policy()

#: Also around a leap day, a year's end and a month's end.
DUE_DAYS = [date(2026, 3, 31), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 6, 15)]


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize("due_on", DUE_DAYS)
@pytest.mark.parametrize(
    ("offset", "clock"),
    [
        (-400, "quiet"),
        (-15, "quiet"),
        (-14, "due_soon"),
        (-3, "due_soon"),
        (-1, "due_soon"),
        (0, "due_soon"),
        (1, "overdue"),
        (30, "overdue"),
        (3650, "overdue"),
    ],
)
def test_due_soon_until_the_due_day_and_late_from_the_next(due_on: date, offset: int, clock: str) -> None:
    row = row_of(facts(due_on), POLICY)
    assert rules.worst_clock_on(row, due_on + days(offset)) == clock


@pytest.mark.parametrize("due_on", DUE_DAYS)
@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (-15, None),
        (-14, "due-14"),
        (-4, "due-14"),
        (-3, "due-3"),
        (0, "due-3"),
        (1, "overdue+1"),
        (9, "overdue+1"),
        (10, "overdue+10"),
        (29, "overdue+10"),
        (30, "overdue+30"),
        (59, "overdue+30"),
        (60, "overdue+60"),
        (89, "overdue+60"),
        (90, "overdue+90"),
        (3 * 365, "overdue+1080"),
    ],
)
def test_the_step_that_holds(due_on: date, offset: int, name: str | None) -> None:
    step = current_step(facts(due_on), POLICY, due_on + days(offset))
    assert (step.name if step else None) == name


def test_every_step_belongs_to_the_day_its_clock_struck() -> None:
    due_on = date(2026, 3, 31)
    steps = list(islice(steps_from(facts(due_on), POLICY), 8))
    assert [step.falls_on - due_on for step in steps] == [days(n) for n in (-14, -3, 1, 10, 30, 60, 90, 120)]
    assert {step.struck_on for step in steps if step.clock == "due_soon"} == {date(2026, 3, 17)}
    assert {step.struck_on for step in steps if step.clock == "overdue"} == {date(2026, 4, 1)}
    assert not any(step.quiet_start for step in steps)


@pytest.mark.parametrize("late_by", [1, 2, 14, 15, 16, 29, 30, 31, 44, 45, 46, 200, 4000])
def test_quiet_start_tells_once_then_rests_45_days(late_by: int) -> None:
    due_on = date(2026, 3, 31)
    came_in = facts(due_on, entered_on=due_on + days(late_by))
    told = current_step(came_in, POLICY, came_in.entered_on)
    assert told is not None
    assert (told.name, told.clock, told.quiet_start) == ("overdue+1", "overdue", True)
    for rested in range(45):
        assert current_step(came_in, POLICY, came_in.entered_on + days(rested)) == told
    goes_on = came_in.entered_on + days(45)
    again = current_step(came_in, POLICY, goes_on)
    assert again is not None
    assert not again.quiet_start
    assert again.falls_on == goes_on
    assert again.name == f"overdue+{(late_by + 45) // 30 * 30}", (
        "the step that holds, not those the rest passed over"
    )
    assert next_check_on(came_in, POLICY, came_in.entered_on) == goes_on


def test_what_comes_in_on_its_due_day_is_not_late() -> None:
    due_on = date(2026, 3, 31)
    assert not rules.arrived_late(facts(due_on, entered_on=due_on))
    assert rules.arrived_late(facts(due_on, entered_on=due_on + days(1)))
    assert not rules.arrived_late(facts(None))
    step = current_step(facts(due_on, entered_on=due_on), POLICY, due_on + days(1))
    assert step is not None
    assert not step.quiet_start


@pytest.mark.parametrize("silent", [facts(None), facts(date(2020, 1, 1), ended=True), facts(None, ended=True)])
def test_undated_and_ended_strike_never(silent: rules.DateFacts) -> None:
    assert rules.clocks(silent, POLICY) == rules.Clocks(NEVER, NEVER)
    assert list(steps_from(silent, POLICY)) == []
    assert current_step(silent, POLICY, date(2099, 1, 1)) is None
    assert next_check_on(silent, POLICY, LONG_AGO) == NEVER


def test_the_next_check_is_the_next_day_on_which_something_happens() -> None:
    due_on = date(2026, 3, 31)
    seen: list[timedelta] = []
    checked_on = LONG_AGO
    for _ in range(8):
        checked_on = next_check_on(facts(due_on), POLICY, checked_on)
        seen.append(checked_on - due_on)
    assert seen == [days(n) for n in (-14, -3, 1, 10, 30, 60, 90, 120)]
    assert next_check_on(facts(due_on), POLICY, due_on) == due_on + days(1)
    assert next_check_on(facts(due_on), POLICY, due_on - days(1)) == due_on + days(1)


def test_a_strike_is_checked_even_where_no_step_falls() -> None:
    policy = Policy(soon_days=20, remind_days=(), late_days=(5, 10, 30))
    due_on = date(2026, 3, 31)
    assert next_check_on(facts(due_on), policy, LONG_AGO) == due_on - days(20)
    assert next_check_on(facts(due_on), policy, due_on) == due_on + days(1)
    assert next_check_on(facts(due_on), policy, due_on + days(1)) == due_on + days(5)


def test_a_missed_run_sees_every_step_and_the_last_one_holds() -> None:
    due_on = date(2026, 3, 31)
    fallen = steps_between(facts(due_on), POLICY, due_on - days(14), due_on + days(40))
    assert [step.name for step in fallen] == ["due-3", "overdue+1", "overdue+10", "overdue+30"]
    assert current_step(facts(due_on), POLICY, due_on + days(40)) == fallen[-1]
    assert steps_between(facts(due_on), POLICY, due_on + days(30), due_on + days(40)) == []
