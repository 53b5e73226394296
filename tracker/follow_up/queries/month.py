"""What happened in a municipality's agenda in a month: what was done, and which dates moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.core.db import NEVER, db
from tracker.territory.rules import Place

#: Rows of each kind that one page names; of the rest it is said how many there are.
MOST = 60


@dataclass(frozen=True)
class Month:
    """What was done between two days, both included: commitments and milestones by day, and how many in all."""

    done: Sequence[Commitment]
    done_count: int
    reached: Sequence[Milestone]
    reached_count: int
    #: How many dates moved, brought up to date aside; the first of them, with commitment and milestone.
    moves: int
    moved: Sequence[tuple[DateChange, str, str | None]]
    #: The first day of which the agenda knows anything; None while it is empty.
    begins_on: date | None


_SPAN: dict[str, Any] = {"first": bindparam("first"), "last": bindparam("last")}
_DONE = (
    Commitment.municipality_id == bindparam("place"),
    Commitment.completed_on >= _SPAN["first"],
    Commitment.completed_on <= _SPAN["last"],
    Commitment.completed_on < NEVER,
    Commitment.outcome != "not_fulfilled",
    ~Commitment.draft,
)
_REACHED = (
    Milestone.municipality_id == bindparam("place"),
    Milestone.completed_on >= _SPAN["first"],
    Milestone.completed_on <= _SPAN["last"],
    Milestone.completed_on < NEVER,
)
_MOVED = (
    DateChange.municipality_id == bindparam("place"),
    DateChange.on >= _SPAN["first"],
    DateChange.on <= _SPAN["last"],
    ~DateChange.is_correction,
)
_HERE = Commitment.municipality_id == bindparam("place")
_COUNTS = select(
    select(func.count()).select_from(Commitment).where(*_DONE).scalar_subquery().label("done"),
    select(func.count()).select_from(Milestone).where(*_REACHED).scalar_subquery().label("reached"),
    select(func.count()).select_from(DateChange).where(*_MOVED).scalar_subquery().label("moves"),
    *[
        select(func.min(column)).where(_HERE).scalar_subquery().label(name)
        for name, column in (("entered", Commitment.entered_on), ("completed", Commitment.completed_on))
    ],
)
_MOVED_ROWS = (
    select(DateChange, Commitment.title, Milestone.title)
    .join(Commitment, Commitment.id == DateChange.commitment_id)
    .outerjoin(Milestone, Milestone.id == DateChange.milestone_id)
    .where(*_MOVED)
    .order_by(DateChange.on, DateChange.id)
    .limit(MOST)
)
_DONE_ROWS = (
    select(Commitment)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(*_DONE)
    .order_by(Commitment.completed_on, Commitment.id)
    .limit(MOST)
)
_REACHED_ROWS = (
    select(Milestone)
    .options(joinedload(Milestone.commitment))
    .where(*_REACHED)
    .order_by(Milestone.completed_on, Milestone.id)
    .limit(MOST)
)


def month_of(place: Place, first: date, last: date) -> Month:
    """What was done in this municipality from `first` to `last`, its own days."""
    asked = {"place": place.id, "first": first, "last": last}
    counts = db.session.execute(_COUNTS, asked).one()
    return Month(
        done=db.session.scalars(_DONE_ROWS, asked).all(),
        done_count=counts.done,
        reached=db.session.scalars(_REACHED_ROWS, asked).all(),
        reached_count=counts.reached,
        moves=counts.moves,
        moved=[(row[0], row[1], row[2]) for row in db.session.execute(_MOVED_ROWS, asked)],
        begins_on=min(counts.entered, counts.completed) if counts.entered else None,
    )
