"""Reads of updates."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.follow_up.models import PlaceCheck, ProgressUpdate

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


def failed_on(day: date, municipality_ids: Sequence[int]) -> set[int]:
    """Of these municipalities those that could not be checked on their local day."""
    found: set[int] = set()
    for start in range(0, len(municipality_ids), 5_000):
        statement = select(PlaceCheck.municipality_id).where(
            PlaceCheck.day == day,
            PlaceCheck.error != "",
            PlaceCheck.municipality_id.in_(municipality_ids[start : start + 5_000]),
        )
        found.update(db.session.scalars(statement))
    return found
