"""The municipality's agenda as a list: filtered, sorted, paged; and My agenda by urgency."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.agenda.queries.counting import is_open
from tracker.agenda.queries.scoping import visible
from tracker.core.db import NEVER, db
from tracker.plan.models import Action
from tracker.territory.rules import Place, Scope

PAGE = 50
STATES = ("open", "overdue", "due_soon", "late_step", "undated", "completed", "cancelled", "all")
SORTS = ("due", "code", "title", "progress")


@dataclass(frozen=True)
class Filters:
    """What the address of the agenda says; every value from an allow-list or matched as a parameter."""

    state: str = "open"
    unit_id: int | None = None
    #: Commitments without a lead.
    no_unit: bool = False
    line_id: int | None = None
    text: str = ""
    sort: str = "due"
    page: int = 1

    def with_(self, **changes: object) -> "Filters":
        """The same with other values, back on the first page."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]


def agenda_page(place: Place, scope: Scope, filters: Filters, day: date) -> tuple[Sequence[Commitment], int]:
    """(rows of the page, how many there are in all)."""
    condition = and_(Commitment.municipality_id == place.id, visible(scope, place), *_conditions(filters, day))
    count = db.session.scalar(select(func.count()).select_from(Commitment).where(condition)) or 0
    statement = (
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(condition)
        .order_by(*_order(filters.sort), Commitment.id)
        .limit(PAGE)
        .offset((filters.page - 1) * PAGE)
    )
    return db.session.scalars(statement).all(), count


def _conditions(filters: Filters, day: date) -> list[ColumnElement[bool]]:
    late = Commitment.overdue_from <= day
    by_state: dict[str, list[ColumnElement[bool]]] = {
        "open": [is_open()],
        "overdue": [late],
        "due_soon": [Commitment.soon_from <= day, ~late],
        "late_step": [Commitment.late_step_from <= day, ~late],
        "undated": [is_open(), Commitment.due_on.is_(None)],
        "completed": [Commitment.completed_on < NEVER],
        "cancelled": [Commitment.cancelled_on < NEVER],
        "all": [],
    }
    parts = by_state[filters.state]
    if filters.unit_id:
        parts.append(Commitment.unit_id == filters.unit_id)
    if filters.no_unit:
        parts += [Commitment.unit_id.is_(None), Commitment.partner_id.is_(None)]
    if filters.line_id:
        parts.append(Commitment.action_id.in_(select(Action.id).where(Action.line_id == filters.line_id)))
    for word in filters.text.split()[:8]:
        pattern = "%" + word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        parts.append(
            or_(
                func.lower(Commitment.title).like(pattern, escape="\\"),
                Commitment.code_key.like(pattern, escape="\\"),
            )
        )
    return parts


def _order(sort: str) -> list[Any]:
    undated_last = case((Commitment.due_on.is_(None), 1), else_=0)
    orders: dict[str, list[Any]] = {
        "due": [undated_last, Commitment.due_on],
        "code": [Commitment.code_key],
        "title": [func.lower(Commitment.title)],
        "progress": [func.coalesce(Commitment.progress, -1)],
    }
    return orders[sort]


def moves_of(rows: Sequence[Commitment | Milestone]) -> dict[str, int]:
    """How often the date of each row moved, by its subject (`commitment:12`); missing means never."""
    own = [row.id for row in rows if isinstance(row, Commitment) and row.slippage_days]
    steps = [row.id for row in rows if isinstance(row, Milestone) and row.slippage_days]
    answer: dict[str, int] = {}
    if own:
        counted = (
            select(DateChange.commitment_id, func.count())
            .where(DateChange.commitment_id.in_(own), DateChange.milestone_id.is_(None))
            .group_by(DateChange.commitment_id)
        )
        answer.update({f"commitment:{row[0]}": row[1] for row in db.session.execute(counted)})
    if steps:
        counted_steps = (
            select(DateChange.milestone_id, func.count())
            .where(DateChange.milestone_id.in_(steps))
            .group_by(DateChange.milestone_id)
        )
        answer.update({f"milestone:{row[0]}": row[1] for row in db.session.execute(counted_steps)})
    return answer
