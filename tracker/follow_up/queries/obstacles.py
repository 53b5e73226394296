"""Reads of what is in the way."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Obstacle
from tracker.territory.models import Partner, Unit

_WITH_NAMES = (
    select(Obstacle, Unit.name, Partner.name)
    .outerjoin(Unit, (Unit.municipality_id == Obstacle.municipality_id) & (Unit.id == Obstacle.unit_id))
    .outerjoin(Partner, Partner.id == Obstacle.partner_id)
    .where(Obstacle.municipality_id == bindparam("place"), Obstacle.commitment_id == bindparam("commitment"))
    .order_by(Obstacle.since_on, Obstacle.id)
)
_OPEN = _WITH_NAMES.where(Obstacle.cleared_on == NEVER)
_ONE = _WITH_NAMES.where(Obstacle.id == bindparam("obstacle"))


def open_obstacles(municipality_id: int, commitment_id: int) -> Sequence[tuple[Obstacle, str]]:
    """What is in the way of a commitment, longest first, each with the name of who can clear it ("" if unknown)."""
    rows = db.session.execute(_OPEN, {"place": municipality_id, "commitment": commitment_id})
    return [_with_name(row[0], row[1], row[2]) for row in rows]


def obstacle_of(municipality_id: int, commitment_id: int, obstacle_id: int) -> tuple[Obstacle, str]:
    """An obstacle of this very commitment, cleared ones too, with who can clear it; else NotHere."""
    asked = {"place": municipality_id, "commitment": commitment_id, "obstacle": obstacle_id}
    row = db.session.execute(_ONE, asked).first()
    if row is None:
        raise NotHere(obstacle_id)
    return _with_name(row[0], row[1], row[2])


def _with_name(obstacle: Obstacle, unit: str | None, partner: str | None) -> tuple[Obstacle, str]:
    return obstacle, unit or partner or obstacle.clearer_name
