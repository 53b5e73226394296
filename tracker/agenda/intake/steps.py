"""Rows that are milestones: which one each is about, and what it changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.agenda.intake.changing import Changes, change, change_date, change_stage
from tracker.agenda.intake.incoming import Incoming, Terms
from tracker.agenda.intake.stock import title_key
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import fill_quiet
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act
from tracker.core.db import NEVER


def match_steps(
    known: Sequence[Milestone], rows: Sequence[Incoming]
) -> list[tuple[Incoming, Milestone | None]]:
    """Each row with the milestone of its commitment it is about: by code, else by title and date, else by title."""
    by_code = {m.code.lower(): m for m in known if m.code}
    found = {row.row: by_code.get(row.code.lower()) for row in rows if row.code}
    used = {m.id for m in found.values() if m is not None}
    for exact in (True, False):
        free: dict[Any, list[Milestone]] = {}
        for milestone in reversed(known):
            if milestone.id not in used and (exact or not milestone.code):
                key = title_key(milestone.title), milestone.due_on if exact else None
                free.setdefault(key, []).append(milestone)
        for row in rows:
            alike = free.get((title_key(row.title), row.due_on if exact else None))
            if not row.code and found.get(row.row) is None and alike:
                found[row.row] = alike.pop()
                used.add(found[row.row].id)  # type: ignore[union-attr]
    return [(row, found.get(row.row)) for row in rows]
