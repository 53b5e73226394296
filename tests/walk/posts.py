"""Mails of a town in every state, a mass of them that is held, and a link out of a mail."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from tests.walk.towns import Town
from tracker.core.db import db
from tracker.notices.composing import compose_for
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices, void
from tracker.notices.preferring import new_links
from tracker.notices.rules import APPROVAL_ABOVE, Raised
from tracker.post.kinds import kind_called
from tracker.post.models import OutboxMail
from tracker.post.operations import claim, offer, settle
from tracker.post.rules import Claim, Outcome

SENDER = "Compromiso <compromiso@example.org>"
#: Tries of one mail: what came of it, and the server's words. Whoever is not named gets it at once.
FATES = {
    "rosa": (("later", "⟦451 luego⟧"), ("failed", "⟦550 nadie⟧")),
    "officer": (("doubt", "⟦corte⟧"), ("sent", "⟦250 bien⟧")),
    "obras": (("later", "⟦421 lleno⟧"),),
}


def send_what_waits(town: Town, letter: str, at: datetime) -> Town:
    """Compose and hand over what the check raised, with trouble; then let more wait than may leave by itself."""
    day = at.date()
    compose_for([town.place], day, at)
    about_open = select(Notice.subject).where(
        Notice.municipality_id == town.place.id, Notice.facts["code"].as_string() == town.open
    )
    void(town.place.id, db.session.scalars(about_open.limit(1)).one(), "changed", day)
    for number in range(2):
        now = at + timedelta(minutes=10 * number)
        for each in claim(now, SENDER, 100):
            _try(each, number, now)
    _hold(town, letter, at)
    failed = select(OutboxMail.id).where(OutboxMail.address == f"rosa-{letter}@example.org")
    (token,) = new_links([f"rosa-{letter}@example.org"], at)
    db.session.flush()
    return replace(town, mail_id=db.session.scalars(failed).one(), token=token)


def _try(each: Claim, number: int, now: datetime) -> None:
    fates = FATES.get(each.address.partition("-")[0], (("sent", "⟦250 bien⟧"),))
    kind_called(each.kind).write([each.ref_id], now)
    if number < len(fates):
        offer(each, now)
        settle(Outcome(each, *fates[number]), now)


def _hold(town: Town, letter: str, at: datetime) -> None:
    due_on = (at.date() - timedelta(days=40)).isoformat()
    facts = {
        "clock": "overdue",
        "code": town.counted,
        "title": "⟦Diez aulas⟧",
        "of": None,
        "due_on": due_on,
        "precision": "day",
        "first_due_on": due_on,
        "unit": "⟦Obras⟧",
        "quiet_start": True,
    }
    raised = [
        Raised(
            municipality_id=town.place.id,
            subject=town.counted_subject,
            step="overdue+30",
            struck_on=at.date() - timedelta(days=10),
            recipient=f"vecina-{number}-{letter}@example.org",
            name="⟦Vecina⟧",
            locale="es",
            audience="responsible",
            facts=facts,
        )
        for number in range(APPROVAL_ABOVE + 1)
    ]
    raise_notices(raised, at, at.date())
