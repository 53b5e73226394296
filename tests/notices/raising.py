"""Notices as a check would raise them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from tests.support.factories import DAY
from tracker.core.db import db
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices
from tracker.notices.rules import Raised
from tracker.territory.rules import Place

AT = datetime(2026, 11, 23, 13, tzinfo=UTC)
TO = "obras@example.org"


def raised(place: Place, subject: str, step: str, **others: Any) -> Raised:
    """One notice, not yet written."""
    values: dict[str, Any] = {
        "struck_on": date(2026, 11, 20),
        "recipient": TO,
        "name": "Obras",
        "locale": "es",
        "audience": "responsible",
        "facts": {"code": "C-001"},
    }
    return Raised(municipality_id=place.id, subject=subject, step=step, **{**values, **others})


def raise_about(place: Place, subject: str, step: str, **others: Any) -> list[str]:
    """Raise one notice; the keys that are new."""
    db.session.flush()
    return [notice.key for notice in raise_notices([raised(place, subject, step, **others)], AT, DAY)]


def notices_about(subject: str) -> list[Notice]:
    """Every notice of a subject as the database has it, oldest first."""
    db.session.flush()
    db.session.expire_all()
    return list(db.session.scalars(select(Notice).where(Notice.subject == subject).order_by(Notice.id)))


def states(subject: str) -> dict[str, tuple[str, str]]:
    """State and reason by step; where several people hear, of the last one."""
    return {notice.step: (notice.state, notice.reason) for notice in notices_about(subject)}
