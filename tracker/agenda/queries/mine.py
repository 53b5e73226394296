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
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.queries.counting import is_open
from tracker.agenda.queries.scoping import covers, part_of
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
    oldest_due_on: date | None


#: What is counted, by the first and the last due day; a name of `_days`, or none where there is no bound.
_SPANS: dict[str, tuple[str | None, str | None]] = {
    "late": (None, "yesterday"),
    "long_late": (None, "long_ago"),
    "due_soon": ("today", "soon"),
    "this_week": ("today", "week"),
    "next_days": ("after_week", "month"),
    "later": ("after_month", None),
}
#: Groups shown, by what is asked for; they do not overlap.
_GROUPS = {
    "": ("late", "this_week", "next_days", "later"),
    "late": ("late",),
    "due_soon": ("due_soon",),
}


def _days(day: date, soon_days: int) -> dict[str, date]:
    ahead = {"long_ago": -16, "yesterday": -1, "today": 0, "soon": soon_days, "week": 6, "after_week": 7}
    ahead |= {"month": 30, "after_month": 31}
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

    `only` is late or due_soon; `limit` rows at most in each group.
    """
    counting, naming = _statements(only, bool(unit_ids), not covers(scope, place))
    facts: dict[str, Any] = {"place": place.id, "units": list(unit_ids), "partners": list(scope.partner_ids)}
    facts |= {"limit": limit, **_days(day, soon_days)}
    counts = db.session.execute(counting, facts).mappings().one()
    named = db.session.execute(naming, facts).all()
    rows = _rows(place, named)
    groups = [
        Group(name, [rows[n.kind, n.id] for n in named if n.name == name], counts[name]) for name in _GROUPS[only]
    ]
    late = next((group.rows for group in groups if group.name == "late"), [])
    return Mine(
        groups=groups,
        late=counts["late"],
        due_soon=counts["due_soon"],
        this_week=counts["this_week"],
        long_late=counts["long_late"],
        undated=counts["undated"],
        oldest_due_on=late[0].due_on if late else None,
    )


@lru_cache
def _statements(only: str, by_unit: bool, by_partner: bool) -> tuple[Select[Any], Select[Any]]:
    """What counts, and what names the first rows of each group, for this kind of visitor."""
    own: list[ColumnElement[bool]] = []
    if by_unit:
        own.append(Commitment.unit_id.in_(bindparam("units", expanding=True)))
    if by_partner:
        own.append(part_of(bindparam("partners", expanding=True)))
    here = Commitment.municipality_id == bindparam("place")
    undated = select(func.count()).select_from(Commitment).where(here, *own, is_open(), Commitment.due_on.is_(None))
    dated = _dated(own)
    counts = [func.coalesce(func.sum(case((_within(dated, name), 1), else_=0)), 0).label(name) for name in _SPANS]
    group = case(*[(_within(dated, name), literal_column(f"'{name}'", String)) for name in _GROUPS[only]])
    nth = func.row_number().over(partition_by=group, order_by=(dated.c.due_on, dated.c.id))
    ranked = select(dated, group.label("name"), nth.label("nth")).subquery()
    naming = (
        select(ranked.c.kind, ranked.c.id, ranked.c.name)
        .where(ranked.c.name.is_not(None), ranked.c.nth <= bindparam("limit"))
        .order_by(ranked.c.due_on, ranked.c.id)
    )
    return select(*counts, undated.scalar_subquery().label("undated")), naming


def _dated(own: list[ColumnElement[bool]]) -> Subquery:
    """Kind, id and due day of everything open with a date; `own` narrows it by conditions on Commitment."""
    # Spelled out, so that the partial indexes of the clocks serve.
    never: ColumnElement[date] = literal_column(f"'{NEVER.isoformat()}'")
    promises = select(literal_column("'commitment'", String).label("kind"), Commitment.id, Commitment.due_on).where(
        Commitment.municipality_id == bindparam("place"), Commitment.overdue_from < never, *own
    )
    steps = select(literal_column("'milestone'", String).label("kind"), Milestone.id, Milestone.due_on).where(
        Milestone.municipality_id == bindparam("place"), Milestone.overdue_from < never
    )
    if own:
        steps = steps.join(Commitment, Commitment.id == Milestone.commitment_id).where(*own)
    return union_all(promises, steps).subquery()


def _within(dated: Subquery, name: str) -> ColumnElement[bool]:
    from_on, until_on = _SPANS[name]
    bounds = []
    if from_on:
        bounds.append(dated.c.due_on >= bindparam(from_on))
    if until_on:
        bounds.append(dated.c.due_on <= bindparam(until_on))
    return and_(*bounds)


_PROMISES = (
    select(Commitment)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(Commitment.municipality_id == bindparam("place"), Commitment.id.in_(bindparam("ids", expanding=True)))
)
_STEPS = select(Milestone).where(
    Milestone.municipality_id == bindparam("place"), Milestone.id.in_(bindparam("ids", expanding=True))
)


def _rows(place: Place, named: Sequence[Any]) -> dict[tuple[str, int], Commitment | Milestone]:
    """The named rows by kind and id, milestones with their commitment, commitments with their lead."""
    step_ids = [n.id for n in named if n.kind == "milestone"]
    steps = db.session.scalars(_STEPS, {"place": place.id, "ids": step_ids}).all() if step_ids else []
    ids = {n.id for n in named if n.kind == "commitment"} | {step.commitment_id for step in steps}
    promises = db.session.scalars(_PROMISES, {"place": place.id, "ids": sorted(ids)}).all() if ids else []
    by_id = {promise.id: promise for promise in promises}
    for step in steps:
        set_committed_value(step, "commitment", by_id[step.commitment_id])
    found: dict[tuple[str, int], Commitment | Milestone] = {("commitment", key): row for key, row in by_id.items()}
    return found | {("milestone", step.id): step for step in steps}
