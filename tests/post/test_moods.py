"""Servers that refuse the sender, drop every line, put off or fill up: who pays for it, and who does not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import at
from tests.support.factories import DAY, make_commitment, make_place, make_unit
from tests.support.mail_server import MailServer
from tracker.core.db import db
from tracker.follow_up.ticks import check_due, compose_due, deliver_due
from tracker.post.models import MailTry, OutboxMail

WHEN = "2026-11-23T18:00Z"
PEOPLE = 8


@pytest.fixture
def posted(fresh_app: Flask, smtp: MailServer) -> Flask:
    """An installation with eight digests in the outbox."""
    fresh_app.config["MAIL_URL"] = smtp.url
    with fresh_app.app_context(), at(WHEN):
        place = make_place()
        for number in range(PEOPLE):
            unit = make_unit(place, f"Unidad {number}", mailbox=f"u{number}@example.org")
            make_commitment(place, due_on=DAY + timedelta(days=3), unit=unit)
        db.session.commit()
        check_due()
        assert compose_due().digests == PEOPLE
    return fresh_app


def attempts() -> dict[str, int]:
    """Tries by state and number: {"waiting 0": 5}."""
    db.session.remove()
    found: dict[str, int] = {}
    for mail in db.session.scalars(select(OutboxMail)):
        found[f"{mail.state} {mail.attempts}"] = found.get(f"{mail.state} {mail.attempts}", 0) + 1
    return found


def test_a_server_that_drops_every_line_is_left_alone_after_three(posted: Flask, smtp: MailServer) -> None:
    smtp.hang_up(at="MAIL")
    with posted.app_context(), at(WHEN) as clock:
        assert deliver_due().as_json() == {"sent": 0, "failed": 0, "cancelled": 0, "retry": 3}
        assert attempts() == {"waiting 0": PEOPLE - 3, "waiting 1": 3}
        smtp.behave()
        assert deliver_due().sent == PEOPLE - 3, "those it was not offered wait for nothing"
        clock.shift(timedelta(minutes=2))
        assert deliver_due().sent == 3
    assert len({m.recipients[0] for m in smtp.messages}) == len(smtp.messages) == PEOPLE


def test_a_server_that_takes_one_and_drops_the_line_is_used_to_the_end(posted: Flask, smtp: MailServer) -> None:
    with posted.app_context(), at(WHEN):
        for _turn in range(PEOPLE):
            smtp.fail("421 4.3.2 enough for now", at="MAIL", address=None, times=1)
        done = deliver_due()
        assert done.sent + done.retry == PEOPLE
        assert sum(number for state, number in attempts().items() if state.endswith(" 0")) == 0


def test_a_refused_sender_is_no_recipients_fault(posted: Flask, smtp: MailServer) -> None:
    smtp.fail("550 5.7.1 this sender may not send here", at="MAIL")
    with posted.app_context(), at(WHEN) as clock:
        assert deliver_due().as_json() == {"sent": 0, "failed": 0, "cancelled": 0, "retry": PEOPLE}
        answers = set(db.session.scalars(select(OutboxMail.answer)))
        assert answers == {"550 5.7.1 this sender may not send here"}
        smtp.behave()
        clock.shift(timedelta(minutes=2))
        assert deliver_due().sent == PEOPLE


def test_every_try_that_did_not_carry_a_mail_out_is_kept_with_the_servers_words(
    posted: Flask, smtp: MailServer
) -> None:
    smtp.fail("451 4.2.0 mailbox busy", at="RCPT", address="u1@example.org", times=2)
    smtp.fail("552 5.2.2 mailbox full", at="RCPT", address="u2@example.org")
    with posted.app_context(), at(WHEN) as clock:
        for _tick in range(3):
            deliver_due()
            clock.shift(timedelta(minutes=5))
        tries = db.session.execute(
            select(OutboxMail.address, MailTry.number, MailTry.outcome, MailTry.answer)
            .join(OutboxMail, OutboxMail.id == MailTry.mail_id)
            .order_by(OutboxMail.address, MailTry.id)
        ).all()
    assert [tuple(row) for row in tries] == [
        ("u1@example.org", 1, "later", "451 4.2.0 mailbox busy"),
        ("u1@example.org", 2, "later", "451 4.2.0 mailbox busy"),
        ("u2@example.org", 1, "failed", "552 5.2.2 mailbox full"),
    ]


def test_a_poison_mail_fails_alone_and_is_tried_again(posted: Flask, smtp: MailServer) -> None:
    with posted.app_context(), at(WHEN) as clock:
        poisoned = db.session.scalars(select(OutboxMail).where(OutboxMail.address == "u3@example.org")).one()
        poisoned.address = "u3@example.org, evil@example.org"
        db.session.commit()
        assert deliver_due().as_json() == {"sent": PEOPLE - 1, "failed": 0, "cancelled": 0, "retry": 1}
        assert db.session.scalars(select(MailTry.answer)).one() == "could not be written: ValueError"
        db.session.remove()
        for _try in range(12):
            clock.shift(timedelta(hours=12))
            deliver_due()
        assert attempts() == {f"sent {1}": PEOPLE - 1, "failed 12": 1}
    assert all("evil" not in m.recipients[0] for m in smtp.messages)
