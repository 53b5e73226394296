"""Writes of the agenda. Each verb takes an `Act`, holds the municipality, never commits, never reads the time."""

from tracker.agenda.operations.commitments import create_commitment, edit_commitment, promise_draft
from tracker.agenda.operations.endings import (
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    complete_milestone,
    reopen_commitment,
    reopen_milestone,
)
from tracker.agenda.operations.files import attach
from tracker.agenda.operations.milestones import add_milestone, edit_milestone
from tracker.agenda.operations.reckoning import next_check_of, reckon, recount, recount_many, watch_of
from tracker.agenda.operations.signs import note_sign, note_signs
from tracker.agenda.operations.suspending import end_suspension, suspend

__all__ = [
    "add_milestone",
    "attach",
    "cancel_commitment",
    "cancel_milestone",
    "complete_commitment",
    "complete_milestone",
    "create_commitment",
    "edit_commitment",
    "edit_milestone",
    "end_suspension",
    "next_check_of",
    "note_sign",
    "note_signs",
    "promise_draft",
    "reckon",
    "recount",
    "recount_many",
    "reopen_commitment",
    "reopen_milestone",
    "suspend",
    "watch_of",
]
