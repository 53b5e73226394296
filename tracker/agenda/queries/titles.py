"""What the commitments of a municipality are called: enough to tell which one somebody means."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.territory.models import Unit


class Called(NamedTuple):
    """A commitment by its names; `unit` is empty where none leads."""

    code: str
    title: str
    unit: str


def titles_of(municipality_id: int) -> Sequence[Called]:
    """Every commitment of a municipality, in the order it came in."""
    statement = (
        select(Commitment.code, Commitment.title, Unit.name)
        .join(Unit, Unit.id == Commitment.unit_id, isouter=True)
        .where(Commitment.municipality_id == municipality_id)
        .order_by(Commitment.id)
    )
    return [Called(code, title, unit or "") for code, title, unit in db.session.execute(statement)]
