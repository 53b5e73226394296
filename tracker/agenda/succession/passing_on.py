"""Carrying open commitments over to another municipality, when theirs closes or is divided.

What is carried over is a new commitment with the facts of the old one, its dates first of all: the first promised
date, every move of it and the day it came in stay, so that nobody becomes late or in time by it. The old one stays
readable where it was, ended without being dropped, and each names the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, select

from tracker.agenda import rules
from tracker.agenda.models import Agreement, Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.operations.reckoning import reckon, recount_many, restart, watch_of
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, Model, db
from tracker.notices.operations import hold_back
from tracker.territory.models import Unit
from tracker.territory.operations import add_people, find_or_create_units
from tracker.territory.queries import policy_for, units_of
from tracker.territory.rules import Place

#: Of a commitment these are given anew; everything else goes along.
_NEW = {"id", "municipality_id", "code", "code_key", "unit_id", "action_id", "agreement_id", "origin", "passed_to"}
_NEW |= {"version", "blocked_on"}
_ADDED = {"id", "municipality_id", "commitment_id", "milestone_id", "unit_id"}


def open_rows(municipality_id: int) -> Sequence[Commitment]:
    """What a closing municipality has to pass on: its open commitments and its drafts, by id."""
    return db.session.scalars(select(Commitment).where(*_open_at(municipality_id)).order_by(Commitment.id)).all()


def count_open(municipality_id: int) -> int:
    """How many these are."""
    return db.session.scalar(select(func.count()).select_from(Commitment).where(*_open_at(municipality_id))) or 0


def pass_on(act: Act, old: Place, shares: Mapping[int, Place]) -> dict[int, Commitment]:
    """Carry open commitments over, each to its place in `shares` (by its id); the new ones by the old ones' id.

    All these municipalities are held by the caller. Units go along with their mailbox and people, agreements with
    their partner; a code stays where it is free. What waited to be told is told from there.
    """
    rows = [row for row in open_rows(old.id) if row.id in shares]
    milestones = _milestones(old.id)
    mark = _Carried(act, old)
    made: dict[int, Commitment] = {}
    for place in sorted(set(shares.values()), key=lambda one: one.id):
        own = [row for row in rows if shares[row.id] == place]
        made |= _carry(mark, place, own, milestones)
    db.session.flush()
    _end(act, old, rows, made, shares, milestones)
    days = {place.id: act.day for place in {*shares.values(), old}}
    recount_many(days)
    return made


class _Carried:
    """Whose commitments are carried over, by whom."""

    def __init__(self, act: Act, old: Place) -> None:
        self.act, self.old = act, old
        self.units = {unit.id: unit for unit in units_of(old.id)}


def _carry(
    mark: _Carried, place: Place, rows: Sequence[Commitment], milestones: Mapping[int, list[Milestone]]
) -> dict[int, Commitment]:
    ids = [row.id for row in rows]
    parties = _rows_of(Party, mark.old.id, ids)
    units = _units(mark, place, rows, parties)
    agreements = _agreements(mark, place, rows)
    taken = set(db.session.scalars(select(Commitment.code_key).where(Commitment.municipality_id == place.id)))
    made: dict[int, Commitment] = {}
    steps: dict[int, Milestone] = {}
    for row in rows:
        code = _code(place.id, row.code, taken)
        new = Commitment(
            **_facts(row, _NEW),
            municipality_id=place.id,
            code=code,
            code_key=code.lower(),
            unit_id=units[row.unit_id].id if row.unit_id else None,
            action_id=None,
            # What is in the way is written down anew by who takes over: it may be somebody else's to clear there.
            blocked_on=None,
            agreement_id=agreements.get(row.agreement_id or 0),
            origin=f"{mark.old.code}/{row.code}",
            passed_to="",
            version=1,
        )
        db.session.add(new)
        made[row.id] = new
    db.session.flush()
    for row in rows:
        for step in milestones.get(row.id, []):
            if step.cancelled_on == NEVER or step.not_held:
                steps[step.id] = Milestone(
                    **_facts(step, _ADDED), municipality_id=place.id, commitment_id=made[row.id].id
                )
    db.session.add_all(steps.values())
    db.session.flush()
    _hang_on(mark, place, made, steps, parties, units)
    _wait_again(mark.old.id, rows, milestones, made, steps)
    policy = policy_for(place)
    by_commitment: dict[int, list[Milestone]] = {}
    for new_step in steps.values():
        by_commitment.setdefault(new_step.commitment_id, []).append(new_step)
    for row in rows:
        new = made[row.id]
        reckon(new, by_commitment.get(new.id, []), policy, same_facts=True)
        told: dict[str, tuple[object, object]] = {
            "title": (None, new.title),
            "due_on": (None, new.due_on),
            "origin": (None, new.origin),
        }
        record(mark.act, "carry_over", place.id, new.subject, told)
    return made


def _units(mark: _Carried, place: Place, rows: Sequence[Commitment], parties: Sequence[Party]) -> dict[int, Unit]:
    """The units that take part, by their id in the old municipality, as they are in the new one."""
    ids = {row.unit_id for row in rows if row.unit_id} | {party.unit_id for party in parties if party.unit_id}
    old = [mark.units[unit_id] for unit_id in sorted(ids)]
    by_key, _made = find_or_create_units(mark.act, place.id, {unit.name: unit.mailbox for unit in old})
    missing = []
    for unit in old:
        there = by_key[unit.name_key]
        known = {person.name for person in there.people}
        missing += [(there, p.name, p.email, p.post, p.phone) for p in unit.people if p.name not in known]
    add_people(mark.act, [(unit, name, email) for unit, name, email, _post, _phone in missing])
    for unit, name, _email, post, phone in missing:
        person = next(person for person in unit.people if person.name == name)
        person.post, person.phone = post, phone
    return {unit.id: by_key[unit.name_key] for unit in old}


def _agreements(mark: _Carried, place: Place, rows: Sequence[Commitment]) -> dict[int, int]:
    """Ids of the agreements that the commitments serve, old → new; each is written down once."""
    made: dict[int, int] = {}
    for agreement_id in sorted({row.agreement_id for row in rows if row.agreement_id}):
        old = db.session.get_one(Agreement, agreement_id)
        same = {"partner_id": old.partner_id, "title": old.title, "number": old.number}
        new = db.session.scalar(select(Agreement).filter_by(municipality_id=place.id, **same).limit(1))
        if new is None:
            new = Agreement(municipality_id=place.id, version=1, from_on=old.from_on, until_on=old.until_on, **same)
            db.session.add(new)
            db.session.flush()
            record(mark.act, "create", place.id, f"agreement:{new.id}", {"title": (None, new.title)})
        made[agreement_id] = new.id
    return made


def _hang_on(
    mark: _Carried,
    place: Place,
    made: Mapping[int, Commitment],
    steps: Mapping[int, Milestone],
    parties: Sequence[Party],
    units: Mapping[int, Unit],
) -> None:
    """Who takes part, money, and the ledger of dates."""
    for party in parties:
        unit_id = units[party.unit_id].id if party.unit_id else None
        db.session.add(_copy(party, place, made[party.commitment_id], unit_id=unit_id))
    for budget in _rows_of(Budget, mark.old.id, list(made)):
        db.session.add(_copy(budget, place, made[budget.commitment_id]))
    for move in _rows_of(DateChange, mark.old.id, list(made)):
        if move.milestone_id is None:
            db.session.add(_copy(move, place, made[move.commitment_id], milestone_id=None))
        elif move.milestone_id in steps:
            db.session.add(_copy(move, place, made[move.commitment_id], milestone_id=steps[move.milestone_id].id))


def _wait_again(
    old_id: int,
    rows: Sequence[Commitment],
    milestones: Mapping[int, list[Milestone]],
    made: Mapping[int, Commitment],
    steps: Mapping[int, Milestone],
) -> None:
    """What had not left about a row is raised by the next check of where it is now."""
    new: dict[str, Commitment | Milestone] = {row.subject: made[row.id] for row in rows}
    for row in rows:
        new |= {step.subject: steps[step.id] for step in milestones.get(row.id, []) if step.id in steps}
    for subject in hold_back(old_id, list(new), "passed_on"):
        restart(new[subject])


def _end(
    act: Act,
    old: Place,
    rows: Sequence[Commitment],
    made: Mapping[int, Commitment],
    shares: Mapping[int, Place],
    milestones: Mapping[int, list[Milestone]],
) -> None:
    policy = policy_for(old)
    for row in rows:
        row.cancelled_on = act.day
        row.passed_to = f"{shares[row.id].code}/{made[row.id].code}"
        for step in milestones.get(row.id, []):
            if step.is_open:
                step.cancelled_on = act.day
        reckon(row, milestones.get(row.id, []), policy)
        record(act, "pass_on", old.id, row.subject, {"passed_to": (None, row.passed_to)})


def _code(municipality_id: int, code: str, taken: set[str]) -> str:
    """The same code where it is free, else the next automatic one."""
    watch = watch_of(municipality_id)
    while code.lower() in taken:
        code = rules.next_code(watch.last_number)
        watch.last_number += 1
    taken.add(code.lower())
    return code


def _milestones(municipality_id: int) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {}
    statement = select(Milestone).where(Milestone.municipality_id == municipality_id).order_by(Milestone.id)
    for row in db.session.scalars(statement):
        found.setdefault(row.commitment_id, []).append(row)
    return found


def _rows_of(model: Any, municipality_id: int, ids: Sequence[int]) -> Sequence[Any]:
    """What hangs on these commitments of a municipality, in the order it was written."""
    statement = select(model).where(model.municipality_id == municipality_id).order_by(model.id)
    wanted = set(ids)
    return [row for row in db.session.scalars(statement) if row.commitment_id in wanted]


def _facts(row: Model, without: set[str]) -> dict[str, Any]:
    return {a.key: getattr(row, a.key) for a in inspect(type(row)).column_attrs if a.key not in without}


def _open_at(municipality_id: int) -> list[ColumnElement[bool]]:
    return [
        Commitment.municipality_id == municipality_id,
        Commitment.completed_on == NEVER,
        Commitment.cancelled_on == NEVER,
    ]


def _copy(row: Any, place: Place, new: Commitment, **more: Any) -> Any:
    facts = _facts(row, {"id", "municipality_id", "commitment_id", *more})
    return type(row)(**facts, **more, municipality_id=place.id, commitment_id=new.id)
