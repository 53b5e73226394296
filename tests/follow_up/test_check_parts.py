"""A check in parts, beside writers, with a municipality that fails: the same in the end, and written down."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession, only_postgres
from tests.support.clock import at
from tests.support.factories import DAY, act, be_patient, make_commitment, make_milestone, make_place, make_unit
from tracker.agenda.models import Commitment, Milestone, Watch
from tracker.agenda.queries.standing import differences
from tracker.core.db import db
from tracker.core.ticks import transaction
from tracker.follow_up import ticks
from tracker.follow_up.checks import Way, check_part, check_places
from tracker.follow_up.models import JobRun, PlaceCheck
from tracker.notices.models import Notice
from tracker.territory.models import PolicySetting
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def town() -> Place:
    """Seven rows: five are late, and one is too slow, as more of its milestones are due than done."""
    place = make_place()
    be_patient(place)
    unit = make_unit(place, mailbox=f"box{place.id}@example.org")
    for days in (-3, -2, 40):
        made = make_commitment(place, due_on=DAY + timedelta(days=days), unit=unit, day=DAY - timedelta(days=90))
    for days in (-5, -4, -1, 30):
        make_milestone(place, made, DAY + timedelta(days=days), day=DAY - timedelta(days=90))
    return place


def keys(place: Place) -> set[str]:
    """What was raised about a place, without the ids of its rows."""
    rows = db.session.execute(select(Notice.step, Notice.struck_on, Notice.state, Notice.municipality_id))
    return {f"{step}|{on}|{state}" for step, on, state, owner in rows if owner == place.id}


@pytest.mark.parametrize("most", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("everything", [False, True])
def test_parts_add_up_to_the_whole(session: DbSession, most: int, everything: bool) -> None:
    whole, parted = town(), town()
    expected = check_places([whole], DAY, act().at, Way(everything=everything))
    found = check_places([parted], DAY, act().at, Way(everything=everything, most=most))
    assert found.counts() == expected.counts()
    assert found.looked_at == (7 if everything else 6)
    assert keys(parted) == keys(whole)
    assert differences() == (2, [])
    assert {w.checked_on for w in session.scalars(select(Watch))} == {DAY}
    assert {row.checked_on for model in (Commitment, Milestone) for row in session.scalars(select(model))} >= {DAY}


def test_a_check_that_ends_between_two_parts_goes_on_later(session: DbSession) -> None:
    whole, parted = town(), town()
    check_places([whole], DAY, act().at)
    _done, go_on = check_part([parted], DAY, act().at, Way(most=2))
    assert go_on is not None
    assert session.get_one(Watch, parted.id).checked_on < DAY, "the day is not done"
    check_places([parted], DAY, act().at, Way(most=2))
    assert keys(parted) == keys(whole)


def test_each_municipality_has_its_line_in_the_journal(session: DbSession) -> None:
    busy, quiet = town(), make_place()
    make_commitment(quiet, due_on=DAY + timedelta(days=300), day=DAY)
    check_places([busy, quiet], DAY, act().at)
    (line,) = session.scalars(select(PlaceCheck)).all()
    assert (line.municipality_id, line.day, line.looked_at, line.changed, line.nobody, line.error) == (
        *(busy.id, DAY, 6, 6, 0),
        "",
    )
    told = session.scalars(select(Notice).where(Notice.state == "waiting")).all()
    skipped = session.scalars(select(Notice).where(Notice.reason == "skipped")).all()
    assert (line.told, line.skipped) == (len(told), len(skipped))


def test_one_that_cannot_be_checked_is_named_and_stops_nobody(fresh_app: Flask) -> None:
    with fresh_app.app_context(), at("2026-11-23T18:00Z"):
        good, bad = town(), town()
        # A figure that somebody wrote into the table by hand.
        setting = db.session.scalars(select(PolicySetting).where(PolicySetting.place == bad.code)).one()
        setting.figures = {"late_days": "soon"}
        db.session.commit()
        ticks.check_due()
        failed = db.session.scalars(select(PlaceCheck).where(PlaceCheck.error != "")).one()
        assert (failed.municipality_id, failed.error) == (bad.id, "TypeError")
        assert db.session.scalars(select(JobRun)).one().failed == [bad.code]
        assert set(db.session.scalars(select(Notice.municipality_id))) == {good.id}
        db.session.remove()
        ticks.check_due()
        assert len(db.session.scalars(select(PlaceCheck).where(PlaceCheck.error != "")).all()) == 1, "once a day"
        assert len(db.session.scalars(select(JobRun)).all()) == 1


@only_postgres
def test_a_municipality_somebody_is_writing_is_left_to_the_next_tick(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        free, busy = town(), town()
        db.session.commit()
    holding, let_go = Event(), Event()

    def write() -> None:
        with fresh_app.app_context(), transaction():
            hold(busy.id)
            holding.set()
            let_go.wait(30)

    writer = Thread(target=write)
    writer.start()
    holding.wait(30)
    with at("2026-11-23T18:00Z"), fresh_app.app_context():
        ticks.check_due()
        assert set(db.session.scalars(select(Notice.municipality_id))) == {free.id}
        db.session.remove()
        let_go.set()
        writer.join(30)
        ticks.check_due()
        assert set(db.session.scalars(select(Notice.municipality_id))) == {free.id, busy.id}
