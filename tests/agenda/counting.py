"""What standings and stored dates must be, counted again row by row with the rules alone."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.agenda import rules
from tracker.agenda.models import STANDING_COUNTS, Commitment, Milestone, Standing, Watch
from tracker.agenda.operations import next_check_of
from tracker.core.db import NEVER, db
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place


def commitments_of(place: Place) -> list[Commitment]:
    """Every commitment of a municipality as the database has it."""
    db.session.flush()
    db.session.expire_all()
    rows = db.session.scalars(select(Commitment).where(Commitment.municipality_id == place.id))
    return list(rows.all())


def milestones_of(place: Place) -> list[Milestone]:
    """Every milestone of a municipality as the database has it."""
    rows = db.session.scalars(select(Milestone).where(Milestone.municipality_id == place.id))
    return list(rows.all())


def counted(place: Place, day: date) -> dict[str, Any]:
    """The counts of a standing, one row after the other."""
    counts: dict[str, Any] = dict.fromkeys(STANDING_COUNTS, 0)
    signs = [date.min]
    for row in commitments_of(place):
        late = row.is_open and row.due_on is not None and row.due_on < day
        steps = [m for m in milestones_of(place) if m.commitment_id == row.id and m.is_open and m.due_on]
        late_step = row.is_open and any(m.due_on < day for m in steps if m.due_on)
        soon = row.is_open and row.due_on is not None and (row.due_on - day).days <= 14
        completed = row.completed_on != NEVER
        counts["open_count"] += row.is_open
        counts["overdue_count"] += late
        counts["late_step_count"] += late_step and not late
        counts["due_soon_count"] += soon and not late
        for clock in ("behind", "silent", "blocked"):
            # Their stored days are compared with the rules in check_everything.
            counts[f"{clock}_count"] += getattr(row, f"{clock}_from") <= day
        counts["undated_count"] += row.is_open and row.due_on is None
        counts["completed_count"] += completed
        kept = row.outcome == "fulfilled" and not row.completion_not_stated
        first = row.first_due_on
        counts["on_time_count"] += completed and kept and first is not None and row.completed_on <= first
        counts["cancelled_count"] += row.cancelled_on != NEVER
        signs.append(row.last_sign_on or date.min)
    counts["last_sign_on"] = None if max(signs) == date.min else max(signs)
    return counts


def standings_of(place: Place) -> list[Standing]:
    """The standings of a municipality, oldest first."""
    db.session.flush()
    rows = db.session.scalars(
        select(Standing).where(Standing.municipality_id == place.id).order_by(Standing.from_on)
    )
    return list(rows.all())


def counts_of(standing: Standing) -> dict[str, Any]:
    """The counts of a stored standing."""
    return {name: getattr(standing, name) for name in STANDING_COUNTS}


def check_everything(place: Place, day: date) -> None:
    """Whatever was done up to now: stored dates, standings and the watch follow from the facts."""
    policy = policy_for(place)
    checks = [NEVER]
    rows: list[Commitment | Milestone] = [*commitments_of(place), *milestones_of(place)]
    for row in rows:
        struck = rules.clocks(row.date_facts, policy)
        assert (row.soon_from, row.overdue_from) == (struck.soon_from, struck.overdue_from), row.title
        assert row.next_check_on == next_check_of(row, policy), row.title
        assert NEVER in (row.completed_on, row.cancelled_on), f"{row.title} ended in two ways"
        checks.append(row.next_check_on)
    for commitment in commitments_of(place):
        steps = [m.overdue_from for m in milestones_of(place) if m.commitment_id == commitment.id]
        wanted = min(steps, default=NEVER) if commitment.is_open else NEVER
        assert commitment.late_step_from == wanted, commitment.title
        own = [m for m in milestones_of(place) if m.commitment_id == commitment.id]
        follow = rules.follow_clocks(commitment.follow_facts(own), policy)
        stored = rules.FollowClocks(commitment.behind_from, commitment.silent_from, commitment.blocked_from)
        assert stored == replace(follow, silence_days=0), commitment.title
    watch = db.session.get(Watch, place.id)
    assert watch is not None
    assert watch.next_check_on == min(checks)
    standings = standings_of(place)
    assert counts_of(standings[-1]) == counted(place, day)
    assert [s.until_on for s in standings] == [*(s.from_on for s in standings[1:]), NEVER]
