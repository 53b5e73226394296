"""A mail that failed is sent again: the same mail, with what of it still stands, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.notices.mailing import NOW, REFUSED, failed_mail, hand_over, mail_to, post, states_of, tell
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_place
from tests.support.together import at_once
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere
from tracker.notices.deciding import send_again
from tracker.notices.digest import settle_digest
from tracker.notices.models import Notice
from tracker.notices.operations import unclear, void
from tracker.post.models import MailTry

WHO = "rosa@example.org"
LATER = NOW + timedelta(minutes=20)


def test_it_tries_anew_under_the_same_id(session: DbSession) -> None:
    place = make_place()
    failed = failed_mail(place, WHO)
    message_id = failed.message_id
    assert (failed.state, failed.attempts, failed.answer) == ("failed", 2, REFUSED)
    assert states_of(WHO) == [("failed", REFUSED)]
    send_again(act(), failed.id)
    again = mail_to(WHO)
    assert (again.state, again.attempts, again.message_id) == ("waiting", 0, message_id)
    assert states_of(WHO) == [("composed", "")]
    sent = hand_over(WHO, "sent", "250 ok", LATER)
    assert (sent.state, sent.attempts, sent.message_id) == ("sent", 1, message_id)
    assert states_of(WHO) == [("sent", "")]
    tries = session.execute(select(MailTry.number, MailTry.outcome, MailTry.answer).order_by(MailTry.id)).all()
    assert [tuple(each) for each in tries] == [
        (1, "later", "451 4.3.0 later"),
        (2, "failed", REFUSED),
        (0, "again", "Ana Prueba"),
    ]


def test_every_municipality_of_the_mail_reads_of_it(session: DbSession) -> None:
    here, there = make_place(), make_place()
    failed = failed_mail(here, WHO, there)
    send_again(act(), failed.id)
    trail = select(AuditEntry.municipality_id, AuditEntry.subject).where(AuditEntry.verb == "send_mail_again")
    assert {tuple(row) for row in session.execute(trail)} == {
        (here.id, f"mail:{failed.id}"),
        (there.id, f"mail:{failed.id}"),
    }


def test_only_what_failed_can_be_sent_again(session: DbSession) -> None:
    place = make_place()
    tell(place, WHO)
    post(place)
    with pytest.raises(EditConflict):
        send_again(act(), mail_to(WHO).id)
    sent = hand_over(WHO, "sent", "250 ok")
    with pytest.raises(EditConflict):
        send_again(act(), sent.id)
    with pytest.raises(NotHere):
        send_again(act(), sent.id + 1000)
    assert states_of(WHO) == [("sent", "")]


def test_what_was_settled_meanwhile_is_not_in_it(session: DbSession) -> None:
    place = make_place()
    done = tell(place, WHO, 7)
    failed = failed_mail(place, WHO)
    void(place.id, done, "completed", DAY)
    assert states_of(WHO) == [("failed", REFUSED)] * 2, "what became of it stays readable"
    send_again(act(), failed.id)
    assert states_of(WHO) == [("cancelled", "completed"), ("composed", "")]


def test_what_is_open_again_is_in_it_after_all(session: DbSession) -> None:
    place = make_place()
    subject = tell(place, WHO, 7)
    failed = failed_mail(place, WHO)
    void(place.id, subject, "completed", DAY)
    unclear(place.id, [subject])
    send_again(act(), failed.id)
    assert states_of(WHO) == [("composed", "")] * 2


def test_a_later_notice_that_was_delivered_is_not_followed_by_an_older_one(session: DbSession) -> None:
    place = make_place()
    tell(place, WHO, 1)
    failed = failed_mail(place, WHO)
    tell(place, WHO, 1, "overdue+10")
    post(place, now=NOW + timedelta(days=1))
    assert hand_over(WHO, "sent", "250 ok", NOW + timedelta(days=1)).id != failed.id
    send_again(act(), failed.id)
    assert states_of(WHO) == [("cancelled", "overtaken"), ("sent", "")]


def test_a_later_notice_of_another_clock_overtakes_nothing(session: DbSession) -> None:
    place = make_place()
    failed = failed_mail(place, WHO)
    tell(place, WHO, 1, "silent+0", facts={"clock": "silent", "last_on": "2026-08-20"})
    send_again(act(), failed.id)
    assert states_of(WHO) == [("composed", ""), ("waiting", "")]


def test_with_nothing_left_it_is_cancelled(session: DbSession) -> None:
    place = make_place()
    subject = tell(place, WHO, 7)
    post(place)
    failed = hand_over(WHO, "failed", REFUSED)
    void(place.id, subject, "cancelled", DAY)
    send_again(act(), failed.id)
    assert hand_over(WHO, "cancelled", "nothing left to say", LATER).state == "cancelled"


def test_what_was_void_while_the_mail_was_refused_was_held_back(session: DbSession) -> None:
    place = make_place()
    done = tell(place, WHO, 7)
    tell(place, WHO, 8)
    post(place)
    mail = hand_over(WHO, "later", "451 later")
    assert states_of(WHO) == [("leaving", "")] * 2
    void(place.id, done, "completed", DAY)
    settle_digest(mail.ref_id, "failed", REFUSED, DAY)
    assert states_of(WHO) == [("cancelled", "completed"), ("failed", REFUSED)]


def test_what_a_later_step_replaced_on_the_way_is_not_called_settled(session: DbSession) -> None:
    place = make_place()
    tell(place, WHO, 7)
    post(place)
    mail = hand_over(WHO, "later", "451 later")
    tell(place, WHO, 7, "overdue+10")
    settle_digest(mail.ref_id, "sent", "", DAY)
    first = session.scalars(select(Notice).order_by(Notice.id).limit(1)).one()
    assert (first.state, first.cleared_on, first.cleared_how) == ("sent", None, "")


def test_two_who_ask_at_once_send_it_once(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        failed_id = failed_mail(make_place(), WHO).id
        db.session.commit()
        db.session.remove()
    both = at_once(fresh_app, *[lambda: send_again(act(), failed_id)] * 2)
    assert sorted(type(error) for error in both if error) == [EditConflict]
    with fresh_app.app_context():
        asked = db.session.scalars(select(MailTry.outcome).where(MailTry.outcome == "again")).all()
        assert len(asked) == 1
        assert states_of(WHO) == [("composed", "")]
        db.session.remove()
