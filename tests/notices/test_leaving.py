"""What changes while a mail is being handed over: told truly, never told twice, never lost."""

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import DAY, act, be_patient, make_commitment, make_place, make_unit
from tests.support.mail_server import MailServer
from tracker.agenda.operations import complete_commitment, reopen_commitment
from tracker.core.db import db
from tracker.core.ticks import transaction
from tracker.follow_up.checks import check_places
from tracker.follow_up.ticks import check_due, compose_due, deliver_due
from tracker.notices.composing import compose_for
from tracker.notices.digest import is_stale, settle_digest, write_digests
from tracker.notices.models import Digest, Notice
from tracker.territory.rules import Place

NOON = act().at


@pytest.fixture
def leaving(session: DbSession) -> tuple[Place, int]:
    """A digest with two late commitments whose mail is being handed over."""
    place = make_place()
    be_patient(place)
    unit = make_unit(place, "Obras", mailbox="obras@example.org")
    for title in ("Pozo", "Puente"):
        make_commitment(place, title, due_on=DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=60))
    check_places([place], DAY, NOON)
    compose_for([place], DAY, NOON)
    digest_id = session.scalars(select(Digest.id)).one()
    assert write_digests([digest_id], NOON)
    return place, digest_id


def states() -> list[tuple[str, str]]:
    """(state, reason) of every notice that was to be sent, in order."""
    found = select(Notice.state, Notice.reason).where(Notice.reason != "skipped").order_by(Notice.id)
    return [(row[0], row[1]) for row in db.session.execute(found)]


def test_what_is_settled_while_its_mail_leaves_was_told(leaving: tuple[Place, int]) -> None:
    place, digest_id = leaving
    assert states() == [("leaving", ""), ("leaving", "")]
    assert not is_stale(digest_id)
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    assert is_stale(digest_id)
    settle_digest(digest_id, "sent", "", DAY)
    assert states() == [("sent", ""), ("sent", "")]
    reopen_commitment(act(), place, "C-001", "Era otro pozo")
    check_places([place], DAY, NOON)
    assert states() == [("sent", ""), ("sent", "")], "told once, whatever came in between"


def test_what_is_settled_while_its_mail_is_put_off_is_not_told(leaving: tuple[Place, int]) -> None:
    place, digest_id = leaving
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    written = write_digests([digest_id], NOON)[digest_id]
    assert states() == [("cancelled", "completed"), ("leaving", "")]
    assert "Puente" in written.text
    assert "Pozo" not in written.text


def test_what_is_open_again_before_the_next_try_is_told_after_all(leaving: tuple[Place, int]) -> None:
    place, digest_id = leaving
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    reopen_commitment(act(), place, "C-001", "Era otro pozo")
    check_places([place], DAY, NOON)
    assert states() == [("leaving", ""), ("leaving", "")]
    assert "Pozo" in write_digests([digest_id], NOON)[digest_id].text


def test_a_later_step_takes_the_place_of_one_whose_mail_is_put_off(leaving: tuple[Place, int]) -> None:
    place, digest_id = leaving
    later = DAY + timedelta(days=9)
    check_places([place], later, act(later).at)
    assert states()[:2] == [("leaving", "overtaken")] * 2
    assert write_digests([digest_id], NOON) == {}, "nothing is left to say in the old one"


def test_a_refused_mail_says_so_of_all_it_would_have_told(leaving: tuple[Place, int]) -> None:
    _place, digest_id = leaving
    settle_digest(digest_id, "failed", "550 no such person", DAY)
    assert states() == [("failed", "550 no such person")] * 2


def test_facts_are_looked_at_once_more_just_before_each_mail(fresh_app: Flask, smtp: MailServer) -> None:
    """While the first mail is with the server, what the second would say is settled: it does not say it."""
    fresh_app.config["MAIL_URL"] = smtp.url
    with fresh_app.app_context(), at("2026-11-23T18:00Z"):
        place = make_place()
        for name in ("a", "b"):
            unit = make_unit(place, name, mailbox=f"{name}@example.org")
            for number in (1, 2):
                make_commitment(place, f"{name}-{number}", due_on=DAY + timedelta(days=3), unit=unit)
        db.session.commit()
        check_due()
        compose_due()

    smtp.hang(at="DATA", times=1)
    with at("2026-11-23T18:00Z"):
        sending = Thread(target=lambda: _deliver(fresh_app))
        sending.start()
        smtp.wait_until_asked("a@example.org")
        with fresh_app.app_context(), transaction():
            complete_commitment(act(), place, "C-003", DAY, "fulfilled", "Hecho.")
        smtp.behave()
        sending.join(30)
    first, second = (m.message.get_body(("plain",)) for m in smtp.wait_for(2))
    assert first is not None
    assert second is not None
    assert "a-1" in first.get_content()
    assert "b-2" in second.get_content()
    assert "b-1" not in second.get_content()


def _deliver(app: Flask) -> None:
    with app.app_context():
        deliver_due()
