"""Writing notices: raising them once, voiding what no longer holds."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Insert, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.audit.models import Act
from tracker.core.db import db, dialect_name
from tracker.notices.models import MassApproval, Notice
from tracker.notices.rules import Raised

#: Reasons of notices that never left and may stand again when the same thing is raised anew.
REVIVABLE = ("changed", "completed", "cancelled")
_BATCH = 500


def raise_notices(raised: Sequence[Raised], at: datetime, day: date) -> list[Raised]:
    """Write notices in the caller's transaction; those whose key exists add nothing. Returns the new ones.

    A recipient's unsent earlier step of the same subject is overtaken by the new one.
    """
    unique = {notice.key: notice for notice in raised}
    new = unique.keys() - _standing_keys(list(unique))
    rows = [_row(notice, at, day) for key, notice in unique.items() if key in new]
    for start in range(0, len(rows), _BATCH):
        db.session.execute(_insert(), rows[start : start + _BATCH])
    fresh = [notice for key, notice in unique.items() if key in new]
    _overtake([notice for notice in fresh if not notice.skipped])
    return fresh


def void(municipality_id: int, subject: str, reason: str) -> None:
    """Cancel what is waiting to be said about a subject, in the transaction that changed its facts."""
    void_many(municipality_id, [subject], reason)


def void_many(municipality_id: int, subjects: Sequence[str], reason: str) -> None:
    """The same for many subjects of one municipality, in a statement for every 500 of them."""
    for start in range(0, len(subjects), _BATCH):
        db.session.execute(
            update(Notice)
            .where(
                Notice.municipality_id == municipality_id,
                Notice.subject.in_(subjects[start : start + _BATCH]),
                Notice.state.in_(("waiting", "composed", "nobody")),
            )
            .values(state="cancelled", reason=reason)
        )


def approve_mass(act: Act, municipality_id: int) -> None:
    """Let the mails of one municipality and day leave although they are many."""
    if db.session.get(MassApproval, (municipality_id, act.day)) is None:
        db.session.add(MassApproval(municipality_id=municipality_id, day=act.day, by=act.name, at=act.at))


def _insert() -> Insert:
    statement = (postgresql_insert if dialect_name() == "postgresql" else sqlite_insert)(Notice)
    excluded = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[Notice.key],
        set_={
            "state": excluded.state,
            "reason": excluded.reason,
            "raised_at": excluded.raised_at,
            "day": excluded.day,
            "facts": excluded.facts,
            "digest_id": None,
        },
        # Spelled out: an IN list cannot be expanded when many rows go in at once.
        where=and_(Notice.state == "cancelled", or_(*[Notice.reason == reason for reason in REVIVABLE])),
    )


def _standing_keys(keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _BATCH):
        statement = select(Notice.key).where(
            Notice.key.in_(keys[start : start + _BATCH]),
            or_(Notice.state != "cancelled", Notice.reason.not_in(REVIVABLE)),
        )
        found.update(db.session.scalars(statement))
    return found


def _row(notice: Raised, at: datetime, day: date) -> dict[str, object]:
    if notice.skipped:
        state, reason = "cancelled", "skipped"
    else:
        state, reason = ("waiting" if notice.recipient else "nobody"), ""
    return {
        "key": notice.key,
        "municipality_id": notice.municipality_id,
        "subject": notice.subject,
        "step": notice.step,
        "struck_on": notice.struck_on,
        "recipient": notice.recipient,
        "name": notice.name,
        "locale": notice.locale,
        "audience": notice.audience,
        "state": state,
        "reason": reason,
        "facts": notice.facts,
        "raised_at": at,
        "day": day,
    }


def _overtake(fresh: Sequence[Raised]) -> None:
    """Cancel unsent earlier steps of the same subject and recipient; a bulk of statements, not one a row."""
    keys = {notice.key for notice in fresh}
    by_place: dict[int, set[tuple[str, str]]] = {}
    for notice in fresh:
        by_place.setdefault(notice.municipality_id, set()).add((notice.subject, notice.recipient))
    for municipality_id, pairs in by_place.items():
        subjects = sorted({subject for subject, _ in pairs})
        for start in range(0, len(subjects), _BATCH):
            waiting = db.session.execute(
                select(Notice.id, Notice.key, Notice.subject, Notice.recipient).where(
                    Notice.municipality_id == municipality_id,
                    Notice.subject.in_(subjects[start : start + _BATCH]),
                    Notice.state.in_(("waiting", "composed")),
                )
            )
            old = [n.id for n in waiting if (n.subject, n.recipient) in pairs and n.key not in keys]
            if old:
                db.session.execute(
                    update(Notice).where(Notice.id.in_(old)).values(state="cancelled", reason="overtaken")
                )
