"""Several commitments in one go: all or none, each with its own trail, and taken back where nobody built on it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_place,
    make_unit,
)
from tests.support.together import at_once
from tracker.agenda.models import Commitment, DateChange, Standing
from tracker.agenda.operations import edit_commitment, reopen_commitment
from tracker.agenda.operations.endings import Ending
from tracker.agenda.operations.leading import Lead
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.standing import differences
from tracker.audit.models import AuditEntry
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.bulk.changing import close_alike, give_dates, give_lead
from tracker.follow_up.bulk.undoing import UNDO_DAYS, may_be_undone, undo_bulk
from tracker.follow_up.checks import check_places
from tracker.follow_up.models import BulkChange
from tracker.follow_up.operations.dates import NewDate
from tracker.notices.models import Notice
from tracker.territory.rules import Place

DUE, LATER = DAY + timedelta(days=20), DAY + timedelta(days=80)
NEW = NewDate(LATER, "day", "Lluvias")
NEXT = act(DAY + timedelta(days=1), name="Eva")


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def facts_of(made: Commitment) -> dict[str, Any]:
    """All columns but those that every write raises."""
    apart = {"version", "checked_on", "next_check_on", "assistant"}
    return {c.name: getattr(made, c.name) for c in Commitment.__table__.columns if c.name not in apart}


def test_another_lead_for_all_and_those_who_led_hear_no_more(place: Place) -> None:
    works, health = make_unit(place, "Obras", "obras@example.org"), make_unit(place, "Salud", "salud@example.org")
    late = [make_commitment(place, due_on=DAY - timedelta(days=1), unit=works, day=DAY - timedelta(days=40))]
    late.append(make_commitment(place, due_on=DAY - timedelta(days=1), unit=works, day=DAY - timedelta(days=40)))
    same = make_commitment(place, unit=health)
    check_places([place], DAY, act().at)
    change = give_lead(act(), place, [row.code for row in (*late, same)], Lead(unit_id=health.id))
    assert change.commitment_ids == [row.id for row in late], "the one that had it already is not changed"
    assert {row.unit_id for row in late} == {health.id}
    assert set(db.session.scalars(select(Notice.state).where(Notice.recipient == "obras@example.org"))) == {
        "cancelled"
    }
    check_places([place], DAY + timedelta(days=1), NEXT.at)
    heard = Notice.recipient == "salud@example.org", Notice.state == "waiting"
    assert len(db.session.scalars(select(Notice.subject).where(*heard)).all()) >= 2
    assert differences()[1] == []


def test_a_lead_that_takes_part_already_or_of_elsewhere_is_refused(place: Place) -> None:
    unit, away = make_unit(place), make_unit(make_place())
    made = make_commitment(place, parties=(PartyFacts("co_responsible", unit_id=unit.id),))
    other = make_commitment(place)
    with pytest.raises(Refused) as refused:
        give_lead(act(), place, [other.code, made.code], Lead(unit_id=unit.id))
    assert made.code in str(refused.value.fields["lead"]) and other.code not in str(refused.value.fields["lead"])
    for lead in (Lead(unit_id=away.id), Lead(partner_id=999_999)):
        with pytest.raises(NotHere):
            give_lead(act(), place, [other.code], lead)
    with pytest.raises(Refused):
        give_lead(act(), place, [other.code], Lead())
    assert other.unit_id is None and db.session.scalars(select(BulkChange)).all() == []


def test_a_partner_leads_where_units_take_part(place: Place) -> None:
    partner, unit = make_partner(), make_unit(place)
    made = make_commitment(place, parties=(PartyFacts("co_responsible", unit_id=unit.id),))
    give_lead(act(), place, [made.code], Lead(partner_id=partner.id))
    assert (made.unit_id, made.partner_id) == (None, partner.id)


def test_dates_move_each_with_its_reason_named_by_who_decided(place: Place) -> None:
    first, second = make_commitment(place, due_on=DUE), make_commitment(place, due_on=DUE + timedelta(days=3))
    wanted = {first.code: NEW, second.code.lower(): NewDate(date(2027, 6, 3), "month", "Licitación desierta")}
    give_dates(act(name="Eva"), place, wanted)
    assert (first.due_on, second.due_on, second.due_precision) == (LATER, date(2027, 6, 30), "month")
    assert (first.first_due_on, first.slippage_days, first.last_sign_on) == (DUE, 60, None)
    ledger = db.session.execute(select(DateChange.reason, DateChange.asked_by, DateChange.by)).all()
    assert [tuple(row) for row in ledger] == [("Lluvias", "Eva", "Eva"), ("Licitación desierta", "Eva", "Eva")]


def test_one_date_that_cannot_stand_stops_all_and_is_named(place: Place) -> None:
    good, bad = make_commitment(place, due_on=DUE), make_commitment(place, due_on=DUE)
    wanted = {good.code: NEW, bad.code: NewDate(DAY - timedelta(days=1), "day", " ")}
    with pytest.raises(Refused) as refused:
        give_dates(act(), place, wanted)
    assert set(refused.value.fields) == {f"{bad.code} due_on", f"{bad.code} reason"}
    assert good.due_on == DUE
    with pytest.raises(Refused) as refused:
        give_dates(act(), place, {})
    assert set(refused.value.fields) == {"codes"}


def test_closing_asks_for_what_closing_one_asks_for(place: Place) -> None:
    plain, shown = make_commitment(place), make_commitment(place, evidence_required=True)
    stepped = make_commitment(place)
    make_milestone(place, stepped, DUE)
    codes = [plain.code, stepped.code]
    with pytest.raises(Refused) as refused:
        close_alike(act(), place, codes, Ending(DAY, "fulfilled", "Se entregó"))
    assert set(refused.value.fields) == {"open_milestones"}
    with pytest.raises(Refused) as refused:
        close_alike(act(), place, [*codes, shown.code], Ending(DAY, "fulfilled", "Se entregó", "complete"))
    assert shown.code in str(refused.value) and plain.code not in str(refused.value)
    assert plain.is_open and stepped.is_open
    close_alike(act(), place, codes, Ending(DAY, "in_part", "La mitad", "cancel"))
    assert [(one.outcome, one.completed_on) for one in (plain, stepped)] == [("in_part", DAY)] * 2
    assert db.session.scalar(select(Standing.completed_count).where(Standing.until_on == NEVER)) == 2


@pytest.mark.parametrize("kind", ["lead", "dates", "closing"])
def test_taken_back_it_is_as_it_was_to_the_last_column(place: Place, kind: str) -> None:
    unit = make_unit(place)
    made = make_commitment(place, due_on=DUE, quantity=Decimal(4), start_on=DAY - timedelta(days=10))
    undated, stepped = make_commitment(place, unit=unit), make_commitment(place, due_on=DUE)
    step = make_milestone(place, stepped, DUE)
    rows = [made, undated, stepped]
    before = [facts_of(row) for row in rows]
    codes = [row.code for row in rows]
    change = {
        "lead": lambda: give_lead(act(), place, codes, Lead(partner_id=make_partner().id)),
        "dates": lambda: give_dates(act(), place, dict.fromkeys(codes, NEW)),
        "closing": lambda: close_alike(act(), place, codes, Ending(DAY, "fulfilled", "Ya", "complete")),
    }[kind]()
    assert [facts_of(row) for row in rows] != before
    db.session.flush()
    db.session.expire_all()
    done = undo_bulk(act(name="Eva"), place, change.id)
    assert (sorted(done.back), done.left) == (sorted(codes), [])
    db.session.flush()
    db.session.expire_all()
    assert [facts_of(row) for row in rows] == before
    assert step.is_open and (change.undone_on, change.undone_by) == (DAY, "Eva")
    assert moves_of(rows) == {}
    assert differences()[1] == []
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "undo_bulk")).all()
    assert len(verbs) == 3
    with pytest.raises(Refused):
        undo_bulk(act(), place, change.id)


def test_the_ledger_keeps_both_ways_and_counts_neither(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    undo_bulk(NEXT, place, give_dates(act(), place, {made.code: NEW}).id)
    rows = db.session.execute(select(DateChange.old_due_on, DateChange.new_due_on, DateChange.is_correction)).all()
    assert [tuple(row) for row in rows] == [(DUE, LATER, True), (LATER, DUE, True)]
    assert (made.due_on, made.first_due_on, made.slippage_days) == (DUE, DUE, 0)


def test_what_somebody_changed_since_stays_and_is_named(place: Place) -> None:
    rows = [make_commitment(place, due_on=DUE) for _ in range(4)]
    moved, started, ended, free = rows
    change = give_dates(act(), place, dict.fromkeys((row.code for row in rows), NEW))
    newer = Promise(title="Otro", due_on=LATER + timedelta(days=9), due_precision="day")
    edit_commitment(NEXT, place, moved.code, newer, moved.version, "Otra vez")
    begins = Promise(title="Otro", due_on=LATER, start_on=DUE + timedelta(days=1), due_precision="day")
    edit_commitment(NEXT, place, started.code, begins, started.version)
    close_alike(NEXT, place, [ended.code], Ending(DAY, "fulfilled", "Ya"))
    done = undo_bulk(NEXT, place, change.id)
    assert (done.back, done.left) == ([free.code], [moved.code, started.code, ended.code])
    assert moved.due_on == LATER + timedelta(days=9)


def test_nothing_left_to_take_back_is_said(place: Place) -> None:
    made = make_commitment(place)
    change = close_alike(act(), place, [made.code], Ending(DAY, "fulfilled", "Ya"))
    reopen_commitment(NEXT, place, made.code, "Faltó")
    with pytest.raises(Refused):
        undo_bulk(NEXT, place, change.id)
    assert change.undone_on == NEVER


def test_a_first_date_stays_once_its_day_is_over(place: Place) -> None:
    first, moved = make_commitment(place), make_commitment(place, due_on=DUE)
    change = give_dates(act(), place, {first.code: NEW, moved.code: NEW})
    done = undo_bulk(NEXT, place, change.id)
    assert (done.back, done.left) == ([moved.code], [first.code])
    assert (first.due_on, first.first_due_on) == (LATER, LATER)


@pytest.mark.parametrize(("after", "may"), [(0, True), (UNDO_DAYS, True), (UNDO_DAYS + 1, False)])
def test_it_can_be_taken_back_for_seven_days(place: Place, after: int, may: bool) -> None:
    made = make_commitment(place, due_on=DUE)
    change = give_dates(act(), place, {made.code: NEW})
    assert may_be_undone(change, DAY + timedelta(days=after)) is may
    if not may:
        with pytest.raises(Refused):
            undo_bulk(act(DAY + timedelta(days=after)), place, change.id)


def test_another_municipality_takes_nothing_back(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    change = give_dates(act(), place, {made.code: NEW})
    with pytest.raises(NotHere):
        undo_bulk(act(), make_place(), change.id)
    with pytest.raises(NotHere):
        give_dates(act(), make_place(), {made.code: NEW})
    assert made.due_on == LATER


def test_what_was_told_as_late_is_late_again_and_told_no_second_time(place: Place) -> None:
    unit = make_unit(place, "Obras", "obras@example.org")
    made = make_commitment(place, due_on=DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=40))
    check_places([place], DAY, act().at)
    told = select(Notice).where(Notice.subject == made.subject, Notice.step == "overdue+1")
    notice = db.session.scalars(told).one()
    notice.state = "sent"
    change = close_alike(act(), place, [made.code], Ending(DAY, "fulfilled", "Ya"))
    assert notice.cleared_on == DAY
    undo_bulk(act(), place, change.id)
    assert (notice.cleared_on, made.overdue_from) == (None, DAY)
    check_places([place], DAY, act().at)
    assert len(db.session.scalars(told).all()) == 1 and notice.state == "sent"


def test_of_two_who_take_it_back_at_once_one_does(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        made = make_commitment(place, due_on=DUE)
        change_id, key = give_dates(act(), place, {made.code: NEW}).id, made.id
        db.session.commit()
    results = at_once(
        fresh_app,
        lambda: undo_bulk(act(), place, change_id),
        lambda: undo_bulk(act(name="Eva"), place, change_id),
    )
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Refused"]
    with fresh_app.app_context():
        assert db.session.get_one(Commitment, key).due_on == DUE
        assert len(db.session.scalars(select(DateChange)).all()) == 2
