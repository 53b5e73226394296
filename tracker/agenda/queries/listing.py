"""The municipality's agenda as a list: filtered, sorted, paged."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.agenda.queries.counting import is_open, was_dropped
from tracker.agenda.queries.keeping import rows_behind
from tracker.agenda.queries.scoping import part_of
from tracker.core.db import LONG_AGO, NEVER, db
from tracker.core.folding import folded_column, pattern_of
from tracker.plan.models import Action
from tracker.territory.models import Unit
from tracker.territory.rules import Place, Scope

PAGE = 50
#: Of what somebody looks for.
MOST_WORDS = 8
_UNITS_HERE = select(Unit.id).where(Unit.municipality_id == bindparam("place"))
#: Ids that are read at a time where all are wanted.
_READ = 5_000
STATES = (
    "open",
    "overdue",
    "due_soon",
    "late_step",
    "behind",
    "silent",
    "blocked",
    "suspended",
    "undated",
    "inherited",
    "completed",
    "cancelled",
    "draft",
    "all",
)
#: On pages; `entry`, as they came in, is for what leaves whole.
SORTS = ("due", "code", "title", "progress")


@dataclass(frozen=True)
class Filters:
    """What the address of the agenda says; every value from an allow-list or matched as a parameter."""

    state: str = "open"
    unit_id: int | None = None
    #: Commitments without a lead.
    no_unit: bool = False
    line_id: int | None = None
    #: One each of keeping.LEADS, KEPT and DATES, or "".
    led_by: str = ""
    kept: str = ""
    on_date: str = ""
    #: For `inherited`: the first day of the present term.
    since: date | None = None
    text: str = ""
    sort: str = "due"
    page: int = 1

    def with_(self, **changes: object) -> "Filters":
        """The same with other values, back on the first page."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]


def agenda_page(place: Place, scope: Scope, filters: Filters, day: date) -> tuple[Sequence[Commitment], int]:
    """(rows of the page, how many there are in all)."""
    counting, _paging, _listing = _statements(*_kind_of(place, scope, filters))
    count = db.session.scalar(counting, _asked(place, scope, filters, day)) or 0
    return agenda_rows(place, scope, filters, day), count


def agenda_rows(place: Place, scope: Scope, filters: Filters, day: date) -> Sequence[Commitment]:
    """The rows of the page alone, where how many there are is known."""
    _counting, paging, _listing = _statements(*_kind_of(place, scope, filters))
    return db.session.scalars(paging, _asked(place, scope, filters, day)).all()


def agenda_ids(place: Place, scope: Scope, filters: Filters, day: date) -> "array[int]":
    """Ids of every commitment that the pages of this selection show, in their order: eight bytes each."""
    _counting, _paging, listing = _statements(*_kind_of(place, scope, filters))
    found = db.session.scalars(listing, _asked(place, scope, filters, day), execution_options={"yield_per": _READ})
    return array("q", found)


def _kind_of(place: Place, scope: Scope, filters: Filters) -> tuple[Filters, int, str]:
    """What decides which statements are needed."""
    words = len(filters.text.split()[:MOST_WORDS])
    kind = replace(
        filters, unit_id=filters.unit_id and 1, line_id=filters.line_id and 1, since=None, text="", page=1
    )
    reach = "inside" if scope.is_inside(place) else "whole" if scope.covers(place) else "part"
    return kind, words, reach


def _asked(place: Place, scope: Scope, filters: Filters, day: date) -> dict[str, Any]:
    """What the statements are asked with."""
    words = filters.text.split()[:MOST_WORDS]
    asked: dict[str, Any] = {f"word_{number}": pattern_of(word) for number, word in enumerate(words)}
    asked |= {"place": place.id, "partners": list(scope.partner_ids), "day": day}
    asked["since"] = filters.since or LONG_AGO
    return asked | {"unit": filters.unit_id, "line": filters.line_id, "before": (filters.page - 1) * PAGE}


