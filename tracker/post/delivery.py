"""Sending what waits: claim, render, send, mark; each in its own short transaction, no mail inside any.

A process that dies anywhere leaves a lease that runs out; the next one takes over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from flask import current_app

from tracker.core.log import log
from tracker.core.mail import (
    InDoubt,
    NotDeliverable,
    SmtpTransport,
    Transport,
    TryLater,
    build,
    open_transport,
)
from tracker.core.ticks import transaction
from tracker.post import operations
from tracker.post.kinds import kind_called

#: Mails claimed at once; few, so that none waits for others longer than its lease.
BATCH = 20


@dataclass
class Delivered:
    """What one delivery did, in mails."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    retry: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts under their public names."""
        return {"sent": self.sent, "failed": self.failed, "cancelled": self.cancelled, "retry": self.retry}


def deliver_waiting(clock: Callable[[], datetime]) -> Delivered:
    """Send every mail whose time has come over one connection; `clock` gives the present instant."""
    done = Delivered()
    config = current_app.config
    while claimed := _claim(clock, config["MAIL_FROM"]):
        try:
            with open_transport(config["MAIL_URL"], Path(current_app.instance_path) / "mail") as transport:
                for position, (mail_id, lease) in enumerate(claimed):
                    if not _deliver(transport, mail_id, lease, clock, done):
                        # The rest goes over a new connection at once: it is not the rest's fault.
                        _put_back(claimed[position + 1 :], "connection lost", clock)
                        break
        except TryLater as refused:
            log("post").warning("mail server not reached", answer=str(refused))
            # No try is counted and no pause made: after recovery all leave within a tick.
            done.retry += _put_back(claimed, str(refused), clock)
            break
    return done


def _claim(clock: Callable[[], datetime], sender: str) -> list[tuple[int, str]]:
    with transaction():
        return operations.claim(clock(), sender, BATCH)


def _deliver(
    transport: Transport, mail_id: int, lease: str, clock: Callable[[], datetime], done: Delivered
) -> bool:
    """One mail from claim to mark; whether the connection is still good. A poison mail fails alone."""
    try:
        message = _write(mail_id, lease, clock, done)
    except Exception as error:
        log("post").error("mail could not be written", mail=mail_id, error=repr(error), exc_info=True)
        _later(mail_id, lease, f"could not be written: {type(error).__name__}", False, clock, done)
        return True
    if message is None:
        return True
    try:
        answer = transport.send(message)
    except NotDeliverable as refused:
        with transaction():
            operations.mark_failed(mail_id, lease, str(refused), clock())
        done.failed += 1
        return _reset(transport)
    except TryLater as refused:
        _later(mail_id, lease, str(refused), False, clock, done)
        return _reset(transport)
    except InDoubt as lost:
        _later(mail_id, lease, str(lost), True, clock, done)
        return False
    with transaction():
        operations.mark_sent(mail_id, lease, answer, clock())
    done.sent += 1
    return True


def _write(mail_id: int, lease: str, clock: Callable[[], datetime], done: Delivered) -> EmailMessage | None:
    """The message from what still stands, or None when it is no longer ours or nothing is left to say."""
    with transaction():
        mail = operations.is_still_mine(mail_id, lease, clock())
        if mail is None:
            return None
        rendered = kind_called(mail.kind).render(mail.ref_id)
        if rendered is None:
            operations.mark_cancelled(mail_id, lease, "nothing left to say", clock())
            done.cancelled += 1
            return None
        return build(
            rendered,
            current_app.config["MAIL_FROM"],
            mail.address,
            mail.message_id or "",
            clock(),
            current_app.config["PUBLIC_URL"].rstrip("/") + "/inbox",
        )


def _later(
    mail_id: int, lease: str, answer: str, in_doubt: bool, clock: Callable[[], datetime], done: Delivered
) -> None:
    with transaction():
        state = operations.mark_for_later(mail_id, lease, answer, in_doubt, clock())
    if state == "failed":
        done.failed += 1
    else:
        done.retry += 1


def _put_back(claimed: list[tuple[int, str]], answer: str, clock: Callable[[], datetime]) -> int:
    """Give claims back untried; how many were still ours."""
    with transaction():
        return sum(operations.put_back(mail_id, lease, answer, clock()) for mail_id, lease in claimed)


def _reset(transport: Transport) -> bool:
    """Whether the connection can carry the next mail."""
    if not isinstance(transport, SmtpTransport):
        return True
    try:
        transport.reset()
    except TryLater:
        return False
    return True
