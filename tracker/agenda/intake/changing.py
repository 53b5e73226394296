"""What a row changes: each difference written once and kept for the trail. Equal values touch nothing."""

from datetime import date
from typing import Any

from tracker.agenda import rules
from tracker.agenda.intake.incoming import Incoming
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import move_date
from tracker.audit.models import Act
from tracker.core.db import NEVER
from tracker.core.sheets import clean, fold

#: Field → (before, after).
Changes = dict[str, tuple[Any, Any]]

#: Reason in the ledger of dates.
REASON = "import"
_ONE_LINE = ("title", "measure")
_PROMISED = ("description", "verification", "measure", "start_on", "quantity", "public")


def change(subject: Commitment | Milestone, changes: Changes, name: str, value: Any) -> None:
    """Set a column if that says something new; text that differs by white space only does not."""
    before = getattr(subject, name)
    plain = before
    if isinstance(before, str):
        plain = fold(before) if name in _ONE_LINE else clean(before)
    if value in (before, plain):
        return
    changes[name] = (changes[name][0] if name in changes else before, value)
    setattr(subject, name, value)


def change_promise(act: Act, commitment: Commitment, changes: Changes, row: Incoming) -> None:
    """Title, texts, dates and quantity as far as the sheet has the columns; an empty cell empties them."""
    change(commitment, changes, "title", row.title)
    change_date(act, commitment, changes, row)
    for name in _PROMISED:
        if name in row.given:
            change(commitment, changes, name, getattr(row, name))


def change_date(act: Act, subject: Commitment | Milestone, changes: Changes, row: Incoming) -> None:
    """The due date; one that was there before leaves a row in the ledger, the first one stays for good."""
    if "due_on" not in row.given:
        return
    if subject.due_on != row.due_on:
        move_date(act, subject, row.due_on, row.due_precision, REASON)
    change(subject, changes, "due_on", row.due_on)
    change(subject, changes, "due_precision", row.due_precision if row.due_on else "day")


def change_report(act: Act, commitment: Commitment, changes: Changes, row: Incoming, sign_on: date) -> None:
    """Figures, stage and how it ended. Empty cells say nothing; `sign_on` is the day the sheet speaks of."""
    if row.delivered is not None:
        change(commitment, changes, "delivered", row.delivered)
    if commitment.quantity and row.delivered is not None:
        if "delivered" in changes or "quantity" in changes:
            change(commitment, changes, "progress", rules.progress_of(commitment.quantity, row.delivered))
    elif row.progress is not None:
        change(commitment, changes, "progress", row.progress)
    change_stage(act, commitment, changes, row, sign_on)
    if row.closing_note and commitment.cancelled_on == NEVER:
        change(commitment, changes, "closing_note", row.closing_note)
    if commitment.completed_on != NEVER:
        _change_outcome(commitment, changes, row)
    _note_sign(commitment, changes, sign_on)


def change_stage(act: Act, subject: Commitment | Milestone, changes: Changes, row: Incoming, sign_on: date) -> None:
    """Completed, cancelled, begun or open again, where the row says so."""
    if row.stage == "completed":
        if row.completed_on is not None:
            change(subject, changes, "completed_on", row.completed_on)
            change(subject, changes, "completion_not_stated", False)
        elif subject.completed_on == NEVER:
            change(subject, changes, "completed_on", sign_on)
            change(subject, changes, "completion_not_stated", True)
        change(subject, changes, "cancelled_on", NEVER)
        if isinstance(subject, Milestone):
            subject.not_held = False
        if "completed_on" in changes:
            subject.begun_on = min(subject.begun_on, subject.completed_on)
    elif row.stage == "cancelled":
        if subject.cancelled_on == NEVER:
            _open(subject, changes)
            change(subject, changes, "cancelled_on", sign_on)
        if row.closing_note:
            change(subject, changes, "end_reason", row.closing_note)
    elif row.stage is not None:
        if not subject.is_open:
            _open(subject, changes)
            subject.reopened_on = act.day
        if row.stage == "in_progress" and subject.begun_on == NEVER:
            change(subject, changes, "begun_on", sign_on)
        elif row.stage == "not_started" and not (isinstance(subject, Commitment) and subject.progress):
            change(subject, changes, "begun_on", NEVER)


def _open(subject: Commitment | Milestone, changes: Changes) -> None:
    for name, value in (("completed_on", NEVER), ("cancelled_on", NEVER), ("end_reason", "")):
        change(subject, changes, name, value)
    subject.completion_not_stated = False
    if isinstance(subject, Commitment):
        change(subject, changes, "outcome", None)
    else:
        subject.not_held = False


def _change_outcome(commitment: Commitment, changes: Changes, row: Incoming) -> None:
    if row.outcome is not None:
        change(commitment, changes, "outcome", row.outcome)
    elif commitment.outcome is None:
        # Where nobody says what was delivered, a row that is done has done all of it, unless its progress is less.
        silent = row.delivered is None and not commitment.delivered and row.progress in (None, 100)
        short = commitment.quantity is not None and commitment.delivered < commitment.quantity and not silent
        change(commitment, changes, "outcome", "in_part" if short else "fulfilled")
    done = commitment.outcome == "fulfilled" and "completed_on" in changes
    if done and row.progress is None and not (commitment.quantity and commitment.delivered):
        change(commitment, changes, "progress", 100)


def _note_sign(commitment: Commitment, changes: Changes, sign_on: date) -> None:
    """A figure above nothing, a beginning or an end shows that somebody is at work."""
    told = {"progress", "delivered", "begun_on", "completed_on"} & changes.keys()
    alive = commitment.progress or commitment.delivered or commitment.stage_on(sign_on) != "not_started"
    if told and alive:
        commitment.begun_on = min(commitment.begun_on, sign_on)
        commitment.last_sign_on = max(sign_on, commitment.last_sign_on or sign_on)
