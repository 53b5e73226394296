"""The scheduled check: what strikes on a local day is raised as notices, each once.

It asks for rows whose `next_check_on` has come, so its cost follows what changes that day; the notice key makes
repeats harmless. Each call works in the caller's transaction, on municipalities it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone, Watch
from tracker.agenda.operations import recount_many
from tracker.agenda.queries.follow_up import rows_in_state, rows_to_check
from tracker.core.db import db
from tracker.follow_up.escalation import Roster, add_parties, notices_for, roster_of
from tracker.notices.operations import raise_notices
from tracker.notices.rules import Raised
from tracker.territory.queries import hold_all, policies_for
from tracker.territory.rules import Place, Policy

#: Named in the answer from the first day, so that scripts need not change when these clocks strike too.
CLOCKS_TO_COME = ("behind", "silent", "blocked")


@dataclass
class Checked:
    """What a check found and did."""

    day: date
    municipalities: int = 0
    looked_at: int = 0
    overdue: list[dict[str, Any]] = field(default_factory=list)
    due_soon: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The shape of `flask check --format json`."""
        return {
            "day": self.day.isoformat(),
            "municipalities": self.municipalities,
            "looked_at": self.looked_at,
            "overdue": self.overdue,
            "due_soon": self.due_soon,
            **{clock: [] for clock in CLOCKS_TO_COME},
            "notices": self.notices,
            "failed": self.failed,
        }


def check_places(
    places: Sequence[Place], day: date, at: datetime, everything: bool = False, dry_run: bool = False
) -> Checked:
    """Check these municipalities for their local `day`: raise the current step of each struck clock.

    `everything` looks at every open row, not only at those whose check has come. `dry_run` writes nothing.
    A day before a municipality's last check raises nothing there.
    """
    done = Checked(day, municipalities=len(places))
    ids = sorted(place.id for place in places)
    if not dry_run:
        hold_all(ids)
    by_id = {place.id: place for place in places}
    policies = policies_for(places)
    watches = {
        w.municipality_id: w for w in db.session.scalars(select(Watch).where(Watch.municipality_id.in_(ids)))
    }
    due = [i for i in ids if i in watches and watches[i].checked_on <= day]
    rows = rows_to_check(due, day, everything)
    done.looked_at = len(rows)
    roster = roster_of(sorted({commitment.municipality_id for _, commitment in rows}))
    add_parties(roster, [commitment for _, commitment in rows])
    raised: list[Raised] = []
    for row, commitment in rows:
        place = by_id[commitment.municipality_id]
        raised += _look_at(row, commitment, day, place, policies[place.id][0], roster, dry_run)
    codes = {row.subject: (commitment.code, row) for row, commitment in rows}
    fresh = [n for n in raised if not n.skipped] if dry_run else raise_notices(raised, at, day)
    done.notices = [_notice_line(n, codes, by_id) for n in fresh if not n.skipped]
    if not dry_run:
        recount_many(dict.fromkeys(due, day))
        for municipality_id in due:
            watches[municipality_id].checked_on = day
        db.session.flush()
    return done


def list_states(done: Checked, places: Sequence[Place], day: date) -> None:
    """Fill in what is overdue and due soon on the day in these municipalities."""
    by_id = {place.id: place for place in places}
    for state, target in (("overdue", done.overdue), ("due_soon", done.due_soon)):
        for row, commitment, lead in rows_in_state(state, sorted(by_id), day):
            target.append(_state_line(row, commitment, lead, by_id[commitment.municipality_id], day))


def places_due(day_of: dict[int, date]) -> list[int]:
    """Of these municipalities (id → local day) those whose check has come and was not yet made that day."""
    if not day_of:
        return []
    latest = max(day_of.values())
    waiting = db.session.execute(
        select(Watch.municipality_id, Watch.next_check_on, Watch.checked_on).where(Watch.next_check_on <= latest)
    )
    return [i for i, on, checked in waiting if i in day_of and on <= day_of[i] and checked <= day_of[i]]


def _look_at(
    row: Commitment | Milestone,
    commitment: Commitment,
    day: date,
    place: Place,
    policy: Policy,
    roster: Roster,
    dry_run: bool,
) -> list[Raised]:
    """The notices of one row on the day; moves its check on."""
    facts = row.date_facts
    fallen = rules.steps_between(facts, policy, row.checked_on, day)
    current = rules.current_step(facts, policy, day)
    if not dry_run:
        row.checked_on = max(day, row.checked_on)
        row.next_check_on = rules.next_check_on(facts, policy, row.checked_on)
    if current is None:
        return []
    raised = notices_for(row, commitment, current, place, policy, roster, skipped=False)
    for step in fallen[:-1]:
        # Steps from before it came in were nobody's to send: they are not recorded as skipped.
        if step.falls_on >= facts.entered_on:
            raised += notices_for(row, commitment, step, place, policy, roster, skipped=True)
    return raised


def _notice_line(notice: Raised, codes: dict[str, Any], places: dict[int, Place]) -> dict[str, Any]:
    code, row = codes[notice.subject]
    return {
        "recipient": notice.recipient,
        "step": notice.step,
        "municipality": places[notice.municipality_id].code,
        "commitment": code,
        "milestone": row.title if isinstance(row, Milestone) else None,
        "why": notice.audience,
    }


def _state_line(
    row: Commitment | Milestone, commitment: Commitment, lead: str | None, place: Place, day: date
) -> dict[str, Any]:
    return {
        "municipality": place.code,
        "commitment": commitment.code,
        "milestone": row.title if isinstance(row, Milestone) else None,
        "unit": lead,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "days_late": max(0, (day - row.due_on).days) if row.due_on else 0,
    }
