"""Dates slip openly: the ledger, the first promised date, and what a move does to notices and checks."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.agenda.counting import check_everything, commitments_of, milestones_of
from tests.notices.raising import raise_about, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, be_patient, make_commitment, make_milestone, make_place, make_unit
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.operations import edit_commitment, edit_milestone
from tracker.agenda.operations.promise import Promise
from tracker.core.db import LONG_AGO
from tracker.core.errors import Refused
from tracker.territory.rules import Place

FIRST, SECOND, THIRD = date(2027, 3, 31), date(2027, 5, 31), date(2027, 7, 3)
TOMORROW = DAY + timedelta(days=1)


def _move(
    place: Place, row: Commitment, due_on: date | None, reason: str = "llueve", precision: str = "day"
) -> None:
    promise = Promise(row.title, due_on=due_on, due_precision=precision, unit_id=row.unit_id)
    edit_commitment(act(TOMORROW, name="Ana"), place, row.code, promise, row.version, reason)


def _ledger(session: DbSession) -> list[DateChange]:
    session.flush()
    return list(session.scalars(select(DateChange).order_by(DateChange.id)))


def test_a_moved_date_needs_a_reason(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=FIRST)
    with pytest.raises(Refused) as refused:
        _move(place, made, SECOND, reason="  ")
    assert set(refused.value.fields) == {"date_reason"}
    session.rollback()


def test_every_move_is_a_row_and_the_first_date_stays(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=FIRST)
    _move(place, made, SECOND, " llueve ")
    _move(place, made, date(2027, 6, 1), "falta la firma", "quarter")
    _move(place, made, THIRD, "otra vez")
    session.expire_all()
    assert made.first_due_on == FIRST
    assert made.slippage_days == 94
    rows = [(c.old_due_on, c.new_due_on, c.new_precision, c.reason, c.by, c.on) for c in _ledger(session)]
    assert rows == [
        (FIRST, SECOND, "day", "llueve", "Ana", TOMORROW),
        (SECOND, date(2027, 6, 30), "quarter", "falta la firma", "Ana", TOMORROW),
        (date(2027, 6, 30), THIRD, "day", "otra vez", "Ana", TOMORROW),
    ]
    check_everything(place, TOMORROW)


def test_the_first_date_may_come_later_and_is_no_move(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    _move(place, made, FIRST, reason="")
    assert (made.due_on, made.first_due_on) == (FIRST, FIRST)
    assert _ledger(session) == []
    check_everything(place, TOMORROW)


def test_a_date_taken_away_and_given_back_keeps_the_first(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=FIRST)
    _move(place, made, None, "aún no se sabe")
    check_everything(place, TOMORROW)
    assert made.slippage_days == 0
    _move(place, made, THIRD, "ya se sabe")
    session.expire_all()
    assert (made.first_due_on, made.slippage_days) == (FIRST, 94)
    assert [change.new_due_on for change in _ledger(session)][:1] == [None]


def test_the_same_date_is_no_move(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=FIRST)
    raise_about(place, made.subject, "due-14")
    _move(place, made, FIRST, reason="")
    _move(place, made, date(2027, 3, 2), reason="", precision="month")
    assert _ledger(session) == []
    assert states(made.subject) == {"due-14": ("waiting", "")}


def test_a_move_voids_what_waits_and_asks_for_a_new_look(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=FIRST)
    made.checked_on = DAY
    raise_about(place, made.subject, "due-14")
    _move(place, made, SECOND)
    session.expire_all()
    assert states(made.subject) == {"due-14": ("cancelled", "changed")}
    assert made.checked_on == LONG_AGO
    check_everything(place, TOMORROW)


def test_a_new_lead_hears_of_the_commitment_and_of_its_milestones(session: DbSession) -> None:
    """What waits for the old lead is void, for the steps too: their lead is the commitment's."""
    place = make_place()
    old, new = make_unit(place), make_unit(place)
    made = make_commitment(place, due_on=THIRD, unit=old)
    step = make_milestone(place, made, due_on=FIRST)
    made.checked_on = step.checked_on = DAY
    raise_about(place, made.subject, "due-14")
    raise_about(place, step.subject, "due-3")
    edit_commitment(
        act(TOMORROW), place, made.code, Promise(made.title, due_on=THIRD, unit_id=new.id), made.version
    )
    session.expire_all()
    assert states(made.subject) == {"due-14": ("cancelled", "changed")}
    assert made.checked_on == LONG_AGO
    assert states(step.subject) == {"due-3": ("cancelled", "changed")}
    assert step.checked_on == LONG_AGO
    check_everything(place, TOMORROW)


def test_milestones_keep_a_ledger_of_their_own(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, due_on=THIRD)
    step = make_milestone(place, made, due_on=FIRST)
    raise_about(place, step.subject, "due-14")
    with pytest.raises(Refused) as refused:
        edit_milestone(act(TOMORROW), place, made.code, step.id, step.title, SECOND)
    assert set(refused.value.fields) == {"date_reason"}
    edit_milestone(
        act(TOMORROW), place, made.code, step.id, "Otro nombre", SECOND, weight=3, date_reason="falta cal"
    )
    session.expire_all()
    assert (step.title, step.weight, step.first_due_on, step.slippage_days) == ("Otro nombre", 3, FIRST, 61)
    (change,) = _ledger(session)
    assert (change.commitment_id, change.milestone_id, change.reason) == (made.id, step.id, "falta cal")
    assert states(step.subject) == {"due-14": ("cancelled", "changed")}
    assert made.first_due_on == THIRD
    check_everything(place, TOMORROW)


def test_a_late_step_makes_its_commitment_say_so(session: DbSession) -> None:
    place = make_place()
    be_patient(place)
    made = make_commitment(place, due_on=THIRD)
    make_milestone(place, made, due_on=SECOND)
    make_milestone(place, made, due_on=FIRST)
    make_milestone(place, made)
    (row,) = commitments_of(place)
    assert row.late_step_from == FIRST + timedelta(days=1)
    assert row.worst_clock_on(FIRST) == "quiet"
    assert row.worst_clock_on(FIRST + timedelta(days=1)) == "late_step"
    assert row.worst_clock_on(THIRD + timedelta(days=1)) == "overdue"
    assert len(milestones_of(place)) == 3
    check_everything(place, DAY)


def test_a_milestone_of_another_commitment_is_not_here(session: DbSession) -> None:
    from tracker.core.errors import NotHere

    place = make_place()
    made, other = make_commitment(place), make_commitment(place)
    step = make_milestone(place, other)
    with pytest.raises(NotHere):
        edit_milestone(act(), place, made.code, step.id, "x", None)
