"""Reads of notices and digests."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from tracker.core.db import db
from tracker.notices.models import Digest, MailPreference, Notice
from tracker.notices.rules import LASTING, RIDER, SPOKEN
from tracker.post.models import OutboxMail

#: States of what a person sees in the inbox.
SHOWN = ("waiting", "composed", "leaving", "sent", "failed")

#: It tells what somebody answered or said: no change of a date or a lead makes it untrue.
IS_SPOKEN: ColumnElement[bool] = or_(*[Notice.step.like(f"{name}+%") for name in SPOKEN])
#: What of it stays true whatever becomes of the promise.
IS_LASTING: ColumnElement[bool] = or_(*[Notice.step.like(f"{name}+%") for name in LASTING])


def notices_to(address: str, limit: int = 50, before_id: int | None = None) -> Sequence[Notice]:
    """The newest notices to this address, newest first; `before_id` continues an earlier page.

    What somebody does without by mail is there too: the choice is about mails, not about knowing.
    """
    shown = or_(Notice.state.in_(SHOWN), and_(Notice.state == "cancelled", Notice.reason == "unwanted"))
    statement = select(Notice).where(Notice.recipient == address.lower(), shown)
    if before_id is not None:
        statement = statement.where(Notice.id < before_id)
    return db.session.scalars(statement.order_by(Notice.id.desc()).limit(limit)).all()


#: Shown on every page: made once.
_UNSENT = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.recipient == bindparam("recipient"), Notice.state.in_(("waiting", "composed", "leaving")))
    # It may go along only in weeks: no news that waits.
    .where((Notice.step != RIDER) | (Notice.state != "waiting"))
)


def unsent_count(address: str) -> int:
    """How many notices to this address have not left yet."""
    return db.session.scalar(_UNSENT, {"recipient": address.lower()}) or 0


_ABOUT = (
    select(Notice)
    .where(
        Notice.municipality_id == bindparam("place"),
        Notice.subject.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(Notice.id.desc())
    .limit(200)
)


def notices_about(municipality_id: int, subjects: Sequence[str]) -> Sequence[Notice]:
    """Every notice about these subjects of one municipality, newest first; skipped ones too."""
    return db.session.scalars(_ABOUT, {"place": municipality_id, "subjects": list(subjects)}).all()


def municipalities_waiting(narrowed_to: int | None = None) -> list[int]:
    """Ids of municipalities with notices that wait for a mail; what goes along waits for that of its reader."""
    own = select(Notice.recipient).where(Notice.state == "waiting", Notice.step != RIDER)
    waits = Notice.state == "waiting", or_(Notice.step != RIDER, Notice.recipient.in_(own))
    statement = select(Notice.municipality_id).where(*waits).distinct()
    if narrowed_to is not None:
        statement = statement.where(Notice.municipality_id == narrowed_to)
    return list(db.session.scalars(statement.order_by(Notice.municipality_id)))


def municipalities_behind(ids: Sequence[int], day: date) -> list[int]:
    """Ids of municipalities where notices of before `day` wait for somebody for whom something waits in these."""
    own = Notice.state == "waiting", Notice.step != RIDER
    here = select(Notice.recipient).where(*own, Notice.municipality_id.in_(ids))
    statement = (
        select(Notice.municipality_id)
        .where(Notice.state == "waiting", Notice.day < day, Notice.recipient.in_(here))
        .distinct()
    )
    return list(db.session.scalars(statement.order_by(Notice.municipality_id)))


def shared_recipients(ids: Sequence[int]) -> list[tuple[str, int]]:
    """(address, municipality) for everybody for whom something waits in more than one of these municipalities."""
    here = (Notice.state == "waiting", Notice.municipality_id.in_(ids))
    shared = (
        select(Notice.recipient)
        .where(*here)
        .group_by(Notice.recipient)
        .having(func.count(Notice.municipality_id.distinct()) > 1)
    )
    found = select(Notice.recipient, Notice.municipality_id).where(*here, Notice.recipient.in_(shared)).distinct()
    return [(row[0], row[1]) for row in db.session.execute(found.order_by(Notice.recipient))]


def subjects_of_nobody(municipality_ids: Sequence[int]) -> dict[int, list[str]]:
    """By municipality the subjects of which nobody could be told."""
    found: dict[int, list[str]] = {}
    statement = (
        select(Notice.municipality_id, Notice.subject)
        .where(Notice.state == "nobody", Notice.municipality_id.in_(municipality_ids))
        .distinct()
        .order_by(Notice.municipality_id, Notice.subject)
    )
    for municipality_id, subject in db.session.execute(statement):
        found.setdefault(municipality_id, []).append(subject)
    return found


def municipalities_with_nobody() -> list[int]:
    """Ids of municipalities where somebody should hear something and nobody can be told."""
    statement = select(Notice.municipality_id).where(Notice.state == "nobody").distinct()
    return list(db.session.scalars(statement.order_by(Notice.municipality_id)))


def preferences_of(addresses: Sequence[str]) -> dict[str, MailPreference]:
    """Preferences by address, of those addresses that ever said any."""
    found: dict[str, MailPreference] = {}
    for start in range(0, len(addresses), 500):
        statement = select(MailPreference).where(MailPreference.address.in_(addresses[start : start + 500]))
        found |= {row.address: row for row in db.session.scalars(statement)}
    return found


def listed(state: str | None) -> list[dict[str, object]]:
    """Every notice with the fate of its mail, in the shape of `flask notices list`."""
    statement = (
        select(Notice, OutboxMail)
        .outerjoin(Digest, Digest.id == Notice.digest_id)
        .outerjoin(OutboxMail, (OutboxMail.ref_id == Digest.id) & (OutboxMail.kind == "digest"))
        .order_by(Notice.id)
    )
    if state:
        statement = statement.where(Notice.state == state)
    return [
        {
            "key": notice.key,
            "state": notice.state,
            "recipient": notice.recipient,
            "message_id": mail.message_id if mail else None,
            "attempts": mail.attempts if mail else 0,
            "answer": (mail.answer if mail else None) or notice.reason or None,
        }
        for notice, mail in db.session.execute(statement)
    ]
