"""The product and the model of `year_model` hear the same facts at the same instants and must answer alike.

The day goes into the product through its ticks; mails leave over SMTP to a real server.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select

from tests.follow_up import year_model
from tests.follow_up.twin_recurring import RecurringTowns
from tests.support.mail_server import MailServer
from tracker.core.db import db
from tracker.core.ticks import transaction
from tracker.follow_up import ticks
from tracker.notices.models import Digest, Notice
from tracker.post import operations as post
from tracker.post.models import OutboxMail
from tracker.post.rules import LEASE

#: What the product calls a notice on its way; to the rules of follow-up it has not left.
UNSENT = {"waiting", "composed", "leaving"}
#: Digests with their mails.
MAILED = select(Digest.id, Digest.recipient, Digest.day).join(
    OutboxMail, (OutboxMail.ref_id == Digest.id) & (OutboxMail.kind == "digest")
)


class SideBySide(RecurringTowns):
    """Two answers to the same facts, and one mail server."""

    def __init__(self, app: Flask, smtp: MailServer, clock: time_machine.Traveller) -> None:
        super().__init__(clock)
        app.config["MAIL_URL"] = smtp.url
        self.refused: set[str] = set()
        self._sender = str(app.config["MAIL_FROM"])
        self._smtp = smtp
        self._held: dict[year_model.Which, datetime] = {}
        self._received, self._counted = Counter[str](), 0

    def refuse(self, address: str) -> None:
        """The mail server knows nobody of that address."""
        self.refused.add(address)
        self._smtp.fail("550 5.1.1 no such person", at="RCPT", address=address)

    def check(self) -> None:
        """The scheduled check, each municipality on its own day."""
        ticks.check_due()
        for town in self.towns:
            self.model.check(town.side, self.day_in(town))

    def compose(self) -> None:
        """Digests of those whose hour has come."""
        ticks.compose_due()
        self.model.compose((town.side, self.local(town).date(), self.local(town).hour) for town in self.towns)

    def deliver(self, dying: int = 0) -> None:
        """Send what waits, after a worker claimed `dying` mails and was killed before it did anything more."""
        self._held = {which: until for which, until in self._held.items() if until > self.now}
        if dying:
            with transaction():
                post.claim(self.now, self._sender, dying)
            with transaction():
                leased = (OutboxMail.state == "sending", OutboxMail.not_before > self.now)
                claimed = db.session.execute(MAILED.where(*leased)).all()
            for _, recipient, day in claimed:
                self._held.setdefault((recipient, day), self.now + LEASE)
        ticks.deliver_due()
        self.model.deliver(self.refused, self._held)

    def deliver_to_nobody(self) -> None:
        """Try while the mail server is gone."""
        self._smtp.refuse()
        ticks.deliver_due()
        self._smtp.listen()

    def differences(self, everywhere: bool = False) -> list[str]:
        """Every notice, digest and mail on which the two do not agree, and every clock where somebody acted."""
        with transaction():
            notices = db.session.execute(select(Notice.key, Notice.state, Notice.reason, Notice.digest_id)).all()
            sent = db.session.execute(MAILED.where(OutboxMail.state == "sent")).all()
        states = {key: _state(state, reason) for key, state, reason, _ in notices}
        which = {digest_id: (recipient, day) for digest_id, recipient, day in sent}
        carried: dict[object, set[str]] = {digest: set() for digest in which.values()}
        for key, state, _, digest_id in notices:
            if state == "sent":
                carried.setdefault(which.get(digest_id), set()).add(key)
        # News about accounts are no digests: the model knows nothing of passwords.
        arrived = self._smtp.messages[self._counted :]
        new = [mail for mail in arrived if "<digest." in str(mail.message["Message-ID"])]
        self._received.update(received.recipients[0] for received in new)
        self._counted = len(self._smtp.messages)
        mails = self.model.mails()
        touched, self.touched = self.touched, {}
        return [
            *self.apart(self.towns if everywhere else touched.values()),
            *_unequal("notice", states, {_text(key): state for key, state in self.model.states().items()}),
            *_unequal("digest", carried, {digest: set(map(_text, keys)) for digest, keys in mails.items()}),
            *_unequal("mails to", self._received, Counter(recipient for recipient, _ in mails)),
        ]


def _state(state: str, reason: str) -> str:
    if state in UNSENT:
        return year_model.WAITING
    return reason if state == "cancelled" else state


def _text(key: year_model.Key) -> str:
    return "|".join((key.subject, key.step, key.struck_on.isoformat(), key.recipient))


def _unequal(what: str, product: Mapping[Any, object], model: Mapping[Any, object]) -> list[str]:
    return [
        f"{what} {key}: product {product.get(key)}, model {model.get(key)}"
        for key in sorted({*product, *model}, key=str)
        if product.get(key) != model.get(key)
    ]
