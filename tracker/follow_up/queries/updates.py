"""Reads of updates."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.follow_up.models import InternalNote, ProgressUpdate

_UPDATES = (
    select(ProgressUpdate)
    .options(selectinload(ProgressUpdate.evidence))
    .where(
        ProgressUpdate.municipality_id == bindparam("place"),
        ProgressUpdate.commitment_id == bindparam("commitment"),
    )
    .order_by(ProgressUpdate.id.desc())
    .limit(bindparam("limit"))
)


def updates_of(municipality_id: int, commitment_id: int, limit: int = 100) -> Sequence[ProgressUpdate]:
    """The newest updates of a commitment with their evidence, newest first."""
    asked = {"place": municipality_id, "commitment": commitment_id, "limit": limit}
    return db.session.scalars(_UPDATES, asked).all()


_NOTES = (
    select(InternalNote)
    .where(
        InternalNote.municipality_id == bindparam("place"), InternalNote.commitment_id == bindparam("commitment")
    )
    .order_by(InternalNote.id.desc())
    .limit(bindparam("limit"))
)


def notes_on(municipality_id: int, commitment_id: int, limit: int = 50) -> Sequence[InternalNote]:
    """The newest notes that people of the municipality keep on a commitment, newest first."""
    asked = {"place": municipality_id, "commitment": commitment_id, "limit": limit}
    return db.session.scalars(_NOTES, asked).all()
