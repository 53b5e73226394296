"""My agenda: dated commitments and milestones together, by urgency.

Two statements say how many there are and which come first; two more read those. They are made once: making
them anew at each request cost more than the database did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.queries.counting import is_open
from tracker.agenda.queries.scoping import part_of
from tracker.core.db import NEVER, db
from tracker.territory.rules import Place, Scope


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
    #: Commitments without news, and with something in the way.
    silent: int
    blocked: int
    oldest_due_on: date | None


#: What is counted, by the first and the last day on which it becomes late: days from today, none where unbounded.
#: `soon` stands for the policy's days.
_SPANS: dict[str, tuple[str | None, str | None]] = {
    "late": (None, "today"),
    "long_late": (None, "long_ago"),
    "due_soon": ("tomorrow", "soon"),
    "this_week": ("tomorrow", "week"),
    "next_days": ("after_week", "month"),
    "later": ("after_month", None),
}
#: Groups shown, by what is asked for; they do not overlap.
_ALL = ("late", "this_week", "next_days", "later")
#: Of commitments alone, by the day on which another clock strikes; each is shown where it is asked for.
_CLOCKS = ("silent", "blocked")
_GROUPS = {"": _ALL, **{name: (name,) for name in (*_ALL, "due_soon", *_CLOCKS)}}


#: Spelled out, so that the partial index of a clock serves.
_NEVER: ColumnElement[date] = literal_column(f"'{NEVER.isoformat()}'")


def _days(day: date, soon_days: int) -> dict[str, date]:
    ahead = {"long_ago": -15, "today": 0, "tomorrow": 1, "soon": soon_days + 1, "week": 7, "after_week": 8}
    ahead |= {"month": 31, "after_month": 32}
    return {name: day + timedelta(days=days) for name, days in ahead.items()}


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

    `only` is one of its groups, due_soon, silent or blocked; `limit` rows at most in each group.
    """
    counting, naming = _statements(only, bool(unit_ids), not scope.covers(place))
    facts: dict[str, Any] = {"place": place.id, "units": list(unit_ids), "partners": list(scope.partner_ids)}
    facts |= {"limit": limit, **_days(day, soon_days)}
    counts = db.session.execute(counting, facts).mappings().one()
    named: dict[str, list[tuple[date, int, str]]] = {name: [] for name in _GROUPS[only]}
    for name, late_on, identity, kind in db.session.execute(naming, facts):
        named[name].append((late_on, identity, kind))
    first = {name: sorted(found)[:limit] for name, found in named.items()}
    rows = _rows(place, [(kind, identity) for found in first.values() for _late_on, identity, kind in found])
    groups = [
        Group(name, [rows[kind, identity] for _late_on, identity, kind in found], counts[name])
        for name, found in first.items()
    ]
    late = next((group.rows for group in groups if group.name == "late"), [])
    return Mine(
        groups=groups,
        late=counts["late"],
        due_soon=counts["due_soon"],
        this_week=counts["this_week"],
        long_late=counts["long_late"],
        undated=counts["undated"],
        silent=counts["silent"],
        blocked=counts["blocked"],
        oldest_due_on=late[0].due_on if late else None,
    )


@lru_cache
def _statements(only: str, by_unit: bool, by_partner: bool) -> tuple[Select[Any], CompoundSelect[Any]]:
    """What counts, and what names the first rows of each group, for this kind of visitor."""
    own: list[ColumnElement[bool]] = []
    if by_unit:
        own.append(Commitment.unit_id.in_(bindparam("units", expanding=True)))
    if by_partner:
        own.append(part_of(bindparam("partners", expanding=True)))
    kinds = (Commitment, Milestone)
    dated = union_all(*[_dated(kind, own).with_only_columns(kind.overdue_from) for kind in kinds]).subquery()
    counts = [
        func.coalesce(func.sum(case((_within(dated.c.overdue_from, name), 1), else_=0)), 0).label(name)
        for name in _SPANS
    ]
    here = (
        select(func.count()).select_from(Commitment).where(Commitment.municipality_id == bindparam("place"), *own)
    )
    others = {"undated": here.where(is_open(), Commitment.due_on.is_(None))}
    others |= {name: here.where(_struck(name)) for name in _CLOCKS}
    counts += [statement.scalar_subquery().label(name) for name, statement in others.items()]
    first = [_first(name, kind, own) for name in _GROUPS[only] for kind in _kinds_of(name)]
    return select(*counts), union_all(*[select(part) for part in first])


def _kinds_of(name: str) -> tuple[type[Commitment] | type[Milestone], ...]:
    return (Commitment,) if name in _CLOCKS else (Commitment, Milestone)


def _struck(name: str) -> ColumnElement[bool]:
    """Whether the clock of that name holds today; spelled out, so that its partial index serves."""
    column = getattr(Commitment, f"{name}_from")
    return and_(column <= bindparam("today"), column < _NEVER)


def _first(name: str, kind: type[Commitment] | type[Milestone], own: list[ColumnElement[bool]]) -> Any:
    """What names the first rows of a group of one kind, by the day on which its clock strikes."""
    column = getattr(Commitment, f"{name}_from") if name in _CLOCKS else kind.overdue_from
    if name in _CLOCKS:
        found = select(kind.id).where(kind.municipality_id == bindparam("place"), _struck(name), *own)
    else:
        found = _dated(kind, own).where(_within(column, name))
    named = found.with_only_columns(literal(name), column, kind.id, literal(kind.__tablename__))
    return named.order_by(column, kind.id).limit(bindparam("limit")).subquery()


def _dated(kind: type[Commitment] | type[Milestone], own: list[ColumnElement[bool]]) -> Select[Any]:
    """Whatever is open and has a date, of one kind; `own` narrows it by conditions on Commitment."""
    found = select(kind.id).where(kind.municipality_id == bindparam("place"), kind.overdue_from < _NEVER, *own)
    if kind is Milestone and own:
        return found.join(Commitment, Commitment.id == Milestone.commitment_id)
    return found


def _within(late_on: Any, name: str) -> ColumnElement[bool]:
    first, last = _SPANS[name]
    bounds = []
    if first:
        bounds.append(late_on >= bindparam(first))
    if last:
        bounds.append(late_on <= bindparam(last))
    return and_(*bounds)


_PROMISES = (
    select(Commitment)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(Commitment.municipality_id == bindparam("place"), Commitment.id.in_(bindparam("ids", expanding=True)))
)
_STEPS = select(Milestone).where(
    Milestone.municipality_id == bindparam("place"), Milestone.id.in_(bindparam("ids", expanding=True))
)


def _rows(place: Place, named: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Commitment | Milestone]:
    """The named rows by kind and id, milestones with their commitment, commitments with their lead."""
    step_ids = [identity for kind, identity in named if kind == Milestone.__tablename__]
    steps = db.session.scalars(_STEPS, {"place": place.id, "ids": step_ids}).all() if step_ids else []
    ids = {identity for kind, identity in named if kind == Commitment.__tablename__}
    ids |= {step.commitment_id for step in steps}
    promises = db.session.scalars(_PROMISES, {"place": place.id, "ids": sorted(ids)}).all() if ids else []
    by_id = {promise.id: promise for promise in promises}
    for step in steps:
        set_committed_value(step, "commitment", by_id[step.commitment_id])
    found: list[Commitment | Milestone] = [*promises, *steps]
    return {(row.__tablename__, row.id): row for row in found}
