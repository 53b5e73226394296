"""Reads of what is in the way."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import is_open
from tracker.agenda.queries.scoping import visible
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Obstacle
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Place, Scope

_WITH_NAMES_HERE = (
    select(Obstacle, Unit.name, Partner.name)
    .outerjoin(Unit, (Unit.municipality_id == Obstacle.municipality_id) & (Unit.id == Obstacle.unit_id))
    .outerjoin(Partner, Partner.id == Obstacle.partner_id)
)
_WITH_NAMES = _WITH_NAMES_HERE.where(
    Obstacle.municipality_id == bindparam("place"), Obstacle.commitment_id == bindparam("commitment")
).order_by(Obstacle.since_on, Obstacle.id)
_OPEN = _WITH_NAMES.where(Obstacle.cleared_on == NEVER)
_ONE = _WITH_NAMES.where(Obstacle.id == bindparam("obstacle"))


def open_obstacles(municipality_id: int, commitment_id: int) -> Sequence[tuple[Obstacle, str]]:
    """What is in the way of a commitment, longest first, each with the name of who can clear it ("" if unknown)."""
    rows = db.session.execute(_OPEN, {"place": municipality_id, "commitment": commitment_id})
    return [_with_name(row[0], row[1], row[2]) for row in rows]


def obstacles_to_clear(
    place: Place, scope: Scope, unit_ids: Collection[int] | None, partner_ids: Collection[int]
) -> list[tuple[Obstacle, Commitment, str, bool]]:
    """Open obstacles that these units (None: any unit of the place) or these partners can clear, longest first.

    Each with its commitment, the name of who can clear it, and whether the commitment is in scope.
    """
    whose = Obstacle.unit_id.is_not(None) if unit_ids is None else Obstacle.unit_id.in_(unit_ids)
    statement = (
        _WITH_NAMES_HERE.add_columns(Commitment, visible(scope, place))
        .join(Commitment, Commitment.id == Obstacle.commitment_id)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(Obstacle.municipality_id == place.id, Obstacle.cleared_on == NEVER, is_open())
        .where(or_(whose, Obstacle.partner_id.in_(partner_ids)))
        .order_by(Obstacle.since_on, Obstacle.id)
    )
    return [(row[0], row[3], row[1] or row[2] or "", bool(row[4])) for row in db.session.execute(statement)]


def needs_of(municipality_id: int, commitment_ids: Collection[int]) -> dict[int, str]:
    """What each of these blocked commitments needs and from whom, by its oldest open obstacle."""
    open_here = Obstacle.municipality_id == municipality_id, Obstacle.cleared_on == NEVER
    rows = db.session.execute(
        _WITH_NAMES_HERE.where(*open_here, Obstacle.commitment_id.in_(commitment_ids)).order_by(
            Obstacle.since_on, Obstacle.id
        )
    )
    found: dict[int, str] = {}
    for row in rows:
        obstacle, who = _with_name(row[0], row[1], row[2])
        found.setdefault(obstacle.commitment_id, f"{obstacle.needed} ({who})" if who else obstacle.needed)
    return found


_TO_CLEAR = (
    select(func.count())
    .select_from(Obstacle)
    .join(Commitment, Commitment.id == Obstacle.commitment_id)
    .where(Obstacle.municipality_id == bindparam("place"), Obstacle.cleared_on == NEVER, is_open())
    .where(
        or_(
            Obstacle.unit_id.in_(bindparam("units", expanding=True)),
            Obstacle.partner_id.in_(bindparam("partners", expanding=True)),
        )
    )
)


def count_to_clear(municipality_id: int, unit_ids: Collection[int], partner_ids: Collection[int]) -> int:
    """How many open obstacles these units or partners can clear."""
    asked = {"place": municipality_id, "units": list(unit_ids), "partners": list(partner_ids)}
    return db.session.scalar(_TO_CLEAR, asked) or 0


def obstacle_of(municipality_id: int, commitment_id: int, obstacle_id: int) -> tuple[Obstacle, str]:
    """An obstacle of this very commitment, cleared ones too, with who can clear it; else NotHere."""
    asked = {"place": municipality_id, "commitment": commitment_id, "obstacle": obstacle_id}
    row = db.session.execute(_ONE, asked).first()
    if row is None:
        raise NotHere(obstacle_id)
    return _with_name(row[0], row[1], row[2])


def _with_name(obstacle: Obstacle, unit: str | None, partner: str | None) -> tuple[Obstacle, str]:
    return obstacle, unit or partner or obstacle.clearer_name
