"""The answer of a check: what it found and did, in counts and in lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.agenda.models import Commitment, Milestone, Watch
from tracker.agenda.queries.follow_up import rows_in_state
from tracker.notices.rules import Raised
from tracker.territory.rules import Place, Policy

#: States that the answer lists.
LISTED = ("overdue", "due_soon", "behind", "silent", "blocked")


@dataclass
class Checked:
    """What a check found and did."""

    day: date
    municipalities: int = 0
    looked_at: int = 0
    #: Rows on which a clock struck since the check before.
    changed: int = 0
    #: Notices raised for somebody; of steps passed over or not wanted; that nobody can hear.
    told: int = 0
    skipped: int = 0
    nobody: int = 0
    #: Rows by state, of LISTED; filled where they are asked for.
    states: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in LISTED})
    #: Filled where it is asked for: the scheduled check builds no lists.
    notices: list[dict[str, Any]] = field(default_factory=list)
    #: Steps passed over, and what its reader does without; filled where it is asked for.
    not_told: list[dict[str, Any]] = field(default_factory=list)
    #: By municipality when it is checked and by which figures; filled where lines are asked for.
    known: dict[int, tuple[Watch, Policy]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The shape of `flask check --format json`."""
        return {
            "day": self.day.isoformat(),
            **self.counts(),
            **self.states,
            "notices": self.notices,
            "not_told": self.not_told,
            "failed": self.failed,
        }

    def counts(self) -> dict[str, int]:
        """What it did, in numbers."""
        names = ("municipalities", "looked_at", "changed", "told", "skipped", "nobody")
        return {name: getattr(self, name) for name in names}

    def add(self, part: "Checked") -> None:
        """Count what another part of the same check did."""
        for name, number in part.counts().items():
            setattr(self, name, getattr(self, name) + number)
        self.notices += part.notices
        self.not_told += part.not_told
        self.known |= part.known


def list_states(done: Checked, places: Sequence[Place], day: date) -> None:
    """Fill in what is overdue, due soon, behind, silent and blocked on the day in these municipalities."""
    by_id = {place.id: place for place in places}
    for state in LISTED:
        for row, commitment, lead in rows_in_state(state, sorted(by_id), day):
            done.states[state].append(_state_line(row, commitment, lead, by_id[commitment.municipality_id], day))


def notice_line(notice: Raised, codes: dict[str, Any], places: dict[int, Place], falls_on: date) -> dict[str, Any]:
    """A notice as plain JSON; `falls_on` is the day on which a check that is never late tells it."""
    code, row = codes[notice.subject]
    return {
        "subject": notice.subject,
        "recipient": notice.recipient,
        "name": notice.name,
        "step": notice.step,
        "municipality": places[notice.municipality_id].code,
        "commitment": code,
        "milestone": row.title if isinstance(row, Milestone) else None,
        "title": row.title,
        "of": notice.facts["of"],
        "unit": notice.facts["unit"],
        "clock": notice.facts["clock"],
        "due_on": notice.facts["due_on"],
        "precision": notice.facts["precision"],
        "falls_on": falls_on.isoformat(),
        "struck_on": notice.struck_on.isoformat(),
        **{name: notice.facts.get(name) for name in ("last_on", "figure", "share", "needed", "who")},
        "quiet_start": notice.facts["quiet_start"],
        "why": notice.audience,
        "state": "skipped" if notice.skipped else "unwanted" if notice.unwanted else notice.first_state[0],
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
