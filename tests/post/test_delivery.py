"""Delivery over a real SMTP conversation: sent, refused, put off, in doubt; nothing lost, nothing twice."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import only_sqlite
from tests.support.clock import at
from tests.support.factories import DAY, make_commitment, make_place, make_unit
from tests.support.mail_server import MailServer
from tests.support.together import at_once
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.follow_up.ticks import check_due, compose_due, deliver_due
from tracker.notices.models import Notice
from tracker.post.models import OutboxMail

WHEN = "2026-11-23T18:00Z"


@pytest.fixture
def posted(fresh_app: Flask, smtp: MailServer) -> Flask:
    """An installation with two digests in the outbox."""
    fresh_app.config["MAIL_URL"] = smtp.url
    with fresh_app.app_context(), at(WHEN):
        place = make_place()
        for name in ("obras", "salud"):
            unit = make_unit(place, name, mailbox=f"{name}@example.org")
            make_commitment(place, f"Compromiso de {name}", due_on=DAY + timedelta(days=3), unit=unit)
        db.session.commit()
        check_due()
        assert compose_due().digests == 2
    return fresh_app


def mails() -> dict[str, OutboxMail]:
    """The outbox by address."""
    db.session.remove()
    return {mail.address: mail for mail in db.session.scalars(select(OutboxMail))}


def notice_states() -> set[str]:
    """States of all notices."""
    db.session.remove()
    return set(db.session.scalars(select(Notice.state)))


def test_each_is_sent_once_with_all_headers(posted: Flask, smtp: MailServer) -> None:
    with posted.app_context(), at(WHEN):
        assert deliver_due().as_json() == {"sent": 2, "failed": 0, "cancelled": 0, "retry": 0}
        assert deliver_due().as_json() == {"sent": 0, "failed": 0, "cancelled": 0, "retry": 0}
        assert notice_states() == {"sent"}
        kept = mails()
    for received in smtp.messages:
        message = received.message
        assert len(received.recipients) == 1
        assert message["Message-ID"] == kept[received.recipients[0]].message_id
        assert message["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<http://localhost/reminders/[\w-]{40,}>", message["List-Unsubscribe"])
        assert message["List-Unsubscribe-Post"] is None, "what is a duty cannot be left at one click"
        assert message["Date"]
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_recipient_refused_for_good_fails_alone_with_the_servers_words(posted: Flask, smtp: MailServer) -> None:
    smtp.fail("550 5.1.1 no such person", at="RCPT", address="obras@example.org")
    with posted.app_context(), at(WHEN):
        assert deliver_due().as_json() == {"sent": 1, "failed": 1, "cancelled": 0, "retry": 0}
        failed = mails()["obras@example.org"]
        assert (failed.state, failed.answer) == ("failed", "550 5.1.1 no such person")
        assert notice_states() == {"sent", "failed"}


def test_put_off_means_again_after_a_pause(posted: Flask, smtp: MailServer) -> None:
    smtp.fail("451 4.3.0 try later", at="RCPT", times=2)
    with posted.app_context(), at(WHEN) as clock:
        assert deliver_due().as_json()["retry"] == 2
        assert deliver_due().as_json()["sent"] == 0
        clock.shift(timedelta(minutes=2))
        assert deliver_due().as_json()["sent"] == 2
    assert sorted(m.recipients[0] for m in smtp.messages) == ["obras@example.org", "salud@example.org"]


def test_a_server_that_is_gone_loses_nothing(posted: Flask, smtp: MailServer) -> None:
    smtp.refuse()
    with posted.app_context(), at(WHEN) as clock:
        assert deliver_due().as_json() == {"sent": 0, "failed": 0, "cancelled": 0, "retry": 2}
        assert {mail.state for mail in mails().values()} == {"waiting"}
        smtp.listen()
        clock.shift(timedelta(minutes=5))
        assert deliver_due().as_json()["sent"] == 2


def test_an_answer_that_got_lost_is_marked_in_doubt_and_sent_again_under_the_same_id(
    posted: Flask, smtp: MailServer
) -> None:
    smtp.hang_up(at="DATA", times=1)
    with posted.app_context(), at(WHEN) as clock:
        deliver_due()
        clock.shift(timedelta(minutes=5))
        deliver_due()
        doubted = [mail for mail in mails().values() if mail.in_doubt]
    assert [mail.state for mail in doubted] == ["sent"]
    copies = [m for m in smtp.messages if m.message["Message-ID"] == doubted[0].message_id]
    assert len(copies) == 2
    assert len(smtp.messages) == 3


def test_after_the_last_try_it_fails_with_the_last_answer(posted: Flask, smtp: MailServer) -> None:
    smtp.fail("451 4.3.0 never today", at="RCPT")
    with posted.app_context(), at(WHEN) as clock:
        for _try in range(12):
            deliver_due()
            clock.shift(timedelta(hours=11))
        assert {(m.state, m.attempts, m.answer) for m in mails().values()} == {
            ("failed", 12, "451 4.3.0 never today")
        }
        assert notice_states() == {"failed"}
        assert deliver_due().as_json()["retry"] == 0


@only_sqlite
@pytest.mark.parametrize(("lease", "in_doubt"), [("dead", False), ("dead+", True)])
def test_a_lease_left_by_a_dead_worker_is_taken_over(
    posted: Flask, smtp: MailServer, lease: str, in_doubt: bool
) -> None:
    """What it had offered to the server may have arrived; what it had only claimed has not."""
    with posted.app_context(), at(WHEN) as clock:
        for mail in db.session.scalars(select(OutboxMail)):
            mail.state, mail.lease, mail.attempts = "sending", lease, 1
            mail.not_before = utc_now() + timedelta(minutes=5)
        db.session.commit()
        assert deliver_due().as_json()["sent"] == 0
        clock.shift(timedelta(minutes=6))
        assert deliver_due().as_json()["sent"] == 2
        assert {mail.in_doubt for mail in mails().values()} == {in_doubt}


def test_workers_at_once_send_each_mail_once(posted: Flask, smtp: MailServer) -> None:
    with at(WHEN):
        outcomes = at_once(posted, *[deliver_due] * 4)
    assert outcomes == [None] * 4
    assert sorted(m.recipients[0] for m in smtp.messages) == ["obras@example.org", "salud@example.org"]


def test_a_server_that_drops_every_second_mail_gives_up_none_untried(posted: Flask, smtp: MailServer) -> None:
    smtp.fail("421 4.3.2 closing", at="MAIL", times=1)
    with posted.app_context(), at(WHEN) as clock:
        deliver_due()
        assert sorted(m.attempts for m in mails().values()) == [1, 1]
        clock.shift(timedelta(minutes=3))
        deliver_due()
        assert {m.state for m in mails().values()} == {"sent"}


def test_days_without_a_server_give_up_nothing(posted: Flask, smtp: MailServer) -> None:
    smtp.refuse()
    with posted.app_context(), at(WHEN) as clock:
        for _day in range(20):
            deliver_due()
            clock.shift(timedelta(days=1))
        assert {(m.state, m.attempts) for m in mails().values()} == {("waiting", 0)}
        smtp.listen()
        assert deliver_due().as_json()["sent"] == 2
