"""Reads of what is in the way."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Obstacle
from tracker.territory.models import Partner, Unit

_OPEN = (
    select(Obstacle, Unit.name, Partner.name)
    .outerjoin(Unit, (Unit.municipality_id == Obstacle.municipality_id) & (Unit.id == Obstacle.unit_id))
    .outerjoin(Partner, Partner.id == Obstacle.partner_id)
    .where(Obstacle.municipality_id == bindparam("place"), Obstacle.commitment_id == bindparam("commitment"))
    .where(Obstacle.cleared_on == NEVER)
    .order_by(Obstacle.since_on, Obstacle.id)
)


def open_obstacles(municipality_id: int, commitment_id: int) -> Sequence[tuple[Obstacle, str]]:
    """What is in the way of a commitment, longest first, each with the name of who can clear it ("" if unknown)."""
    rows = db.session.execute(_OPEN, {"place": municipality_id, "commitment": commitment_id})
    return [(row[0], row[1] or row[2] or row[0].clearer_name) for row in rows]


def obstacle_of(municipality_id: int, commitment_id: int, obstacle_id: int) -> tuple[Obstacle, str]:
    """An open obstacle of this very commitment, with who can clear it; else NotHere."""
    for obstacle, who in open_obstacles(municipality_id, commitment_id):
        if obstacle.id == obstacle_id:
            return obstacle, who
    raise NotHere(obstacle_id)
