"""What an act of handover lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import is_open
from tracker.core.db import NEVER, db
from tracker.follow_up.models import Inheritance
from tracker.territory.terms import Term

#: Lines of one kind on paper; the rest is counted.
MOST = 300


@dataclass(frozen=True)
class Listed:
    """Commitments of one kind: the first of them, and how many there are."""

    rows: Sequence[Commitment]
    count: int

    @property
    def rest(self) -> int:
        """How many are not named."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class HandoverAct:
    """What stands on a day: done in the term (or at all, where none is known) before what is open."""

    done: Listed
    open: Listed
    #: What the term decided about what it inherited: how → how many.
    decided: dict[str, int]


def act_of(municipality_id: int, term: Term | None, day: date) -> HandoverAct:
    """The act of a municipality on its local day."""
    done: list[ColumnElement[bool]] = [Commitment.completed_on < NEVER, Commitment.completed_on <= day]
    if term is not None:
        done.append(Commitment.completed_on >= term.starts_on)
    decided = (
        select(Inheritance.how, func.count().label("count"))
        .where(Inheritance.municipality_id == municipality_id, Inheritance.term_id == (term.id if term else None))
        .group_by(Inheritance.how)
    )
    return HandoverAct(
        _listed(municipality_id, done, [Commitment.completed_on]),
        _listed(municipality_id, [is_open()], [Commitment.due_on.is_(None), Commitment.due_on]),
        {row[0]: row[1] for row in db.session.execute(decided)},
    )


def _listed(
    municipality_id: int,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
) -> Listed:
    wanted = (Commitment.municipality_id == municipality_id, *conditions)
    rows = db.session.scalars(
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(*wanted)
        .order_by(*order, Commitment.id)
        .limit(MOST)
    ).all()
    return Listed(rows, db.session.scalar(select(func.count(Commitment.id)).where(*wanted)) or 0)
