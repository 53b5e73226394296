"""What is spoken and has not left: a later word takes its place, or another reader hears it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from tracker.core.db import db
from tracker.notices.models import Notice
from tracker.notices.operations import UNSENT
from tracker.notices.queries import IS_SPOKEN


def overtake(municipality_id: int, subject: str, steps: Sequence[str], day: date) -> None:
    """End these steps of a subject where they have not left: a later word is told instead, on `day`."""
    mine = Notice.municipality_id == municipality_id, Notice.subject == subject, Notice.step.in_(steps)
    unsent = update(Notice).where(*mine, Notice.state.in_(UNSENT))
    db.session.execute(unsent.values(state="cancelled", reason="overtaken"))
    db.session.execute(update(Notice).where(*mine, Notice.state == "leaving").values(reason="overtaken"))
    # What could not be delivered is not to be told any more, should somebody have its mail sent again.
    failed = update(Notice).where(*mine, Notice.state == "failed", Notice.cleared_on.is_(None))
    db.session.execute(failed.values(cleared_on=day, cleared_how="overtaken"))


def take_back(municipality_id: int, subject: str, step: str) -> bool:
    """Take back what was asked where it has not left; whether nobody has read it."""
    mine = Notice.municipality_id == municipality_id, Notice.subject == subject, Notice.step == step
    unsent = update(Notice).where(*mine, Notice.state.in_(UNSENT))
    db.session.execute(unsent.values(state="cancelled", reason="taken_back"))
    return db.session.scalar(select(Notice.id).where(*mine, Notice.state.in_(("leaving", "sent"))).limit(1)) is None


def spoken_to(municipality_id: int, address: str) -> Sequence[Notice]:
    """What was answered or said in a municipality and still waits for an address, oldest first."""
    waits = Notice.municipality_id == municipality_id, Notice.recipient == address, Notice.state.in_(UNSENT)
    return db.session.scalars(select(Notice).where(*waits, IS_SPOKEN).order_by(Notice.id)).all()
