"""The municipality's agenda as a list: filtered, sorted, paged; and My agenda by urgency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
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


@dataclass(frozen=True)
class Group:
    """One part of My agenda: its rows, nearest first, and how many there are in all."""

    name: str
    rows: Sequence[Commitment | Milestone]
    count: int


@dataclass(frozen=True)
class Mine:
    """My agenda: groups by urgency and the counts at the top, commitments and milestones together."""

    groups: list[Group]
    late: int
    due_soon: int
    this_week: int
    #: Of the late: for more than 15 days.
    long_late: int
    undated: int
    oldest_due_on: date | None


def my_agenda(
    place: Place,
    scope: Scope,
    unit_ids: Collection[int],
    soon_days: int,
    day: date,
    only: str = "",
    limit: int = 20,
) -> Mine:
    """What has to be done in this municipality, or by these units of it, seen from `day`.

    `only` is late or due_soon; `limit` rows at most in each group.
    """
    bounds = {
        "late": (None, day - timedelta(days=1)),
        "this_week": (day, day + timedelta(days=6)),
        "next_days": (day + timedelta(days=7), day + timedelta(days=30)),
        "later": (day + timedelta(days=31), None),
    }
    counts = _counts(place, scope, unit_ids, soon_days, day)
    if only == "due_soon":
        bounds = {"due_soon": (day, day + timedelta(days=soon_days))}
    elif only == "late":
        bounds = {"late": bounds["late"]}
    found: dict[str, list[Commitment | Milestone]] = {name: [] for name in bounds}
    for name, (from_on, until_on) in bounds.items():
        if counts.get(name, 0):
            for statement in _dated(place, scope, unit_ids, from_on, until_on, limit):
                found[name] += db.session.scalars(statement).all()
    groups = [
        Group(name, sorted(rows, key=lambda row: (row.due_on or NEVER, row.id))[:limit], counts[name])
        for name, rows in found.items()
    ]
    return Mine(
        groups=groups,
        late=counts["late"],
        due_soon=counts["due_soon"],
        this_week=counts["this_week"],
        long_late=counts["long_late"],
        undated=counts["undated"],
        oldest_due_on=min((row.due_on for row in found.get("late", []) if row.due_on), default=None),
    )


def _own(place: Place, scope: Scope, unit_ids: Collection[int]) -> ColumnElement[bool]:
    parts = [Commitment.municipality_id == place.id, visible(scope, place)]
    if unit_ids:
        parts.append(Commitment.unit_id.in_(unit_ids))
    return and_(*parts)


def _dated(
    place: Place,
    scope: Scope,
    unit_ids: Collection[int],
    from_on: date | None,
    until_on: date | None,
    limit: int,
) -> tuple[Select[Commitment], Select[Milestone]]:
    own = (
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(_own(place, scope, unit_ids), Commitment.overdue_from < NEVER)
        .order_by(Commitment.due_on, Commitment.id)
        .limit(limit)
    )
    steps = (
        select(Milestone)
        .join(Commitment, Commitment.id == Milestone.commitment_id)
        .options(
            joinedload(Milestone.commitment).joinedload(Commitment.unit),
            joinedload(Milestone.commitment).joinedload(Commitment.partner),
        )
        .where(
            Milestone.municipality_id == place.id,
            _own(place, scope, unit_ids),
            Milestone.overdue_from < NEVER,
        )
        .order_by(Milestone.due_on, Milestone.id)
        .limit(limit)
    )
    if from_on:
        own, steps = own.where(Commitment.due_on >= from_on), steps.where(Milestone.due_on >= from_on)
    if until_on:
        own, steps = own.where(Commitment.due_on <= until_on), steps.where(Milestone.due_on <= until_on)
    return own, steps


def _counts(place: Place, scope: Scope, unit_ids: Collection[int], soon_days: int, day: date) -> dict[str, int]:
    total: dict[str, int] = {}
    for model in (Commitment, Milestone):
        due = model.due_on
        spans = {
            "late": due < day,
            "long_late": due < day - timedelta(days=15),
            "due_soon": and_(due >= day, due <= day + timedelta(days=soon_days)),
            "this_week": and_(due >= day, due <= day + timedelta(days=6)),
            "next_days": and_(due >= day + timedelta(days=7), due <= day + timedelta(days=30)),
            "later": due > day + timedelta(days=30),
        }
        columns = [func.coalesce(func.sum(case((span, 1), else_=0)), 0).label(name) for name, span in spans.items()]
        statement = select(*columns).select_from(model)
        if model is Milestone:
            statement = statement.join(Commitment, Commitment.id == Milestone.commitment_id).where(
                Milestone.municipality_id == place.id
            )
        statement = statement.where(_own(place, scope, unit_ids), model.overdue_from < NEVER)
        for name, value in db.session.execute(statement).mappings().one().items():
            total[name] = total.get(name, 0) + int(value)
    undated = (
        select(func.count())
        .select_from(Commitment)
        .where(_own(place, scope, unit_ids), is_open(), Commitment.due_on.is_(None))
    )
    total["undated"] = db.session.scalar(undated) or 0
    return total


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
