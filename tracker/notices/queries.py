"""Reads of notices and digests."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from tracker.core.db import db
from tracker.notices.models import Digest, Notice
from tracker.post.models import OutboxMail

#: States of what a person sees in the inbox.
SHOWN = ("waiting", "composed", "sent", "failed")


def notices_to(address: str, limit: int = 50, before_id: int | None = None) -> Sequence[Notice]:
    """The newest notices to this address, newest first; `before_id` continues an earlier page."""
    statement = select(Notice).where(Notice.recipient == address.lower(), Notice.state.in_(SHOWN))
    if before_id is not None:
        statement = statement.where(Notice.id < before_id)
    return db.session.scalars(statement.order_by(Notice.id.desc()).limit(limit)).all()


#: Shown on every page: made once.
_UNSENT = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.recipient == bindparam("recipient"), Notice.state.in_(("waiting", "composed")))
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


def notices_of_digest(digest_id: int, late: bool, limit: int) -> tuple[Sequence[Notice], int]:
    """What of a digest still stands, the late or the rest: (the `limit` oldest strikes, how many in all)."""
    is_late = Notice.step.like("overdue+%")
    condition = (Notice.digest_id == digest_id) & (Notice.state == "composed") & (is_late if late else ~is_late)
    count = db.session.scalar(select(func.count()).select_from(Notice).where(condition)) or 0
    statement = select(Notice).where(condition).order_by(Notice.struck_on, Notice.id).limit(limit)
    return db.session.scalars(statement).all(), count


def municipalities_waiting(narrowed_to: int | None = None) -> list[int]:
    """Ids of municipalities with waiting notices."""
    statement = select(Notice.municipality_id).where(Notice.state == "waiting").distinct()
    if narrowed_to is not None:
        statement = statement.where(Notice.municipality_id == narrowed_to)
    return list(db.session.scalars(statement.order_by(Notice.municipality_id)))


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
