"""Mails in the states that a mail server's moods leave them in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.notices.raising import raised
from tests.support.factories import DAY, act
from tracker.core.db import db
from tracker.notices.composing import compose_for
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices
from tracker.post.kinds import kind_called
from tracker.post.models import OutboxMail
from tracker.post.operations import claim, offer, settle
from tracker.post.rules import Outcome
from tracker.territory.rules import Place

#: 23 November 2026, 15:00 UTC: nine o'clock in Mexico City.
NOW = act().at
REFUSED = "550 5.1.1 no such person"


def facts(code: str = "C-001", **others: Any) -> dict[str, Any]:
    """What the line of a notice needs."""
    return {
        "clock": "overdue",
        "code": code,
        "title": f"Promesa {code}",
        "of": None,
        "due_on": "2026-11-20",
        "precision": "day",
        "first_due_on": "2026-11-20",
        "unit": "Obras",
        "quiet_start": False,
        **others,
    }


def tell(place: Place, address: str, number: int = 1, step: str = "overdue+1", **others: Any) -> str:
    """Raise a notice about a subject of a municipality; the subject."""
    subject = f"commitment:{place.id * 1000 + number}"
    told = raised(
        place,
        subject,
        step,
        recipient=address,
        name=f"Quien lee {address}",
        facts=facts(f"C-{number:03d}", **others.pop("facts", {})),
        **others,
    )
    raise_notices([told], NOW, DAY)
    return subject


def crowd(place: Place, people: int, **others: Any) -> None:
    """A notice for each of so many people."""
    told = [
        raised(place, f"commitment:{place.id * 1000 + n}", "overdue+1", recipient=f"p{n}@example.org", **others)
        for n in range(people)
    ]
    raise_notices([_with_facts(notice, n) for n, notice in enumerate(told)], NOW, DAY)


def _with_facts(notice: Any, number: int) -> Any:
    notice.facts.clear()
    notice.facts.update(facts(f"C-{number:03d}", quiet_start=number % 2 == 0))
    return notice


def post(*places: Place, now: datetime = NOW) -> None:
    """Compose what waits in these municipalities."""
    compose_for(places, now.date(), now)
    db.session.flush()


def hand_over(address: str, how: str, answer: str = "", now: datetime = NOW) -> OutboxMail:
    """One try of the mail to this address; others are left alone. The mail after it."""
    for each in claim(now, "c@example.org", 100):
        if each.address == address:
            kind_called(each.kind).write([each.ref_id], now)
            assert offer(each, now)
            settle(Outcome(each, how, answer), now)
        else:
            mail = db.session.get_one(OutboxMail, each.mail_id)
            mail.state, mail.lease, mail.not_before = "waiting", None, now
    db.session.flush()
    return mail_to(address)


def mail_to(address: str) -> OutboxMail:
    """The newest mail to this address, as the database has it."""
    db.session.flush()
    db.session.expire_all()
    return db.session.scalars(
        select(OutboxMail).where(OutboxMail.address == address).order_by(OutboxMail.id.desc()).limit(1)
    ).one()


def failed_mail(place: Place, address: str, *more: Place) -> OutboxMail:
    """A mail about these municipalities that was put off once and then refused."""
    for number, each in enumerate((place, *more), 1):
        tell(each, address, number)
    post(place, *more)
    hand_over(address, "later", "451 4.3.0 later")
    return hand_over(address, "failed", REFUSED, NOW + timedelta(minutes=10))


def states_of(address: str) -> list[tuple[str, str]]:
    """(state, reason) of every notice to this address, oldest first."""
    db.session.flush()
    rows = select(Notice.state, Notice.reason).where(Notice.recipient == address).order_by(Notice.id)
    return [(row[0], row[1]) for row in db.session.execute(rows)]
