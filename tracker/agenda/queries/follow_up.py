"""What the scheduled check reads."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import NEVER, db
from tracker.territory.models import Partner, Unit

_CHUNK = 500


def rows_to_check(
    municipality_ids: Sequence[int], day: date, everything: bool
) -> list[tuple[Commitment | Milestone, Commitment]]:
    """Open rows whose check has come by `day` (or every open row), each with its commitment, for writing."""
    answer: list[tuple[Commitment | Milestone, Commitment]] = []
    for start in range(0, len(municipality_ids), _CHUNK):
        ids = municipality_ids[start : start + _CHUNK]
        own = select(Commitment).where(Commitment.municipality_id.in_(ids))
        steps = (
            select(Milestone, Commitment)
            .join(
                Commitment,
                (Commitment.municipality_id == Milestone.municipality_id)
                & (Commitment.id == Milestone.commitment_id),
            )
            .where(Milestone.municipality_id.in_(ids))
        )
        if everything:
            own = own.where(Commitment.completed_on == NEVER, Commitment.cancelled_on == NEVER)
            steps = steps.where(Milestone.completed_on == NEVER, Milestone.cancelled_on == NEVER)
        else:
            own = own.where(Commitment.next_check_on <= day, Commitment.next_check_on < NEVER)
            steps = steps.where(Milestone.next_check_on <= day, Milestone.next_check_on < NEVER)
        answer += [(c, c) for c in db.session.scalars(own.order_by(Commitment.id))]
        answer += [(m, c) for m, c in db.session.execute(steps.order_by(Milestone.id))]
    return answer


def rows_in_state(
    state: str, municipality_ids: Sequence[int], day: date
) -> Iterator[tuple[Commitment | Milestone, Commitment, str | None]]:
    """Rows `overdue` or `due_soon` on the day, with commitment and lead's name, by municipality and due day."""
    lead = func.coalesce(Unit.name, Partner.name)
    for start in range(0, len(municipality_ids), _CHUNK):
        ids = municipality_ids[start : start + _CHUNK]
        own = select(Commitment, lead).where(Commitment.municipality_id.in_(ids), _holds(Commitment, state, day))
        own = _with_lead(own).order_by(Commitment.municipality_id, Commitment.due_on, Commitment.id)
        commitment: Commitment
        milestone: Milestone
        for commitment, name in db.session.execute(own):
            yield commitment, commitment, name
        steps = (
            select(Milestone, Commitment, lead)
            .join(
                Commitment,
                (Commitment.municipality_id == Milestone.municipality_id)
                & (Commitment.id == Milestone.commitment_id),
            )
            .where(Milestone.municipality_id.in_(ids), _holds(Milestone, state, day))
        )
        steps = _with_lead(steps).order_by(Milestone.municipality_id, Milestone.due_on, Milestone.id)
        for milestone, commitment, name in db.session.execute(steps):
            yield milestone, commitment, name


def _holds(model: type[Commitment] | type[Milestone], state: str, day: date) -> ColumnElement[bool]:
    late = model.overdue_from <= day
    return late if state == "overdue" else (model.soon_from <= day) & ~late


def _with_lead(statement: Any) -> Any:
    return statement.outerjoin(Unit, Unit.id == Commitment.unit_id).outerjoin(
        Partner, Partner.id == Commitment.partner_id
    )
