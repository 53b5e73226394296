"""Milestones end on their own, and only their own commitment knows them."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.agenda.counting import check_everything
from tests.notices.raising import raise_about, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place
from tracker.agenda.operations import (
    cancel_milestone,
    complete_milestone,
    reopen_milestone,
)
from tracker.core.db import NEVER
from tracker.core.errors import NotHere, Refused

DUE = date(2026, 11, 1)

LATER = DAY + timedelta(days=5)


def _fields(call: Any, *arguments: Any) -> set[str]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return set(caught.value.fields)


def test_a_milestone_needs_no_more_than_a_day(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made, due_on=DUE)
    raise_about(place, step.subject, "overdue+1")
    assert _fields(complete_milestone, act(), place, made.code, step.id, LATER) == {"completed_on"}
    complete_milestone(act(LATER), place, made.code, step.id, DAY)
    session.expire_all()
    assert (step.completed_on, made.begun_on, made.last_sign_on) == (DAY, DAY, LATER)
    assert made.late_step_from == NEVER
    assert states(step.subject) == {"overdue+1": ("cancelled", "completed")}
    check_everything(place, LATER)
    reopen_milestone(act(LATER), place, made.code, step.id)
    assert (step.completed_on, step.reopened_on, made.late_step_from) == (
        NEVER,
        LATER,
        DUE + timedelta(days=1),
    )
    check_everything(place, LATER)


def test_a_dropped_milestone_can_still_be_reached(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made, due_on=DUE)
    cancel_milestone(act(), place, made.code, step.id, "sin fondos")
    complete_milestone(act(), place, made.code, step.id, DAY)
    assert (step.completed_on, step.cancelled_on, step.end_reason) == (DAY, NEVER, "")
    check_everything(place, DAY)


def test_a_reached_milestone_is_not_dropped(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made, due_on=DUE)
    complete_milestone(act(), place, made.code, step.id, DAY)
    with pytest.raises(Refused):
        cancel_milestone(act(), place, made.code, step.id, "por error")
    assert (step.completed_on, step.cancelled_on) == (DAY, NEVER)


def test_milestones_of_others_are_not_here(session: DbSession) -> None:
    place = make_place()
    made, other = make_commitment(place), make_commitment(place)
    step = make_milestone(place, other)
    for call, *arguments in ((complete_milestone, DAY), (cancel_milestone, "x"), (reopen_milestone,)):
        with pytest.raises(NotHere):
            call(act(), place, made.code, step.id, *arguments)
