"""Rows that are milestones: which one each is about, and what it changes."""

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.agenda.intake.changing import Changes, change, change_date, change_stage
from tracker.agenda.intake.incoming import Incoming
from tracker.agenda.intake.stock import title_key
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import fill_quiet
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act
from tracker.core.db import NEVER


def match_steps(known: Sequence[Milestone], rows: Sequence[Incoming]) -> list[tuple[Incoming, Milestone | None]]:
    """Each row with the milestone of its commitment it is about: by name, by code, else by title, then date."""
    by_code = {m.code.lower(): m for m in known if m.code}
    by_id = {m.id: m for m in known}
    found = {row.row: by_id[row.milestone_id] for row in rows if row.milestone_id in by_id}
    found |= {r.row: by_code[r.code.lower()] for r in rows if r.code.lower() in by_code and r.row not in found}
    used = {milestone.id for milestone in found.values()}
    for exact in (True, False):
        free: dict[tuple[str, date | None], list[Milestone]] = {}
        for milestone in reversed(known):
            if milestone.id not in used and (exact or not milestone.code):
                key = title_key(milestone.title), milestone.due_on if exact else None
                free.setdefault(key, []).append(milestone)
        for row in rows:
            alike = free.get((title_key(row.title), row.due_on if exact else None))
            if alike and not row.code and row.row not in found:
                found[row.row] = alike.pop()
                used.add(found[row.row].id)
    return [(row, found.get(row.row)) for row in rows]


def write_step(
    act: Act, commitment: Commitment, milestone: Milestone | None, row: Incoming, sign_on: date
) -> tuple[Milestone, Changes]:
    """Bring a milestone to what its row says, a new one where there is none; not yet added to the session."""
    changes: Changes = {}
    if milestone is None:
        milestone = Milestone(
            municipality_id=commitment.municipality_id,
            commitment_id=commitment.id,
            code=row.code,
            title="",
            entered_on=act.day,
            due_precision="day",
            weight=1,
            end_reason="",
            completion_not_stated=False,
        )
        fill_quiet(milestone)
    change(milestone, changes, "title", row.title)
    change_date(act, milestone, changes, row)
    if row.weight is not None:
        change(milestone, changes, "weight", row.weight)
    reopens = row.stage in ("not_started", "in_progress")
    if commitment.is_open or not reopens:
        change_stage(act, milestone, changes, row, sign_on)
    if changes:
        restart(milestone)
    return milestone, changes


def close_with(commitment: Commitment, milestones: Iterable[Milestone]) -> list[tuple[Milestone, Changes]]:
    """An ended commitment leaves no milestone open: they end as it did, on its day."""
    answer = []
    for milestone in milestones:
        if commitment.is_open or not milestone.is_open:
            continue
        changes: Changes = {}
        if commitment.completed_on != NEVER:
            change(milestone, changes, "completed_on", commitment.completed_on)
            milestone.completion_not_stated = True
            milestone.begun_on = min(milestone.begun_on, commitment.completed_on)
        else:
            change(milestone, changes, "cancelled_on", commitment.cancelled_on)
            milestone.end_reason = commitment.end_reason
        restart(milestone)
        answer.append((milestone, changes))
    return answer
