"""What happened to a commitment so far: updates, the trail, notices, moves of dates, parts and money."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tracker.agenda.models import Commitment
from tracker.notices.rules import notice_key

#: Every so many commitments have a co-responsible unit and money; those led by a position divisible by it.
SHARED_EVERY = 10
UPDATES, ENTRIES = 2, 3


def of(
    commitment: Commitment, identity: int, position: int, at: datetime, first_unit: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and row of everything beside a commitment and its milestones."""
    own = {"commitment_id": identity}
    subject = f"commitment:{identity}"
    who = {"by": "Ana Medida", "at": at}
    if position % SHARED_EVERY == 0:
        yield "party", {**own, "kind": "co_responsible", "unit_id": first_unit + 1, "part": "Presta las máquinas"}
        money = {"fiscal_year": at.year, "source": "Propios", "currency": "MXN", "assigned_minor": 125_000_00}
        yield "budget", {**own, **money}
    if commitment.first_due_on and commitment.first_due_on != commitment.due_on:
        yield (
            "date_change",
            {
                **own,
                **who,
                "milestone_id": None,
                "old_due_on": commitment.first_due_on,
                "old_precision": "day",
                "new_due_on": commitment.due_on,
                "new_precision": "day",
                "reason": "La transferencia llegó tarde.",
                "on": at.date(),
            },
        )
    for number in range(UPDATES):
        said = f"Se avanza según lo previsto ({number + 1})."
        yield "progress_update", {**own, **who, "on": at.date(), "progress": 10 * number, "text": said}
    for number in range(ENTRIES):
        entry = {"at": at, "day": at.date(), "name": "Ana Medida", "door": "page", "subject": subject}
        changes = {"progress": [10 * number, 10 * number + 10], "text": [None, "Se avanza según lo previsto."]}
        yield "audit_entry", {**entry, "verb": "report" if number else "create", "changes": changes}
    if commitment.is_open and commitment.due_on and commitment.due_on < at.date():
        yield "notice", _notice(commitment, subject, identity, at)


def _notice(commitment: Commitment, subject: str, identity: int, at: datetime) -> dict[str, Any]:
    """The mail its unit had the day after it was due."""
    assert commitment.due_on is not None
    struck_on, recipient = commitment.overdue_from, f"{identity % 1000}@example.org"
    return {
        "key": notice_key(subject, "overdue+1", struck_on, recipient),
        "subject": subject,
        "step": "overdue+1",
        "struck_on": struck_on,
        "recipient": recipient,
        "name": "Obras Públicas",
        "locale": "es",
        "audience": "responsible",
        "state": "sent",
        "reason": "",
        "facts": {
            "clock": "overdue",
            "code": commitment.code,
            "title": commitment.title,
            "of": None,
            "due_on": commitment.due_on.isoformat(),
            "precision": "day",
            "first_due_on": commitment.first_due_on.isoformat() if commitment.first_due_on else None,
            "unit": "Obras Públicas",
            "quiet_start": False,
        },
        "raised_at": at,
        "day": at.date(),
    }
