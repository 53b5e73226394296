"""Putting mails into the outbox, claiming, offering and marking them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import bindparam, insert, select, update

from tracker.core.db import begin_write, db, dialect_name, table_of
from tracker.post.kinds import kind_called
from tracker.post.models import IS_OPEN, MailTry, OutboxMail
from tracker.post.rules import LEASE, LONGEST_PAUSE, MOST_TRIES, Claim, Outcome, pause_after

#: Ends the lease of a mail that has been offered to the server and has no answer yet.
_OFFERED = "+"
#: Two of the few statements that every mail costs: made once, and on the table, where nothing in memory follows.
_OUTBOX = table_of(OutboxMail)
_MAILS = _OUTBOX.c
_OFFER = (
    update(_OUTBOX)
    .where(
        _MAILS.id == bindparam("mail"),
        _MAILS.lease == bindparam("held"),
        _MAILS.state == "sending",
        _MAILS.not_before > bindparam("now"),
    )
    .values(not_before=bindparam("until"), attempts=_MAILS.attempts + 1, lease=bindparam("offered"))
    .returning(_MAILS.id)
)
_MARK_SENT = (
    update(_OUTBOX)
    .where(
        _MAILS.id == bindparam("mail"),
        _MAILS.lease.in_((bindparam("held"), bindparam("offered"))),
        _MAILS.state == "sending",
    )
    .values(state="sent", lease=None, answer=bindparam("said"), sent_at=bindparam("now"))
    .returning(_MAILS.id)
)


def post_mails(kind: str, mails: Sequence[tuple[int, str]], at: datetime) -> None:
    """Put mails, (ref_id, address) each, into the outbox in the caller's transaction; rolled back, none leaves."""
    own = {"kind": kind, "state": "waiting", "attempts": 0, "created_at": at, "not_before": at, "in_doubt": False}
    if mails:
        db.session.execute(insert(OutboxMail), [{**own, "ref_id": ref, "address": to} for ref, to in mails])


def readdress(kind: str, old: str, new: str) -> None:
    """Mails of a kind that wait to go to an address go to another one; those under way arrive where they go."""
    waiting = (OutboxMail.kind == kind, OutboxMail.address == old, OutboxMail.state == "waiting")
    db.session.execute(update(OutboxMail).where(*waiting).values(address=new))


def claim(now: datetime, sender: str, limit: int) -> list[Claim]:
    """Lease up to `limit` mails whose time has come. Mails whose lease ran out are taken over.

    A mail that had been offered to the server when its worker died may have arrived: it is marked in doubt.
    """
    begin_write()
    statement = (
        select(OutboxMail)
        .where(IS_OPEN, OutboxMail.not_before <= now)
        .order_by(OutboxMail.not_before, OutboxMail.id)
        .limit(limit)
    )
    if dialect_name() == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    claims = []
    for mail in db.session.scalars(statement):
        if mail.lease and mail.lease.endswith(_OFFERED):
            mail.in_doubt = True
            _note_try(mail.id, mail.attempts, "doubt", "the process ended before the answer came", now)
            if mail.attempts >= MOST_TRIES:
                # Whatever it is that ends the process each time: a mail is not sent without end.
                mail.state, mail.lease, mail.answer = "failed", None, "no answer after the last try"
                _note_try(mail.id, mail.attempts, "failed", mail.answer, now)
                db.session.flush()
                kind_called(mail.kind).settle(mail.ref_id, "failed", mail.answer, now.date())
                continue
        lease = secrets.token_hex(16)
        mail.state, mail.lease, mail.not_before = "sending", lease, now + LEASE
        mail.message_id = mail.message_id or f"<{mail.kind}.{mail.id}.{secrets.token_hex(8)}@{domain}>"
        claims.append(Claim(mail.id, lease, mail.kind, mail.ref_id, mail.address, mail.message_id))
    db.session.flush()
    return claims


def bring_forward(now: datetime) -> None:
    """Mails that would wait longer than any pause lasts leave: the clock had run ahead when they were put off."""
    begin_write()
    far = now + LONGEST_PAUSE
    waiting = (OutboxMail.state.in_(("waiting", "sending")), OutboxMail.not_before > far)
    db.session.execute(update(OutboxMail).where(*waiting).values(state="waiting", lease=None, not_before=now))


def offer(claim: Claim, now: datetime) -> bool:
    """Whether the claim still holds: then the mail goes to the server next. Counts the try, stretches the lease."""
    begin_write()
    told = {"mail": claim.mail_id, "held": claim.lease, "now": now, "until": now + LEASE}
    return db.session.execute(_OFFER, {**told, "offered": claim.lease + _OFFERED}).first() is not None


def settle(outcome: Outcome, now: datetime) -> str:
    """Mark what came of a try; the state that follows, or `taken` where the claim was no longer ours.

    A mail put off waits for a growing pause; after the last try it fails with the server's last answer.
    """
    begin_write()
    claim, answer = outcome.claim, outcome.answer[:500]
    leases = (claim.lease, claim.lease + _OFFERED)
    mine = {"mail": claim.mail_id, "held": claim.lease, "offered": claim.lease + _OFFERED}
    if outcome.how == "sent":
        if db.session.execute(_MARK_SENT, {**mine, "said": answer, "now": now}).first() is None:
            return "taken"
        kind_called(claim.kind).settle(claim.ref_id, "sent", "", now.date())
        return "sent"
    mail = db.session.scalar(
        select(OutboxMail).where(
            OutboxMail.id == claim.mail_id, OutboxMail.lease.in_(leases), OutboxMail.state == "sending"
        )
    )
    if mail is None:
        return "taken"
    mail.lease, mail.answer = None, answer
    mail.in_doubt = mail.in_doubt or outcome.how == "doubt"
    pause = pause_after(mail.attempts, secrets.randbelow(1000) / 1000)
    if outcome.how in ("later", "doubt") and pause is not None:
        mail.state, mail.not_before = "waiting", now + pause
        _note_try(mail.id, mail.attempts, outcome.how, answer, now)
        return "waiting"
    mail.state = "cancelled" if outcome.how == "cancelled" else "failed"
    if mail.state == "failed":
        _note_try(mail.id, mail.attempts, "failed", answer, now)
    kind_called(mail.kind).settle(mail.ref_id, mail.state, answer, now.date())
    return mail.state


def put_back(claims: Sequence[Claim], answer: str, now: datetime) -> int:
    """Give back claims on mails that were not offered to the server: no try is counted. How many were ours."""
    begin_write()
    found = db.session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id.in_([claim.mail_id for claim in claims]),
            OutboxMail.lease.in_([claim.lease for claim in claims]),
        )
        .values(state="waiting", lease=None, answer=answer[:500], not_before=now)
        .returning(OutboxMail.id)
    ).all()
    return len(found)


def send_again(mail: OutboxMail, by: str, now: datetime) -> None:
    """Let a mail that failed try anew from the first try on, under the same Message-ID; `by` asked for it."""
    mail.state, mail.attempts, mail.lease, mail.not_before = "waiting", 0, None, now
    _note_try(mail.id, 0, "again", by, now)
    kind_called(mail.kind).revive(mail.ref_id)


def _note_try(mail_id: int, number: int, outcome: str, answer: str, at: datetime) -> None:
    db.session.add(MailTry(mail_id=mail_id, number=number, at=at, outcome=outcome, answer=answer[:500]))
