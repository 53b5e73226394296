"""What the figures of quality must be, counted again row by row without the rules; and random histories."""

import random
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy import select

from tests.agenda.counting import commitments_of
from tests.support.apps import DbSession
from tests.support.factories import act, make_commitment, make_milestone
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.operations import (
    cancel_commitment,
    complete_commitment,
    create_commitment,
    edit_commitment,
    edit_milestone,
    promise_draft,
    reopen_commitment,
)
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.operations.promise import Promise
from tracker.agenda.rules import Tally
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Place


def answer_of(row: Commitment, day: date) -> str:
    """What became of a promise by its first date, step by step."""
    first = row.first_due_on
    if row.draft or row.passed_to or first is None or first >= day:
        return "none"
    if row.cancelled_on < NEVER:
        return "missed" if row.cancelled_on > first else "none"
    if row.completed_on == NEVER:
        return "pending"
    if row.outcome != "fulfilled":
        return "missed"
    if row.completion_not_stated:
        return "unknown"
    if row.completed_on <= first:
        return "on_time"
    return "after_moving" if row.due_on is not None and row.completed_on <= row.due_on else "missed"


def tally_of(rows: Sequence[Commitment], day: date) -> Tally:
    """The tally of these rows, one after the other."""
    counts = {field.name: 0 for field in fields(Tally) if field.name != "last_sign_on"}
    signs = [row.last_sign_on for row in rows if row.last_sign_on and not row.draft]
    for row in rows:
        answer = answer_of(row, day)
        if answer != "none":
            counts[answer] += 1
        if row.draft or row.passed_to:
            continue
        moves = _moves_of(row)
        counts["promised"] += 1
        counts["open"] += row.is_open
        counts["silent"] += row.silent_from <= day
        counts["moved"] += moves > 0
        counts["moves"] += moves
        if row.due_on is not None:
            counts["dated"] += 1
            counts["slipped_days"] += row.slippage_days
    return Tally(**counts, last_sign_on=max(signs, default=None))


def _moves_of(row: Commitment) -> int:
    ledger = db.session.scalars(select(DateChange).where(DateChange.commitment_id == row.id))
    return sum(1 for move in ledger if move.milestone_id is None and not move.is_correction)


def live_through(
    session: DbSession, seed: int, place: Place, leads: Sequence[Unit | Partner | None], until_on: date, steps: int
) -> None:
    """So many things that happen to an agenda up to a day; the same for the same seed."""
    chance, day = random.Random(seed), until_on - timedelta(days=4 * steps)
    for _ in range(steps):
        day = min(until_on, day + timedelta(days=chance.randrange(9)))
        try:
            with session.begin_nested():
                _one_step(chance, place, leads, day)
        except Refused:
            continue


def _one_step(chance: random.Random, place: Place, leads: Sequence[Unit | Partner | None], day: date) -> None:
    rows = sorted(commitments_of(place), key=lambda one: one.id)
    still_open = [one for one in rows if one.is_open]
    choices = still_open if still_open and chance.random() < 0.9 else rows
    row = chance.choice(choices) if choices else None
    lead = chance.choice(leads)
    someday = chance.choice([None, *(day + timedelta(days=n) for n in (-20, 1, 5, 9, 20, 40))])
    promise = Promise(
        "Promesa",
        due_on=someday,
        unit_id=lead.id if isinstance(lead, Unit) else None,
        partner_id=lead.id if isinstance(lead, Partner) else None,
    )
    kind = chance.randrange(10)
    if row is None or kind < 3:
        create_commitment(act(day), place, promise, draft=chance.random() < 0.15)
    elif kind == 3:
        edit_commitment(act(day), place, row.code, promise, row.version, "porque sí")
    elif kind == 4:
        kept = Promise("Promesa", due_on=someday, unit_id=row.unit_id, partner_id=row.partner_id)
        edit_commitment(act(day), place, row.code, kept, row.version, "se atrasa")
    elif kind in (5, 6):
        likely = [row.first_due_on, row.due_on, day - timedelta(days=chance.randrange(20))]
        past = min(day, chance.choice([one for one in likely if one]))
        outcome = chance.choice([*["fulfilled"] * 4, "in_part", "not_fulfilled"])
        done = complete_commitment(act(day), place, row.code, past, outcome, "x", "complete")
        done.completion_not_stated = chance.random() < 0.2
    elif kind == 7:
        cancel_commitment(act(day), place, row.code, "sin fondos")
    elif kind == 8:
        choice = chance.choice([Choice("moved", day + timedelta(days=30)), Choice("kept"), Choice("done", day)])
        bring_up_to_date(act(day), place, {row.subject: choice})
    elif row.draft:
        promise_draft(act(day), place, row.code)
    elif not row.is_open:
        reopen_commitment(act(day), place, row.code, "otra vez")
    else:
        step = make_milestone(place, row, due_on=day, day=day)
        edit_milestone(act(day), place, row.code, step.id, "Otro", day + timedelta(days=9), date_reason="x")


def make_kept(place: Place, unit: Unit | None, first_on: date, done_on: date) -> Commitment:
    """A commitment promised 100 days before its first date and fulfilled on a day."""
    made = make_commitment(place, due_on=first_on, unit=unit, day=first_on - timedelta(days=100))
    return complete_commitment(act(max(first_on, done_on)), place, made.code, done_on, "fulfilled", "Listo.")