@lru_cache(maxsize=256)
def _statements(kind: Filters, words: int, reach: str) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What counts, what reads a page, what reads all ids for filters of this kind; made once, values come later."""
    parts = [Commitment.municipality_id == bindparam("place"), *_conditions(kind, words)]
    if reach != "inside":
        parts.append(~Commitment.draft)
    if reach == "part":
        parts.append(part_of(bindparam("partners", expanding=True)))
    order = [*_order(kind.sort), Commitment.id]
    paging = (
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(*parts)
        .order_by(*order)
        .limit(PAGE)
        .offset(bindparam("before"))
    )
    counting = select(func.count()).select_from(Commitment).where(*parts)
    return counting, paging, select(Commitment.id).where(*parts).order_by(*order)


def _conditions(kind: Filters, words: int) -> list[ColumnElement[bool]]:
    day: Any = bindparam("day", type_=Date)
    late = Commitment.overdue_from <= day
    by_state: dict[str, list[ColumnElement[bool]]] = {
        "open": [is_open()],
        "overdue": [late],
        "due_soon": [Commitment.soon_from <= day, ~late],
        "late_step": [Commitment.late_step_from <= day, ~late],
        "behind": [Commitment.behind_from <= day],
        "silent": [Commitment.silent_from <= day],
        "blocked": [Commitment.blocked_from <= day],
        "suspended": [is_open(), Commitment.suspended_from <= day, Commitment.suspended_until >= day],
        "undated": [is_open(), Commitment.due_on.is_(None)],
        "inherited": [is_open(), Commitment.entered_on < bindparam("since", type_=Date)],
        "completed": [Commitment.completed_on < NEVER],
        "cancelled": [was_dropped(), ~Commitment.draft],
        "draft": [Commitment.draft.is_(True), Commitment.cancelled_on == NEVER],
        "all": [~Commitment.draft],
    }
    parts = by_state[kind.state]
    parts += rows_behind(kind.kept, kind.on_date, kind.led_by, day)
    if kind.unit_id:
        parts.append(Commitment.unit_id == bindparam("unit"))
    if kind.no_unit:
        parts += [Commitment.unit_id.is_(None), Commitment.partner_id.is_(None)]
    if kind.line_id:
        parts.append(Commitment.action_id.in_(select(Action.id).where(Action.line_id == bindparam("line"))))
    for number in range(words):
        pattern: Any = bindparam(f"word_{number}", type_=String)
        parts.append(
            or_(
                folded_column(Commitment.title).like(pattern, escape="\\"),
                Commitment.code_key.like(pattern, escape="\\"),
                Commitment.unit_id.in_(_UNITS_HERE.where(folded_column(Unit.name).like(pattern, escape="\\"))),
            )
        )
    return parts


def _order(sort: str) -> list[Any]:
    undated_last = case((Commitment.due_on.is_(None), 1), else_=0)
    orders: dict[str, list[Any]] = {
        "entry": [],
        "due": [undated_last, Commitment.due_on],
        "code": [Commitment.code_key],
        "title": [func.lower(Commitment.title)],
        "progress": [func.coalesce(Commitment.progress, -1)],
    }
    return orders[sort]


_OWN_MOVES = (
    select(DateChange.commitment_id, func.count())
    .where(DateChange.commitment_id.in_(bindparam("ids", expanding=True)), DateChange.milestone_id.is_(None))
    .where(~DateChange.is_correction)
    .group_by(DateChange.commitment_id)
)
_STEP_MOVES = (
    select(DateChange.milestone_id, func.count())
    .where(DateChange.milestone_id.in_(bindparam("ids", expanding=True)), ~DateChange.is_correction)
    .group_by(DateChange.milestone_id)
)


def moves_of(rows: Sequence[Commitment | Milestone]) -> dict[str, int]:
    """How often the date of each row moved, by its subject (`commitment:12`); missing means never."""
    own = [row.id for row in rows if isinstance(row, Commitment) and row.slippage_days]
    steps = [row.id for row in rows if isinstance(row, Milestone) and row.slippage_days]
    answer: dict[str, int] = {}
    if own:
        answer.update({f"commitment:{key}": count for key, count in db.session.execute(_OWN_MOVES, {"ids": own})})
    if steps:
        counted = db.session.execute(_STEP_MOVES, {"ids": steps})
        answer.update({f"milestone:{key}": count for key, count in counted})
    return answer
