"""Sending what waits: claim, write, offer, mark. No mail leaves inside a transaction.

A handful of mails is claimed and written at once; just before each is offered to the server it is asked whether
what it says still holds, in the transaction that marks the mail before: one commit a mail. A process that dies
anywhere leaves a lease that runs out; the next one takes over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from tracker.core.db import begin_write
from tracker.core.log import log
from tracker.core.mail import (
    InDoubt,
    Letter,
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
from tracker.post.rules import Claim, Outcome

#: Mails claimed at once; few, so that none waits for others longer than its lease.
BATCH = 20
#: Connections lost one after the other, with nothing sent in between, from which the server is left alone.
ENOUGH = 3

Clock = Callable[[], datetime]


@dataclass
class Delivered:
    """What one delivery did, in mails."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    retry: int = 0
    #: Why the mail server could not be reached, in its own words; empty where it could.
    away: str = ""

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
    while lost < ENOUGH and (claims := _claim(clock, config["MAIL_FROM"])):
        try:
            with open_transport(config["MAIL_URL"], Path(current_app.instance_path) / "mail") as transport:
                rest, lost = _over(transport, claims, lost, clock, done)
        except TryLater as refused:
            log("post").warning("mail server not reached", answer=str(refused))
            done.retry += _put_back(claims, str(refused), clock)
            done.away = str(refused)
            break
        if rest:
            # They go over a new connection: it is not their fault.
            _put_back(rest, "connection lost", clock)
    return done


def _over(
    transport: Transport, claims: Sequence[Claim], lost: int, clock: Clock, done: Delivered
) -> tuple[Sequence[Claim], int]:
    """Hand over these and all that wait further, over one connection: (what is left of it, connections lost)."""
    while claims:
        sent_before = done.sent
        rest = _hand_over(transport, claims, clock, done)
        if rest is not None:
            return rest, 1 if done.sent > sent_before else lost + 1
        lost = 0
        claims = _claim(clock, current_app.config["MAIL_FROM"])
    return (), 0


def _claim(clock: Clock, sender: str) -> list[Claim]:
    with transaction():
        return operations.claim(clock(), sender, BATCH)


def _hand_over(
    transport: Transport, claims: Sequence[Claim], clock: Clock, done: Delivered
) -> Sequence[Claim] | None:
    """Offer the claimed mails one by one; those left when the connection was lost, None where it held."""
    written = _written(claims, clock, done)
    outcome: Outcome | None = None
    for position, claim in enumerate(claims):
        if claim not in written:
            continue
        letter = _mark_and_offer(outcome, claim, written[claim], clock, done)
        outcome = _send(transport, letter, claim) if letter is not None else None
        if outcome is not None and not outcome.connection_holds:
            _mark(outcome, clock, done)
            return claims[position + 1 :]
    _mark(outcome, clock, done)
    return None


def _written(claims: Sequence[Claim], clock: Clock, done: Delivered) -> dict[Claim, Letter | None]:
    """The letters of these claims, None where nothing is left to say; a poison mail fails alone."""
    try:
        return _write(claims, clock())
    except Exception as error:
        if len(claims) > 1:
            return {claim: letter for one in claims for claim, letter in _written([one], clock, done).items()}
        log("post").error("mail could not be written", mail=claims[0].mail_id, error=repr(error), exc_info=True)
        with transaction():
            operations.offer(claims[0], clock())
        words = f"could not be written: {type(error).__name__}"
        _mark(Outcome(claims[0], "later", words), clock, done)
        return {}


def _write(claims: Sequence[Claim], now: datetime) -> dict[Claim, Letter | None]:
    by_kind: dict[str, list[Claim]] = {}
    for claim in claims:
        by_kind.setdefault(claim.kind, []).append(claim)
    written: dict[Claim, Letter | None] = {}
    for kind, own in by_kind.items():
        with transaction():
            begin_write()
            said = kind_called(kind).write([claim.ref_id for claim in own], now)
        sender = current_app.config["MAIL_FROM"]
        for claim in own:
            rendered = said.get(claim.ref_id)
            written[claim] = build(rendered, sender, claim.address, claim.message_id, now) if rendered else None
    return written


def _mark_and_offer(
    outcome: Outcome | None, claim: Claim, letter: Letter | None, clock: Clock, done: Delivered
) -> Letter | None:
    """Mark the mail before and offer this one, in one transaction; None where it is not to leave.

    What no longer holds is written anew before it leaves.
    """
    now = clock()
    with transaction():
        begin_write()
        state = operations.settle(outcome, now) if outcome else ""
        if letter is not None and kind_called(claim.kind).is_stale(claim.ref_id):
            stale, is_ours = True, False
        else:
            stale, is_ours = False, operations.offer(claim, now)
        own_state = ""
        if is_ours and letter is None:
            own_state = operations.settle(Outcome(claim, "cancelled", "nothing left to say"), now)
    done.count(state)
    done.count(own_state)
    if stale:
        again = _written([claim], clock, done)
        return _mark_and_offer(None, claim, again[claim], clock, done) if claim in again else None
    return letter if is_ours else None


def _mark(outcome: Outcome | None, clock: Clock, done: Delivered) -> None:
    if outcome is not None:
        with transaction():
            state = operations.settle(outcome, clock())
        done.count(state)


def _send(transport: Transport, letter: Letter, claim: Claim) -> Outcome:
    """One conversation, and what came of it."""
    try:
        answer = transport.send(letter)
    except NotDeliverable as refused:
        return Outcome(claim, "failed", str(refused), _reset(transport))
    except TryLater as refused:
        return Outcome(claim, "later", str(refused), _reset(transport))
    except InDoubt as lost:
        return Outcome(claim, "doubt", str(lost), False)
    return Outcome(claim, "sent", answer)


def _put_back(claims: Sequence[Claim], answer: str, clock: Clock) -> int:
    """Give claims back untried; how many were still ours."""
    with transaction():
        return operations.put_back(claims, answer, clock())


def _reset(transport: Transport) -> bool:
    """Whether the connection can carry the next mail."""
    if not isinstance(transport, SmtpTransport):
        return True
    try:
        transport.reset()
    except TryLater:
        return False
    return True
