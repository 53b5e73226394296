"""One worker has a run at a time: who comes late, after its time was over, writes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import act, make_place, make_user
from tests.support.pages import Client
from tracker.agenda.models import Commitment
from tracker.core.db import begin_write, db
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, decide, likely_sheets, sheets_in
from tracker.exchange.bringing.taking import MOST_TRIES, Claim, claim_next, give_back, queue, take_in_run
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import LEASE, ImportRun
from tracker.territory.rules import Place

SHEET = b"code,title\nN-1,Pozo nuevo\n"
NOW = act().at


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality without an agenda."""
    place = make_place()
    session.commit()
    return place


@pytest.fixture
def run(app: Flask, place: Place) -> ImportRun:
    """A run that waits for a worker."""
    begin_write()
    name, stored = "agenda.csv", files.keep(Path(app.config["UPLOADS_DIR"]), SHEET)
    sheets = sheets_in(SHEET, name)
    run, _known = begin_run(act(), place, name, stored, sheets, likely_sheets(SHEET, name, sheets))
    decide(act(), place, run.id, AgendaMapping(columns={"code": "code", "title": "title"}))
    queue(run, NOW)
    db.session.commit()
    return run


def claimed(minutes: float) -> Claim | None:
    """What a worker gets that asks after so many minutes."""
    claim = claim_next(NOW + timedelta(minutes=minutes))
    db.session.commit()
    return claim


def taken(place: Place, claim: Claim) -> str:
    """What comes of it when its worker goes on."""
    begin_write()
    state = take_in_run(act(), place, claim, SHEET, lambda _step, _percent: None)
    db.session.commit()
    return state


def test_the_next_worker_waits_until_the_first_has_been_silent_for_long(place: Place, run: ImportRun) -> None:
    first = claimed(0)
    assert first is not None and claimed(1) is None
    minutes = LEASE.total_seconds() / 60
    assert claimed(minutes) is None, "to the end of its time it is the first one's"
    second = claimed(minutes + 1)
    assert second is not None and second.run_id == first.run_id
    assert taken(place, first) == "taken", "it comes late"
    assert db.session.scalar(select(func.count(Commitment.id))) == 0
    assert taken(place, second) == "done"
    assert db.session.scalar(select(func.count(Commitment.id))) == 1
    assert claimed(2 * minutes) is None


def test_a_run_without_a_worker_says_that_it_goes_on(client: Client, place: Place, run: ImportRun) -> None:
    assert claimed(0) is not None
    page, ana = f"/{place.code}/agenda/imports/{run.id}", make_user(place=place).id
    for after, shown in ((timedelta(seconds=50), False), (timedelta(seconds=70), True)):
        with at((NOW + after).isoformat()):
            client.enter_as(ana)
            assert ("se retoma sola" in client.get(page).text) is shown


def test_giving_back_late_leaves_the_run_with_who_has_it(place: Place, run: ImportRun) -> None:
    first = claimed(0)
    second = claimed(LEASE.total_seconds() / 60 + 1)
    assert first is not None and second is not None
    give_back(first, NOW, "La red se cayó.")
    db.session.commit()
    assert run.state == "running" and run.lease == second.lease


def test_after_the_last_try_a_person_is_told(place: Place, run: ImportRun) -> None:
    for number in range(MOST_TRIES):
        claim = claimed(number)
        assert claim is not None
        give_back(claim, NOW, "La red se cayó.")
        db.session.commit()
    assert claimed(10) is None
    assert run.state == "refused" and run.result["why"] == "La red se cayó."
