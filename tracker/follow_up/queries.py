"""Reads of updates."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.follow_up.models import ProgressUpdate


def updates_of(municipality_id: int, commitment_id: int, limit: int = 100) -> Sequence[ProgressUpdate]:
    """The newest updates of a commitment with their evidence, newest first."""
    statement = (
        select(ProgressUpdate)
        .options(selectinload(ProgressUpdate.evidence))
        .where(ProgressUpdate.municipality_id == municipality_id, ProgressUpdate.commitment_id == commitment_id)
        .order_by(ProgressUpdate.id.desc())
        .limit(limit)
    )
    return db.session.scalars(statement).all()
