"""How well a municipality's promises are kept: counted by who leads, and the rows behind each count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, exists, func, literal, or_, select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.queries.counting import is_open
from tracker.core.db import LONG_AGO, NEVER, db
from tracker.territory.rules import Place

#: What the address may ask for: `due`, all whose first promised date has passed; the others one answer each.
KEPT = ("due", *rules.ANSWERS, "unknown")
#: `moved`: the date moved, corrections of what came in late aside; `given`: there is a date now.
DATES = ("moved", "given")
#: Units or nobody yet; partners.
LEADS = ("own", "partners")

_SLIPS_FROM = func.coalesce(Commitment.corrected_due_on, Commitment.first_due_on)
_IS_OWN = Commitment.partner_id.is_(None)
_OF_ROW = and_(DateChange.municipality_id == Commitment.municipality_id, DateChange.commitment_id == Commitment.id)
_IS_MOVE = and_(DateChange.milestone_id.is_(None), ~DateChange.is_correction)


def kept_of(day: Any) -> Any:
    """The SQL of rules.kept_on for commitments on a day."""
    facts = rules.KeptFacts(
        draft=Commitment.draft,
        passed_on=Commitment.passed_to != "",
        first_on=func.coalesce(Commitment.first_due_on, literal(NEVER, Date)),
        due_on=func.coalesce(Commitment.due_on, literal(LONG_AGO, Date)),
        completed_on=Commitment.completed_on,
        cancelled_on=Commitment.cancelled_on,
        outcome=Commitment.outcome,
        not_stated=Commitment.completion_not_stated,
    )
    return rules.kept_on(facts, day)


def rows_behind(kept: str, on_date: str, led_by: str, day: Any) -> list[ColumnElement[bool]]:
    """Conditions for one of KEPT, DATES and LEADS each; "" asks for nothing."""
    parts: list[ColumnElement[bool]] = []
    if kept:
        parts.append(kept_of(day).in_(rules.ANSWERS if kept == "due" else (kept,)))
    if on_date:
        has_date = exists().where(_OF_ROW, _IS_MOVE) if on_date == "moved" else _is_dated()
        parts += [_is_promised(), has_date]
    if led_by:
        parts.append(_IS_OWN if led_by == "own" else ~_IS_OWN)
    return parts


def _is_promised() -> ColumnElement[bool]:
    """Promised here, and not passed on to another municipality."""
    return and_(~Commitment.draft, Commitment.passed_to == "")


def _is_dated() -> ColumnElement[bool]:
    return and_(Commitment.due_on.is_not(None), _SLIPS_FROM.is_not(None))


@dataclass(frozen=True)
class Quality:
    """A municipality's tallies: of each unit that leads, of what nobody leads yet, and of partners, apart."""

    units: Mapping[int, rules.Tally]
    nobody: rules.Tally
    partners: rules.Tally

    @property
    def own(self) -> rules.Tally:
        """The municipality as a whole: without what partners lead."""
        return rules.together([*self.units.values(), self.nobody])


def quality_of(place: Place, day: date) -> Quality:
    """How well the promises of a municipality are kept on its local day, in three statements."""
    asked = {"place": place.id, "day": day}
    tallies: dict[tuple[int | None, bool], rules.Tally] = {}
    for unit_id, is_own, last_sign_on, *counts in db.session.execute(_COUNTS, asked):
        counted = dict(zip(_NAMES, counts, strict=True))
        tallies[unit_id, bool(is_own)] = rules.Tally(**counted, last_sign_on=last_sign_on)
    for unit_id, is_own, moved, moves in db.session.execute(_MOVES, asked):
        key = unit_id, bool(is_own)
        tallies[key] = replace(tallies[key], moved=moved, moves=moves)
    for unit_id, is_own, first_on, due_on, count in db.session.execute(_SLIPS, asked):
        key = unit_id, bool(is_own)
        days = count * rules.slippage_days(first_on, due_on)
        tallies[key] = replace(tallies[key], slipped_days=tallies[key].slipped_days + days)
    nothing = rules.Tally()
    return Quality(
        units={unit_id: tally for (unit_id, _own), tally in tallies.items() if unit_id is not None},
        nobody=tallies.get((None, True), nothing),
        partners=tallies.get((None, False), nothing),
    )


#: Counts in the order in which the statement says them.
_NAMES = ("promised", "open", "silent", "on_time", "after_moving", "missed", "pending", "unknown", "dated")


def _counting() -> Select[Any]:
    day: Any = bindparam("day", type_=Date)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    kept = kept_of(day)
    wanted = {
        "promised": _is_promised(),
        "open": is_open(),
        "silent": Commitment.silent_from <= day,
        **{answer: kept == answer for answer in (*rules.ANSWERS, "unknown")},
        "dated": and_(_is_promised(), _is_dated()),
    }
    counts = [count(wanted[name]) for name in _NAMES]
    return _by_lead(func.max(Commitment.last_sign_on), *counts)


def _by_lead(*columns: Any) -> Select[Any]:
    """Columns of the place's commitments by who leads: the unit, and whether it is the municipality's own."""
    return (
        select(Commitment.unit_id, _IS_OWN, *columns)
        .where(Commitment.municipality_id == bindparam("place"), ~Commitment.draft)
        .group_by(Commitment.unit_id, _IS_OWN)
    )


_COUNTS = _counting()
_MOVES = (
    _by_lead(func.count(Commitment.id.distinct()), func.count())
    .join(DateChange, _OF_ROW)
    .where(_IS_MOVE, _is_promised())
)
#: Only where the date lies elsewhere than at first: the days themselves are told apart here, not in SQL.
_SLIPS = (
    _by_lead(_SLIPS_FROM, Commitment.due_on, func.count())
    .where(_is_promised(), _is_dated(), or_(Commitment.due_on > _SLIPS_FROM, Commitment.due_on < _SLIPS_FROM))
    .group_by(_SLIPS_FROM, Commitment.due_on)
)
