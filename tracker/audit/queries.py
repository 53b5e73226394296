"""Reading the trail."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tracker.audit.models import AuditEntry, Submission
from tracker.audit.rules import click_key
from tracker.core.db import db

_ABOUT = (
    select(AuditEntry)
    .where(
        AuditEntry.municipality_id == bindparam("place"),
        AuditEntry.subject.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(AuditEntry.id.desc())
    .limit(bindparam("limit"))
)


def entries_about(municipality_id: int, subjects: Sequence[str], limit: int = 100) -> Sequence[AuditEntry]:
    """The newest `limit` entries about these subjects (`commitment:12`) of one municipality, newest first."""
    asked = {"place": municipality_id, "subjects": list(subjects), "limit": limit}
    return db.session.scalars(_ABOUT, asked).all()


def result_of_submission(form_id: str, user_id: int | None) -> str | None:
    """Where the first click of this form by this person led, or None when it is new."""
    if not form_id:
        return None
    return db.session.scalar(
        select(Submission.result_url).where(
            Submission.form_id == click_key(form_id, user_id), Submission.user_id == user_id
        )
    )
