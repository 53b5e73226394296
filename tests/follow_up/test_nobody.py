"""Where nobody can be told a row says so, until somebody can be: then the current step is told, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import (
    DAY,
    act,
    be_patient,
    make_commitment,
    make_partner,
    make_place,
    make_unit,
    make_user,
)
from tracker.agenda.operations import complete_commitment
from tracker.core.db import begin_write, db
from tracker.follow_up.checks import check_places, places_due
from tracker.follow_up.ticks import check_due
from tracker.notices.models import Notice
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Place

NOBODY = ("", "overdue+1", "nobody", "")
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality with something late of which nobody could be told."""
    place = make_place()
    make_commitment(place, due_on=DAY - timedelta(days=1), unit=make_unit(place, "Obras"), day=DAY)
    checked = check_places([place], DAY, act().at)
    assert told() == [NOBODY]
    assert (checked.told, checked.nobody, checked.looked_at, checked.changed) == (0, 1, 1, 1)
    return place


def told() -> list[tuple[str, str, str, str]]:
    """(recipient, step, state, reason) of every notice, in order."""
    columns = (Notice.recipient, Notice.step, Notice.state, Notice.reason)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Notice.id))]


def test_a_coordinator_who_comes_is_told_the_next_day(place: Place) -> None:
    make_user("coordinator", place=place, email="coord@example.org")
    assert places_due({place.id: DAY}) == [], "once a day"
    assert places_due({place.id: TOMORROW}) == [place.id]
    checked = check_places([place], TOMORROW, act(TOMORROW).at)
    assert told() == [("", "overdue+1", "cancelled", "reached"), ("coord@example.org", "overdue+1", "waiting", "")]
    assert (checked.told, checked.changed) == (1, 0)
    assert places_due({place.id: TOMORROW + timedelta(days=1)}) == []


def test_a_mailbox_does_as_well(place: Place) -> None:
    db.session.scalars(select(Unit)).one().mailbox = "obras@example.org"
    check_places([place], TOMORROW, act(TOMORROW).at)
    assert told()[1:] == [("obras@example.org", "overdue+1", "waiting", "")]


def test_a_partner_with_an_address_does_for_what_it_leads(session: DbSession) -> None:
    place = make_place()
    make_commitment(place, due_on=DAY - timedelta(days=1), partner_id=make_partner("Fundación").id, day=DAY)
    check_places([place], DAY, act().at)
    assert told() == [NOBODY]
    session.scalars(select(Partner)).one().email = "fundacion@example.org"
    check_places([place], TOMORROW, act(TOMORROW).at)
    assert told()[1:] == [("fundacion@example.org", "overdue+1", "waiting", "")]


def test_still_nobody_changes_nothing(place: Place) -> None:
    for days in range(1, 4):
        day = DAY + timedelta(days=days)
        check_places([place], day, act(day).at)
    assert told() == [NOBODY]


def test_somebody_elsewhere_in_the_municipality_is_not_enough(place: Place) -> None:
    make_unit(place, "Salud", mailbox="salud@example.org")
    check_places([place], TOMORROW, act(TOMORROW).at)
    assert told() == [NOBODY]


def test_a_later_step_takes_its_place(session: DbSession) -> None:
    place = make_place()
    be_patient(place)
    make_commitment(place, due_on=DAY - timedelta(days=1), unit=make_unit(place), day=DAY - timedelta(days=60))
    check_places([place], DAY, act().at)
    later = DAY + timedelta(days=9)
    check_places([place], later, act(later).at)
    rows = [row for row in told() if row[3] != "skipped"]
    assert rows == [("", "overdue+1", "cancelled", "overtaken"), ("", "overdue+10", "nobody", "")]


def test_what_is_done_meanwhile_needs_nobody(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    make_user("coordinator", place=place)
    check_places([place], TOMORROW, act(TOMORROW).at)
    assert told() == [("", "overdue+1", "cancelled", "completed")]


def test_the_tick_finds_out_by_itself(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        with at("2026-11-23T18:00Z"):
            place = make_place()
            make_commitment(place, due_on=DAY - timedelta(days=1), unit=make_unit(place), day=DAY)
            db.session.commit()
            check_due()
            begin_write()
            make_user("coordinator", place=place, email="coord@example.org")
            db.session.commit()
            check_due()
            assert len(told()) == 1
            db.session.remove()
        with at("2026-11-24T18:00Z"):
            check_due()
            assert told()[1:] == [("coord@example.org", "overdue+1", "waiting", "")]
