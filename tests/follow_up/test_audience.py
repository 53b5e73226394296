"""Who hears at which step of the ladder, as the table of the product says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agenda.rows import current_step
from tracker.agenda.rules import DateFacts, Step
from tracker.follow_up.rules import audience_of
from tracker.territory.rules import Policy

DUE = date(2026, 3, 31)
EARLY = date(2026, 1, 1)

RESPONSIBLE = ("responsible",)
WITH_CO_RESPONSIBLES = ("responsible", "co_responsible")
WITH_COORDINATOR = ("responsible", "coordinator")
COORDINATOR = ("coordinator",)


def _on(offset: int, entered_on: date = EARLY, policy: Policy | None = None) -> Step:
    step = current_step(DateFacts(DUE, entered_on, ended=False), policy or Policy(), DUE + timedelta(days=offset))
    assert step is not None
    return step


@pytest.mark.parametrize(
    ("offset", "who"),
    [
        (-14, RESPONSIBLE),
        (-3, RESPONSIBLE),
        (0, RESPONSIBLE),
        (1, WITH_CO_RESPONSIBLES),
        (9, WITH_CO_RESPONSIBLES),
        (10, WITH_COORDINATOR),
        (29, WITH_COORDINATOR),
        (30, COORDINATOR),
        (60, COORDINATOR),
        (3000, COORDINATOR),
    ],
)
def test_the_ladder(offset: int, who: tuple[str, ...]) -> None:
    assert audience_of(_on(offset), Policy()) == who


@pytest.mark.parametrize("late_by", [1, 10, 30, 31, 400])
def test_quiet_start_tells_responsible_and_coordinator_whatever_the_step(late_by: int) -> None:
    step = _on(late_by, entered_on=DUE + timedelta(days=late_by))
    assert step.quiet_start
    assert audience_of(step, Policy()) == WITH_COORDINATOR


def test_after_the_rest_the_coordinator_goes_on_alone() -> None:
    step = _on(47, entered_on=DUE + timedelta(days=1))
    assert audience_of(step, Policy()) == COORDINATOR


@pytest.mark.parametrize(
    ("offset", "who"),
    [
        (5, WITH_CO_RESPONSIBLES),
        (19, WITH_CO_RESPONSIBLES),
        (20, WITH_COORDINATOR),
        (45, COORDINATOR),
        (52, COORDINATOR),
    ],
)
def test_rungs_are_policy(offset: int, who: tuple[str, ...]) -> None:
    policy = Policy(late_days=(5, 20, 45), repeat_days=7)
    assert audience_of(_on(offset, policy=policy), policy) == who


@given(st.integers(-14, 2000), st.integers(-60, 60))
def test_somebody_always_hears(offset: int, entered_after: int) -> None:
    """Nobody is named twice, and nobody outside the four words."""
    who = audience_of(_on(offset, entered_on=DUE + timedelta(days=entered_after)), Policy())
    assert who
    assert len(set(who)) == len(who)
    assert set(who) <= {"responsible", "co_responsible", "coordinator"}
