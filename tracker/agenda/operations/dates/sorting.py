"""Bringing up to date what was late already when it came in: done, a new date, dropped or kept; many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import milestones_of, move_date
from tracker.agenda.operations.reckoning import reckon, recount, restart
from tracker.agenda.queries.sorting import rows_called
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.notices.operations import void
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place

#: What the ledger says of a date that was brought up to date.
REASON = _l("brought up to date after it came in")


@dataclass(frozen=True)
class Choice:
    """What becomes of one row."""

    #: One of rules.SORTED.
    how: str
    #: The day it was done, or the new date.
    on: date | None = None
    #: Why it is dropped; with a new date a word more, if anybody wants to say one.
    reason: str = ""


def bring_up_to_date(act: Act, place: Place, choices: Mapping[str, Choice]) -> int:
    """Sort rows that came in late, by subject (`commitment:12`, `milestone:40`); how many. All of them or none.

    A new date is no slippage, and the first promised date stays. What somebody else sorted or ended meanwhile is
    left as it is. Raises Refused with a message by subject and field ("commitment:12 on").
    """
    hold(place.id)
    wrong = {subject: fault for subject, choice in choices.items() if (fault := _fault(act, choice))}
    if wrong:
        raise Refused(fields={f"{subject} {name}": message for subject, (name, message) in wrong.items()})
    sorted_rows = [
        row
        for row in rows_called(place.id, list(choices))
        if row.is_open and row.sorted_on is None and rules.arrived_late(row.date_facts)
    ]
    commitments: dict[int, Commitment] = {}
    for row in sorted_rows:
        commitment = row.commitment if isinstance(row, Milestone) else row
        if not row.is_open:
            # It ended together with its commitment a moment ago.
            continue
        commitments[commitment.id] = commitment
        _sort(act, place, row, commitment, choices[row.subject])
    _reckon(place, list(commitments.values()))
    if commitments:
        recount(place.id, act.day)
    return len(sorted_rows)


def _fault(act: Act, choice: Choice) -> tuple[str, object] | None:
    """What cannot stand in a choice: the field, and why."""
    if choice.how not in rules.SORTED:
        return "how", _l("Choose what becomes of it.")
    if choice.on is not None and not FIRST_DAY <= choice.on <= LAST_DAY:
        return "on", _l("Give a day between 1990 and 2100.")
    if choice.how == "done" and (choice.on is None or choice.on > act.day):
        return "on", _l("Give the day it was done, today at the latest.")
    if choice.how == "moved" and (choice.on is None or choice.on < act.day):
        return "on", _l("Give the new date, today at the earliest.")
    if choice.how == "dropped" and not choice.reason.strip():
        return "reason", _l("Say in a few words why it is dropped.")
    if len(choice.reason) > rules.TEXT_LENGTH:
        return "reason", _l("At most %(count)s characters.", count=rules.TEXT_LENGTH)
    return None


def _sort(act: Act, place: Place, row: Commitment | Milestone, commitment: Commitment, choice: Choice) -> None:
    row.sorted_on, row.assistant = act.day, act.assistant
    step = "_milestone" if isinstance(row, Milestone) else ""
    part = row.subject if step else None
    if choice.how == "kept":
        restart(row)
        record(act, "keep", place.id, commitment.subject, {"title": (None, row.title if step else None)}, part)
        return
    if choice.how == "moved":
        assert choice.on is not None
        reason = choice.reason.strip() or str(REASON)
        before = row.due_on
        move_date(act, row, choice.on, "day", reason, is_correction=True)
        row.due_on, row.due_precision, row.corrected_due_on = choice.on, "day", choice.on
        void(place.id, row.subject, "changed", act.day)
        restart(row)
        if isinstance(row, Commitment):
            row.version += 1
        changes = {"due_on": (before, choice.on), "reason": (None, reason)}
        record(act, "correct_date", place.id, commitment.subject, changes, part)
        return
    own = [m for m in milestones_of(row) if m.is_open] if isinstance(row, Commitment) else []
    for ended in (row, *own):
        ended.assistant = act.assistant
        _end(act, place, ended, choice)
    for ended in own:
        done_on = choice.on if choice.how == "done" else None
        with_it = {"title": (None, ended.title), "completed_on": (None, done_on)}
        how = "complete_milestone" if choice.how == "done" else "cancel_milestone"
        record(act, how, place.id, commitment.subject, with_it, ended.subject)
    said: dict[str, tuple[object, object]] = {"title": (None, row.title if step else None)}
    if choice.how == "done":
        said["completed_on"] = (None, choice.on)
    else:
        said["reason"] = (None, choice.reason.strip())
    verb = ("complete" if choice.how == "done" else "cancel") + step
    record(act, verb, place.id, commitment.subject, said, part)


def _end(act: Act, place: Place, row: Commitment | Milestone, choice: Choice) -> None:
    if choice.how == "done":
        assert choice.on is not None
        row.completed_on = choice.on
        row.begun_on = min(row.begun_on, choice.on)
        if isinstance(row, Commitment):
            row.outcome, row.closing_note = "fulfilled", choice.reason.strip()
            row.last_sign_on = max(act.day, row.last_sign_on or act.day)
            if not row.quantity:
                row.progress = 100
    else:
        row.cancelled_on, row.end_reason = act.day, choice.reason.strip()
    void(place.id, row.subject, "completed" if row.completed_on != NEVER else "cancelled", act.day)
    restart(row)


def _reckon(place: Place, commitments: Sequence[Commitment]) -> None:
    policy = policy_for(place)
    for commitment in commitments:
        reckon(commitment, milestones_of(commitment), policy)
