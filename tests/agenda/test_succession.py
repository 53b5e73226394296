"""Municipalities close, merge and are divided: what was open goes on, counted once, with its dates."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    be_patient,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
)
from tracker.agenda.models import Commitment, DateChange, Milestone, Party, Standing
from tracker.agenda.operations import cancel_commitment, complete_commitment, edit_commitment, recount
from tracker.agenda.operations.agreements import Agreed, add_agreement
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.agenda.queries.counting import live_counts
from tracker.agenda.succession.ending import close_municipality, merge, split
from tracker.agenda.succession.passing_on import count_open, open_rows
from tracker.core.db import NEVER, db
from tracker.core.errors import EditConflict, Refused
from tracker.follow_up.checks import check_places
from tracker.notices.models import Notice
from tracker.territory.models import Municipality
from tracker.territory.registry.associations import add_members, members_by_name
from tracker.territory.registry.municipalities import (
    Registered,
    correct,
    mark_of,
    municipality_at,
    register,
)
from tracker.territory.registry.workshops import add_to_workshop, workshops_of
from tracker.territory.rules import Place

COUNTS = ("open_count", "overdue_count", "late_step_count", "due_soon_count", "undated_count")


def counted(*places: Place) -> Counter[str]:
    """What is open, late, soon… in these municipalities together, counted from the rows."""
    live = live_counts({place.id: DAY for place in places})
    return Counter({name: sum(counts[name] for counts in live.values()) for name in COUNTS})


def standing(place: Place) -> Standing:
    found = db.session.scalar(
        select(Standing).where(Standing.municipality_id == place.id, Standing.until_on == NEVER)
    )
    assert found is not None
    return found


def moved(place: Place, title: str, *days: int, **facts: Any) -> Commitment:
    """A commitment whose date was given, and moved as often as there are further days."""
    first, *later = (DAY + timedelta(days=one) for one in days)
    made = make_commitment(place, title, first, day=DAY - timedelta(days=200), **facts)
    for on in later:
        told = {name: getattr(made, name) for name in ("unit_id", "partner_id", "agreement_id")}
        edit_commitment(act(), place, made.code, Promise(title, due_on=on, **told), made.version, "Lluvias")
    return made


def test_a_merged_commitment_keeps_all_that_was_promised(session: DbSession) -> None:
    old, new = make_place(name="Valle"), make_place(name="Sierra")
    unit, other = make_unit(old, "Obras", "obras@example.org"), make_unit(old, "Salud")
    make_person(unit, "Rosa", "rosa@example.org")
    make_unit(new, "obras")
    partner = make_partner("Fundación")
    agreement = add_agreement(act(), old, Agreed("Convenio", partner.id, "7"))
    made = make_commitment(
        old,
        "Ocho pozos",
        DAY + timedelta(days=10),
        unit=unit,
        day=DAY - timedelta(days=90),
        parties=(
            PartyFacts("co_responsible", unit_id=other.id, part="mide"),
            PartyFacts("supporter", partner_id=partner.id),
        ),
        budgets=(BudgetFacts(2026, "Fondo", "MXN", 500),),
        agreement_id=agreement.id,
    )
    made.last_sign_on = DAY - timedelta(days=3)
    told = Promise(
        "Ocho pozos",
        due_on=DAY - timedelta(days=4),
        unit_id=unit.id,
        agreement_id=agreement.id,
        parties=(
            PartyFacts("co_responsible", unit_id=other.id, part="mide"),
            PartyFacts("supporter", partner_id=partner.id),
        ),
        budgets=(BudgetFacts(2026, "Fondo", "MXN", 500),),
    )
    edit_commitment(act(), old, made.code, told, made.version, "Lluvias")
    make_milestone(old, made, DAY - timedelta(days=1), title="Permiso")
    [carried] = merge(act(), old.id, new.id, DAY)
    assert carried.municipality_id == new.id
    assert (carried.code, carried.origin, made.passed_to) == (
        made.code,
        f"{old.code}/{made.code}",
        f"{new.code}/{carried.code}",
    )
    for name in ("title", "due_on", "first_due_on", "entered_on", "last_sign_on", "slippage_days"):
        assert getattr(carried, name) == getattr(made, name), name
    assert carried.slippage_days == -14
    assert carried.is_open and not made.is_open and made.end_reason == ""
    assert carried.unit is not None and carried.unit.name == "obras"
    assert carried.unit.mailbox == "obras@example.org"
    assert [person.email for person in carried.unit.people] == ["rosa@example.org"]
    takes_part = session.scalars(select(Party).where(Party.commitment_id == carried.id).order_by(Party.id)).all()
    assert [(party.name, party.part) for party in takes_part] == [("Salud", "mide"), ("Fundación", "")]
    moves = session.scalars(select(DateChange).where(DateChange.commitment_id == carried.id)).all()
    assert [move.reason for move in moves] == ["Lluvias"]
    steps = session.scalars(select(Milestone).where(Milestone.commitment_id == carried.id)).all()
    assert [(step.title, step.is_open) for step in steps] == [("Permiso", True)]
    assert carried.agreement_id not in (None, agreement.id)
    assert municipality_at(old.id).replaced_by == new.code
    assert municipality_at(old.id).valid_until == DAY


def test_what_is_taken_over_is_not_dropped_and_not_open_twice(session: DbSession) -> None:
    old, new = make_place(), make_place()
    make_commitment(old, "Uno", DAY - timedelta(days=2), day=DAY - timedelta(days=9))
    dropped, done = make_commitment(old, "Dos"), make_commitment(old, "Tres")
    cancel_commitment(act(), old, dropped.code, "Sin fondos")
    complete_commitment(act(), old, done.code, DAY, "fulfilled", "Hecho")
    assert count_open(old.id) == len(open_rows(old.id)) == 1
    merge(act(), old.id, new.id, DAY)
    assert count_open(old.id) == 0
    assert (standing(old).open_count, standing(old).cancelled_count, standing(old).completed_count) == (0, 1, 1)
    assert (standing(new).open_count, standing(new).overdue_count) == (1, 1)


def test_a_code_that_is_taken_gives_way(session: DbSession) -> None:
    old, new = make_place(), make_place()
    first, there = make_commitment(old, "Pozo"), make_commitment(new, "Aula")
    assert first.code == there.code
    [carried] = merge(act(), old.id, new.id, DAY)
    assert carried.code != there.code
    assert make_commitment(new, "Puente").code not in (carried.code, there.code)


def test_nobody_is_told_twice_and_nothing_that_waited_is_lost(session: DbSession) -> None:
    old, new = make_place(), make_place()
    be_patient(old)
    unit = make_unit(old, "Obras", "obras@example.org")
    told = make_commitment(old, "Dicho", DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=60))
    check_places([old], DAY, act().at)
    about = select(Notice).where(Notice.subject == told.subject, Notice.reason.in_(("", "passed_on")))
    assert [notice.state for notice in session.scalars(about)] == ["waiting"]
    sent = make_commitment(old, "Enviado", DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=60))
    check_places([old], DAY, act().at)
    waits = Notice.subject == sent.subject, Notice.state == "waiting"
    for notice in session.scalars(select(Notice).where(*waits)):
        notice.state = "sent"
    carried = {row.title: row for row in merge(act(), old.id, new.id, DAY)}
    session.expire_all()
    held = session.scalars(about).one()
    assert (held.state, held.reason) == ("cancelled", "passed_on")
    check_places([new], DAY, act().at)
    again = set(session.scalars(select(Notice.subject).where(Notice.municipality_id == new.id)))
    assert again == {carried["Dicho"].subject}
    check_places([old], DAY + timedelta(days=40), act().at)
    left = (
        select(func.count()).select_from(Notice).where(Notice.municipality_id == old.id, Notice.state == "waiting")
    )
    assert session.scalar(left) == 0


def test_what_cannot_be_is_refused_and_nothing_is_lost(session: DbSession) -> None:
    old, new, gone = make_place(), make_place(), make_place()
    made = make_commitment(old, "Pozo")
    close_municipality(act(), gone.id, DAY)
    wrong: list[Any] = [
        lambda: merge(act(), old.id, old.id, DAY),
        lambda: merge(act(), old.id, gone.id, DAY),
        lambda: merge(act(), old.id, 999_999_999, DAY),
        lambda: merge(act(), old.id, new.id, DAY + timedelta(days=1)),
        lambda: merge(act(), old.id, new.id, date(1900, 1, 1)),
        lambda: close_municipality(act(), old.id, DAY),
        lambda: split(act(), old.id, {}, DAY),
        lambda: split(act(), old.id, {made.id: old.id}, DAY),
        lambda: split(act(), new.id, {}, DAY),
        lambda: close_municipality(act(), gone.id, DAY - timedelta(days=1)),
    ]
    for attempt in wrong:
        with pytest.raises(Refused):
            attempt()
    with pytest.raises(EditConflict):
        merge(act(), old.id, new.id, DAY, stood="otra")
    assert made.is_open and municipality_at(old.id).valid_until is None


def test_what_a_list_closed_with_something_open_still_finds_its_place(session: DbSession) -> None:
    old, new = make_place(), make_place()
    make_commitment(old, "Pozo")
    row = municipality_at(old.id)
    row.valid_until = DAY - timedelta(days=30)
    [carried] = merge(act(), old.id, new.id, DAY)
    assert carried.municipality_id == new.id
    assert (row.valid_until, row.replaced_by) == (DAY - timedelta(days=30), new.code)
    with pytest.raises(Refused):
        merge(act(), old.id, make_place().id, DAY)


def test_who_takes_the_place_belongs_where_it_belonged(session: DbSession) -> None:
    old, new, association = make_place(), make_place(), make_place(kind="association")
    add_members(act(), association.id, [old.id])
    add_to_workshop(act(), "Taller", [old.id])
    merge(act(), old.id, new.id, DAY)
    assert {one.id for one in members_by_name(association.id)} == {old.id, new.id}
    assert [one.name for one in workshops_of(new.id)] == ["Taller"]


def test_a_municipality_by_hand(session: DbSession) -> None:
    make_place("MX")
    made = register(act(), Registered("Nueva Aldea", "MX", "77001", population=900))
    assert (made.code, made.name_key) == ("mx-77001", "nueva aldea")
    for facts in (
        Registered("Otra", "MX", "77001"),
        Registered("…", "MX", "77002"),
        Registered("Otra", "XX", "77002"),
        Registered("Otra", "MX", "7/7"),
        Registered("Otra", "MX", "77002", kind="planet"),
        Registered("Otra", "MX", "77002", population=-1),
    ):
        with pytest.raises(Refused):
            register(act(), facts)
    stood = mark_of(made)
    correct(act(), made.id, Registered("Aldea Nueva"), stood)
    with pytest.raises(EditConflict):
        correct(act(), made.id, Registered("Aldea"), stood)
    assert session.get_one(Municipality, made.id).name == "Aldea Nueva"


PROMISES = st.lists(
    st.tuples(
        st.lists(st.integers(-60, 60), min_size=0, max_size=3),
        st.booleans(),
        st.sampled_from(["open", "done", "dropped"]),
        st.integers(0, 2),
        st.one_of(st.none(), st.integers(-30, 30)),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agendas=st.lists(PROMISES, min_size=2, max_size=3), divide=st.booleans())
def test_counts_before_and_after_agree(app: Flask, agendas: list[list[Any]], divide: bool) -> None:
    """Whatever was promised, moved, done and dropped: what is open, late, soon and undated stays so, once."""
    with app.app_context():
        nested = db.session.begin_nested()
        places = [make_place() for _agenda in agendas]
        for place, agenda in zip(places, agendas, strict=True):
            be_patient(place)
            units = [make_unit(place, name) for name in ("Obras", "Salud")]
            for days, leads, fate, share, step in agenda:
                unit = units[share % 2] if leads else None
                made = moved(place, "Promesa", *days, unit=unit) if days else make_commitment(place, "Sin fecha")
                if step is not None:
                    make_milestone(place, made, DAY + timedelta(days=step))
                if fate == "done":
                    complete_commitment(act(), place, made.code, DAY, "fulfilled", "Hecho", "complete")
                elif fate == "dropped":
                    cancel_commitment(act(), place, made.code, "Sin fondos")
            # As the daily count does: what nothing is carried to keeps the standing of its own last count.
            recount(place.id, DAY)
        before, total = counted(*places), _totals(places)
        old, *others = places
        rows = db.session.scalars(select(Commitment).where(Commitment.municipality_id == old.id)).all()
        open_rows = [row for row in rows if row.is_open]
        if divide and open_rows:
            shares = {row.id: others[n % len(others)].id for n, row in enumerate(open_rows)}
            carried = split(act(), old.id, shares, DAY)
        else:
            carried = merge(act(), old.id, others[0].id, DAY)
        assert counted(*places) == before
        assert counted(old) == Counter(dict.fromkeys(COUNTS, 0))
        assert _totals(places) == total
        assert len(carried) == len(open_rows)
        by_origin = {row.origin: row for row in carried}
        for row in open_rows:
            new = by_origin[f"{old.code}/{row.code}"]
            assert (new.first_due_on, new.due_on, new.entered_on) == (row.first_due_on, row.due_on, row.entered_on)
            assert row.passed_to.endswith(f"/{new.code}")
        for place in places:
            live = live_counts({place.id: DAY})[place.id]
            kept = db.session.scalar(
                select(Standing).where(Standing.municipality_id == place.id, Standing.until_on == NEVER)
            )
            assert kept is None or all(getattr(kept, name) == live[name] for name in COUNTS)
        nested.rollback()


def _totals(places: list[Place]) -> tuple[int, ...]:
    """Completed and dropped, together: neither grows nor shrinks."""
    live = live_counts({place.id: DAY for place in places})
    return tuple(
        sum(c[name] for c in live.values()) for name in ("completed_count", "cancelled_count", "on_time_count")
    )
