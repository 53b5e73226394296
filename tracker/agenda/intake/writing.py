"""Rows onto commitments and milestones, with all that they name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import insert

from tracker.agenda.intake.changing import Changes, change, change_promise, change_report
from tracker.agenda.intake.examining import steps_by_code
from tracker.agenda.intake.incoming import Incoming, row_key
from tracker.agenda.intake.linking import make_actions, make_partners, make_people, make_units
from tracker.agenda.intake.money import change_budget
from tracker.agenda.intake.owning import change_lead, change_parties
from tracker.agenda.intake.steps import close_with, match_steps, write_step
from tracker.agenda.intake.stock import Stock, Taking
from tracker.agenda.models import Budget, Commitment, Milestone
from tracker.agenda.operations.commitments import fill_quiet, make_promise
from tracker.agenda.operations.reckoning import watch_of
from tracker.agenda.rules import next_code
from tracker.core.db import db


@dataclass
class Entry:
    """A commitment or milestone that a row speaks of, and what that changed."""

    subject: Commitment | Milestone
    commitment: Commitment
    changes: Changes
    is_new: bool
    #: False for milestones that end because their commitment does.
    from_row: bool = True
    #: Number of the row.
    row: int = 0


@dataclass
class Written:
    """What was written, before clocks and standing."""

    entries: list[Entry] = field(default_factory=list)
    units_created: int = 0
    mailboxes: int = 0


def write_rows(taking: Taking, rows: Sequence[Incoming]) -> Written:
    """Write examined rows; the municipality is held."""
    written = Written()
    commitments = [row for row in rows if not row.milestone_of]
    written.units_created, written.mailboxes = make_units(taking, commitments)
    written.entries = _write_commitments(taking, commitments)
    written.entries += _write_steps(taking, rows)
    touched = {entry.commitment.id: entry.commitment for entry in written.entries if entry.changes}
    for commitment in touched.values():
        milestones = taking.stock.milestones.get(commitment.id, [])
        for milestone, changes in close_with(commitment, milestones):
            written.entries.append(Entry(milestone, commitment, changes, False, from_row=False))
    return written


def _write_commitments(taking: Taking, rows: Sequence[Incoming]) -> list[Entry]:
    act, stock = taking.act, taking.stock
    kept = make_partners(taking, rows)
    make_people(taking, rows)
    actions = make_actions(taking, rows)
    codes = _codes(stock, rows)
    entries = []
    for row in rows:
        known = stock.match(row)
        commitment = known or _new_commitment(taking, codes[row.row])
        changes: Changes = {}
        change_lead(stock, commitment, changes, row, row.row in kept)
        change_promise(act, commitment, changes, row)
        if commitment.draft:
            changes["draft"] = (True, False)
            make_promise(act, commitment)
        if row.row in actions:
            change(commitment, changes, "action_id", actions[row.row])
        change_report(act, commitment, changes, row, taking.sign_on)
        entries.append(Entry(commitment, commitment, changes, known is None, row=row.row))
    new = [entry.commitment for entry in entries if entry.is_new]
    db.session.add_all(new)
    db.session.flush()
    stock.commitments |= {commitment.code_key: commitment for commitment in new}
    stock.by_row |= {row_key(r.row): e.commitment for r, e in zip(rows, entries, strict=True) if not r.code}
    budgets = []
    for row, entry in zip(rows, entries, strict=True):
        change_parties(stock, entry.commitment, entry.changes, row, row.row in kept)
        budget = change_budget(taking, entry.commitment, entry.changes, row)
        if budget is not None:
            budgets.append(budget)
    if budgets:
        db.session.execute(insert(Budget), budgets)
    return entries


def _write_steps(taking: Taking, rows: Sequence[Incoming]) -> list[Entry]:
    entries: list[Entry] = []
    for key, steps in steps_by_code(rows).items():
        commitment = taking.stock.commitments.get(key) or taking.stock.by_row[key]
        held = taking.stock.milestones.setdefault(commitment.id, [])
        for row, known in match_steps(list(held), steps):
            milestone, changes = write_step(taking.act, commitment, known, row, taking.sign_on)
            if known is None:
                held.append(milestone)
            entries.append(Entry(milestone, commitment, changes, known is None, row=row.row))
    db.session.add_all(entry.subject for entry in entries if entry.is_new)
    db.session.flush()
    return entries


def _new_commitment(taking: Taking, code: str) -> Commitment:
    commitment = Commitment(
        municipality_id=taking.place.id,
        code=code,
        code_key=code.lower(),
        title="",
        description="",
        verification="",
        measure="",
        closing_note="",
        end_reason="",
        due_precision="day",
        entered_on=taking.act.day,
        delivered=Decimal(0),
        public=False,
        draft=False,
        completion_not_stated=False,
        version=1,
    )
    fill_quiet(commitment)
    return commitment


def _codes(stock: Stock, rows: Sequence[Incoming]) -> dict[int, str]:
    """The code of each new commitment by row number: the row's own, else the next free automatic one."""
    answer = {row.row: row.code for row in rows if row.code}
    without = [row for row in rows if not row.code and stock.match(row) is None]
    if not without:
        return answer
    used = set(stock.commitments) | {code.lower() for code in answer.values()}
    watch = watch_of(stock.municipality_id)
    for row in without:
        while next_code(watch.last_number).lower() in used:
            watch.last_number += 1
        answer[row.row] = next_code(watch.last_number)
        watch.last_number += 1
    return answer
