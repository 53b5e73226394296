"""Putting mails into the outbox, claiming and marking them."""

import secrets
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import select, update

from tracker.core.db import begin_write, db, dialect_name
from tracker.post.kinds import kind_called
from tracker.post.models import OutboxMail
from tracker.post.rules import LEASE, pause_after


def post_mail(kind: str, ref_id: int, address: str, at: datetime) -> OutboxMail:
    """Put a mail into the outbox in the caller's transaction; it leaves only if that commits."""
    mail = OutboxMail(
        kind=kind,
        ref_id=ref_id,
        address=address,
        state="waiting",
        attempts=0,
        created_at=at,
        not_before=at,
        in_doubt=False,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def claim(now: datetime, sender: str, limit: int) -> list[tuple[int, str]]:
    """Lease up to `limit` mails whose time has come: (id, lease). Mails whose lease ran out are taken over.

    A mail that was being sent when its worker died may have arrived: it is marked in doubt.
    """
    begin_write()
    statement = (
        select(OutboxMail)
        .where(OutboxMail.state.in_(("waiting", "sending")), OutboxMail.not_before <= now)
        .order_by(OutboxMail.not_before, OutboxMail.id)
        .limit(limit)
    )
    if dialect_name() == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    claimed = []
    for mail in db.session.scalars(statement):
        if mail.state == "sending" and mail.attempts:
            mail.in_doubt = True
        mail.state, mail.lease, mail.not_before = "sending", secrets.token_hex(16), now + LEASE
        mail.message_id = mail.message_id or f"<{mail.kind}.{mail.id}.{secrets.token_hex(8)}@{domain}>"
        claimed.append((mail.id, mail.lease))
    db.session.flush()
    return claimed


def is_still_mine(mail_id: int, lease: str, now: datetime) -> OutboxMail | None:
    """The mail if this claim still holds; counts the try and stretches the lease from now, just before sending."""
    begin_write()
    changed = db.session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id,
            OutboxMail.lease == lease,
            OutboxMail.state == "sending",
            OutboxMail.not_before > now,
        )
        .values(not_before=now + LEASE, attempts=OutboxMail.attempts + 1)
        .returning(OutboxMail.id)
    ).first()
    return db.session.get(OutboxMail, mail_id) if changed else None


def mark_sent(mail_id: int, lease: str, answer: str, now: datetime) -> None:
    """The server took it."""
    _settle(mail_id, lease, "sent", answer, now)


def mark_failed(mail_id: int, lease: str, answer: str, now: datetime) -> None:
    """The server will never take it, or the last try is over."""
    _settle(mail_id, lease, "failed", answer, now)


def mark_cancelled(mail_id: int, lease: str, reason: str, now: datetime) -> None:
    """There was nothing left to say."""
    _settle(mail_id, lease, "cancelled", reason, now)


def put_back(mail_id: int, lease: str, answer: str, not_before: datetime) -> bool:
    """Give back a claim on a mail that was not offered to the server: no try is counted. Whether it was ours."""
    begin_write()
    mail = _held(mail_id, lease)
    if mail is None:
        return False
    mail.state, mail.lease, mail.answer, mail.not_before = "waiting", None, answer[:500], not_before
    return True


def mark_for_later(mail_id: int, lease: str, answer: str, in_doubt: bool, now: datetime) -> str:
    """Try again after a pause, or fail when the tries are over; the state that follows."""
    begin_write()
    mail = _held(mail_id, lease)
    if mail is None:
        return "taken"
    mail.in_doubt = mail.in_doubt or in_doubt
    pause = pause_after(mail.attempts, secrets.randbelow(1000) / 1000)
    if pause is None:
        _settle(mail_id, lease, "failed", answer, now)
        return "failed"
    mail.state, mail.lease, mail.answer, mail.not_before = "waiting", None, answer, now + pause
    return "waiting"


def _held(mail_id: int, lease: str) -> OutboxMail | None:
    return db.session.scalar(
        select(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.lease == lease, OutboxMail.state == "sending")
    )


def _settle(mail_id: int, lease: str, state: str, answer: str, now: datetime) -> None:
    begin_write()
    mail = _held(mail_id, lease)
    if mail is None:
        return
    mail.state, mail.lease, mail.answer = state, None, answer[:500]
    if state == "sent":
        mail.sent_at = now
    kind_called(mail.kind).settle(mail.ref_id, state, answer[:500])
