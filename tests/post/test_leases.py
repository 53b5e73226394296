"""A claim is one worker's while its lease lasts: then its mail is somebody else's, and its marks change nothing."""

from datetime import timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import act
from tracker.core.db import begin_write, db
from tracker.notices.models import Digest
from tracker.post.models import MailTry, OutboxMail
from tracker.post.operations import claim, offer, post_mails, put_back, settle
from tracker.post.rules import LEASE, Outcome

NOW = act().at
SENDER = "Compromiso <compromiso@example.org>"


@pytest.fixture
def mail(session: DbSession) -> OutboxMail:
    """A digest in the outbox."""
    begin_write()
    digest = Digest(recipient="obras@example.org", name="Obras", day=NOW.date(), locale="es")
    session.add(digest)
    session.flush()
    post_mails("digest", [(digest.id, digest.recipient)], NOW)
    return session.query(OutboxMail).one()


def again(mail: OutboxMail) -> OutboxMail:
    """The mail as the database has it."""
    db.session.flush()
    db.session.refresh(mail)
    return mail


def test_while_a_lease_lasts_nobody_else_gets_the_mail(mail: OutboxMail) -> None:
    (own,) = claim(NOW, SENDER, 20)
    assert claim(NOW + LEASE - timedelta(seconds=1), SENDER, 20) == []
    assert offer(own, NOW)
    assert claim(NOW + LEASE - timedelta(seconds=1), SENDER, 20) == [], "offering stretches it"
    assert not again(mail).in_doubt


def test_a_lease_that_ran_out_can_be_offered_by_nobody(mail: OutboxMail) -> None:
    (own,) = claim(NOW, SENDER, 20)
    assert not offer(own, NOW + LEASE)
    assert again(mail).attempts == 0


def test_the_worker_that_lost_its_claim_neither_sends_nor_marks(mail: OutboxMail) -> None:
    (slow,) = claim(NOW, SENDER, 20)
    assert offer(slow, NOW)
    assert again(mail).attempts == 1
    later = NOW + LEASE
    (quick,) = claim(later, SENDER, 20)
    assert again(mail).in_doubt, "it had been offered and nobody knows what came of it"
    assert quick.message_id == slow.message_id
    assert not offer(slow, later), "its lease is another one's"
    for how in ("sent", "failed", "later", "doubt", "cancelled"):
        assert settle(Outcome(slow, how, "250 ok"), later) == "taken"
    assert put_back([slow], "late", later) == 0
    assert (again(mail).state, mail.lease, mail.attempts) == ("sending", quick.lease, 1)
    assert offer(quick, later)
    assert settle(Outcome(quick, "sent", "250 ok"), later) == "sent"
    assert (again(mail).state, mail.answer, mail.sent_at) == ("sent", "250 ok", later)
    assert [row.outcome for row in db.session.query(MailTry)] == ["doubt"]


def test_a_claim_given_back_is_free_at_once_and_untried(mail: OutboxMail) -> None:
    (own,) = claim(NOW, SENDER, 20)
    assert put_back([own], "connection lost", NOW) == 1
    assert (again(mail).state, mail.attempts, mail.in_doubt) == ("waiting", 0, False)
    assert len(claim(NOW, SENDER, 20)) == 1
