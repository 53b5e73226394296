"""Completing, cancelling, reopening: what is asked, what it quiets, what starts again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.agenda.counting import check_everything
from tests.notices.raising import raise_about, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place
from tracker.agenda.operations import (
    add_milestone,
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    complete_milestone,
    edit_commitment,
    reopen_commitment,
    reopen_milestone,
)
from tracker.agenda.operations.promise import Promise
from tracker.core.db import LONG_AGO, NEVER
from tracker.core.errors import Refused

DUE = date(2026, 11, 1)

LATER = DAY + timedelta(days=5)


def _fields(call: Any, *arguments: Any) -> set[str]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return set(caught.value.fields)


def test_completing_quiets_and_voids(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=DUE)
    raise_about(place, made.subject, "overdue+1")
    complete_commitment(act(LATER), place, made.code, DAY, "fulfilled", " hecho ")
    session.expire_all()
    assert (made.completed_on, made.outcome, made.closing_note, made.progress) == (
        DAY,
        "fulfilled",
        "hecho",
        100,
    )
    assert (made.soon_from, made.overdue_from, made.next_check_on) == (NEVER, NEVER, NEVER)
    assert (made.begun_on, made.last_sign_on) == (DAY, LATER)
    assert [made.stage_on(DAY - timedelta(days=1)), made.stage_on(DAY)] == ["not_started", "completed"]
    assert states(made.subject) == {"overdue+1": ("cancelled", "completed")}
    check_everything(place, LATER)


@pytest.mark.parametrize(
    ("completed_on", "outcome", "note", "fields"),
    [
        (DAY, "fulfilled", "  ", {"closing_note"}),
        (DAY, "perfect", "hecho", {"outcome"}),
        (DAY + timedelta(days=1), "fulfilled", "hecho", {"completed_on"}),
        (date(1989, 12, 31), "fulfilled", "hecho", {"completed_on"}),
        (NEVER, "", "", {"completed_on", "outcome", "closing_note"}),
    ],
)
def test_completing_asks_for_day_outcome_and_note(
    session: DbSession, completed_on: date, outcome: str, note: str, fields: set[str]
) -> None:
    place = make_place()
    made = make_commitment(place)
    assert _fields(complete_commitment, act(), place, made.code, completed_on, outcome, note) == fields
    assert made.is_open


@pytest.mark.parametrize("outcome", ["in_part", "not_fulfilled"])
def test_what_was_not_fulfilled_keeps_its_figure(session: DbSession, outcome: str) -> None:
    place = make_place()
    made = make_commitment(place, quantity=Decimal(12))
    made.delivered, made.progress = Decimal(8), 66
    complete_commitment(act(), place, made.code, DAY, outcome, "8 de 12")
    assert (made.progress, made.outcome) == (66, outcome)
    check_everything(place, DAY)


def test_completing_asks_what_becomes_of_open_milestones(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    done, open_step = make_milestone(place, made, due_on=DUE), make_milestone(place, made, due_on=DUE)
    complete_milestone(act(), place, made.code, done.id, DAY)
    raise_about(place, open_step.subject, "overdue+1")
    assert _fields(complete_commitment, act(), place, made.code, DAY, "fulfilled", "x") == {"open_milestones"}
    complete_commitment(act(LATER), place, made.code, LATER, "fulfilled", "x", "complete")
    session.expire_all()
    assert (done.completed_on, open_step.completed_on) == (DAY, LATER)
    assert states(open_step.subject) == {"overdue+1": ("cancelled", "completed")}
    check_everything(place, LATER)


@pytest.mark.parametrize("by_cancelling", [True, False])
def test_open_milestones_can_be_dropped_with_their_commitment(session: DbSession, by_cancelling: bool) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made, due_on=DUE)
    if by_cancelling:
        cancel_commitment(act(), place, made.code, " sin fondos ")
        assert (made.cancelled_on, made.end_reason, made.stage_on(DAY)) == (DAY, "sin fondos", "cancelled")
    else:
        complete_commitment(act(), place, made.code, DAY, "in_part", "sin fondos", "cancel")
    session.expire_all()
    assert (step.cancelled_on, step.completed_on, step.end_reason) == (DAY, NEVER, "sin fondos")
    check_everything(place, DAY)


def test_cancelling_needs_a_reason(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made)
    assert _fields(cancel_commitment, act(), place, made.code, " ") == {"reason"}
    assert _fields(cancel_milestone, act(), place, made.code, step.id, "") == {"reason"}
    assert made.is_open
    assert step.is_open


def test_what_is_closed_takes_nothing_more(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    step = make_milestone(place, made)
    cancel_commitment(act(), place, made.code, "sin fondos")
    for call, *arguments in (
        (complete_commitment, DAY, "fulfilled", "x"),
        (cancel_commitment, "otra vez"),
        (edit_commitment, Promise("x"), made.version),
        (add_milestone, "x", None),
        (complete_milestone, step.id, DAY),
        (reopen_milestone, step.id),
    ):
        with pytest.raises(Refused):
            call(act(), place, made.code, *arguments)


def test_reopening_restarts_the_clocks(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=DUE)
    made.checked_on = DAY
    complete_commitment(act(), place, made.code, DAY, "fulfilled", "hecho")
    assert _fields(reopen_commitment, act(LATER), place, made.code, " ") == {"reason"}
    reopen_commitment(act(LATER), place, made.code, "no servía")
    session.expire_all()
    assert (made.completed_on, made.cancelled_on, made.outcome, made.closing_note) == (NEVER, NEVER, None, "")
    assert (made.reopened_on, made.first_due_on, made.overdue_from) == (LATER, DUE, DUE + timedelta(days=1))
    assert made.checked_on == LONG_AGO
    check_everything(place, LATER)
    again = reopen_commitment(act(LATER + timedelta(days=1)), place, made.code, "")
    assert again.reopened_on == LATER, "an open one stays as it is"
