"""How many occurrences of commitments that recur were held."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.rules import Held
from tracker.core.db import NEVER, db


def held_of(rows: Sequence[Commitment | Milestone], day: date) -> dict[int, Held]:
    """What became of the occurrences, by id of those commitments that recur and have one that was not dropped."""
    if not rows:
        return {}
    # Asked also where none recurs, so that a page asks as often whatever it shows.
    ids = [row.id for row in rows if isinstance(row, Commitment) and row.recurs]
    done = Milestone.completed_on < NEVER
    is_open = (Milestone.completed_on == NEVER) & (Milestone.cancelled_on == NEVER)
    over = is_open & (Milestone.due_on < day)
    counts = [_count(done), _count(Milestone.not_held), _count(over), _count(is_open)]
    counted = db.session.execute(
        select(Milestone.commitment_id, *counts)
        .where(Milestone.commitment_id.in_(ids), Milestone.occurs_on.is_not(None))
        .group_by(Milestone.commitment_id)
    )
    found = {row[0]: Held(row[1], row[2], row[3], row[4] - row[3]) for row in counted}
    return {commitment_id: held for commitment_id, held in found.items() if held.all}


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def held_among(milestones: Sequence[Milestone], day: date) -> Held | None:
    """The same of the milestones of one commitment; None where there is nothing to count."""
    own = [m for m in milestones if m.occurs_on is not None]
    still = [m for m in own if m.is_open]
    unsaid = sum(m.due_on is not None and m.due_on < day for m in still)
    missed = sum(m.not_held for m in own)
    held = Held(sum(m.completed_on < NEVER for m in own), missed, unsaid, len(still) - unsaid)
    return held if held.all else None
