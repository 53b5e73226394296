"""Sending what waits: claim, write, offer, mark. No mail leaves inside a transaction.

The mark of one mail and the writing of the next share a transaction: what is written is as fresh as can be and
each mail costs one commit. A process that dies anywhere leaves a lease that runs out; the next one takes over.
"""

from collections.abc import Callable, Sequence
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
from tracker.post.rules import Outcome

#: Mails claimed at once; few, so that none waits for others longer than its lease.
BATCH = 20
#: Connections lost one after the other, with nothing sent in between, from which the server is left alone.
ENOUGH = 3

Claimed = Sequence[tuple[int, str]]
Clock = Callable[[], datetime]


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

    def count(self, state: str) -> None:
        """Count a mail by the state that followed; one that somebody else took over is theirs to count."""
        if state in ("sent", "failed", "cancelled"):
            setattr(self, state, getattr(self, state) + 1)
        elif state == "waiting":
            self.retry += 1


def deliver_waiting(clock: Clock) -> Delivered:
    """Send every mail whose time has come over one connection; `clock` gives the present instant.

    A server that cannot be reached, or drops one connection after the other, is left alone until the next call;
    what it was not offered counts no try and makes no pause, so that after its recovery all leave within a tick.
    """
    done = Delivered()
    config = current_app.config
    lost = 0
    while lost < ENOUGH and (claimed := _claim(clock, config["MAIL_FROM"])):
        try:
            with open_transport(config["MAIL_URL"], Path(current_app.instance_path) / "mail") as transport:
                sent_before = done.sent
                rest = _hand_over(transport, claimed, clock, done)
                lost = lost + 1 if rest is not None and done.sent == sent_before else 0
                if rest:
                    # They go over a new connection: it is not their fault.
                    _put_back(rest, "connection lost", clock)
        except TryLater as refused:
            log("post").warning("mail server not reached", answer=str(refused))
            done.retry += _put_back(claimed, str(refused), clock)
            break
    return done


def _claim(clock: Clock, sender: str) -> list[tuple[int, str]]:
    with transaction():
        return operations.claim(clock(), sender, BATCH)


def _hand_over(transport: Transport, claimed: Claimed, clock: Clock, done: Delivered) -> Claimed | None:
    """Offer the claimed mails one by one; those left when the connection was lost, None where it held."""
    outcome: Outcome | None = None
    for position, (mail_id, lease) in enumerate(claimed):
        message = _mark_and_write(outcome, mail_id, lease, clock, done)
        outcome = _send(transport, message, mail_id, lease) if message is not None else None
        if outcome is not None and not outcome.connection_holds:
            _mark(outcome, clock, done)
            return claimed[position + 1 :]
    _mark(outcome, clock, done)
    return None


def _mark_and_write(
    outcome: Outcome | None, mail_id: int, lease: str, clock: Clock, done: Delivered
) -> EmailMessage | None:
    """Mark the mail before, write this one, in one transaction. A poison mail fails alone."""
    try:
        with transaction():
            state = operations.settle(outcome, clock()) if outcome else ""
            message, own_state = _write(mail_id, lease, clock())
    except Exception as error:
        log("post").error("mail could not be written", mail=mail_id, error=repr(error), exc_info=True)
        _mark(outcome, clock, done)
        with transaction():
            operations.offer(mail_id, lease, clock())
        words = f"could not be written: {type(error).__name__}"
        _mark(Outcome(mail_id, lease, "later", words), clock, done)
        return None
    done.count(state)
    done.count(own_state)
    return message


def _mark(outcome: Outcome | None, clock: Clock, done: Delivered) -> None:
    if outcome is not None:
        with transaction():
            state = operations.settle(outcome, clock())
        done.count(state)


def _write(mail_id: int, lease: str, now: datetime) -> tuple[EmailMessage | None, str]:
    """The message from what still stands; None when it is no longer ours or nothing is left to say (cancelled)."""
    mail = operations.offer(mail_id, lease, now)
    if mail is None:
        return None, ""
    rendered = kind_called(mail.kind).render(mail.ref_id, now)
    if rendered is None:
        return None, operations.settle(Outcome(mail_id, lease, "cancelled", "nothing left to say"), now)
    return build(rendered, current_app.config["MAIL_FROM"], mail.address, mail.message_id or "", now), ""


def _send(transport: Transport, message: EmailMessage, mail_id: int, lease: str) -> Outcome:
    """One conversation, and what came of it."""
    try:
        answer = transport.send(message)
    except NotDeliverable as refused:
        return Outcome(mail_id, lease, "failed", str(refused), _reset(transport))
    except TryLater as refused:
        return Outcome(mail_id, lease, "later", str(refused), _reset(transport))
    except InDoubt as lost:
        return Outcome(mail_id, lease, "doubt", str(lost), False)
    return Outcome(mail_id, lease, "sent", answer)


def _put_back(claimed: Claimed, answer: str, clock: Clock) -> int:
    """Give claims back untried; how many were still ours."""
    with transaction():
        return operations.put_back(claimed, answer, clock())


def _reset(transport: Transport) -> bool:
    """Whether the connection can carry the next mail."""
    if not isinstance(transport, SmtpTransport):
        return True
    try:
        transport.reset()
    except TryLater:
        return False
    return True
