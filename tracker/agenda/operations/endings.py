"""Completing, cancelling, reopening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import milestones_of, open_commitment, open_commitments
from tracker.agenda.operations.milestones import milestone_for_write
from tracker.agenda.operations.reckoning import reckon, recount, restart
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.notices.operations import unclear, void
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import FIRST_DAY, Place


@dataclass(frozen=True)
class Ending:
    """How commitments end: fulfilled, in part or not fulfilled; the note is needed."""

    completed_on: date
    outcome: str
    closing_note: str
    #: What becomes of open milestones: `complete` or `cancel`; needed when there are any.
    open_milestones: str = ""


def complete_commitment(
    act: Act,
    place: Place,
    code: str,
    completed_on: date,
    outcome: str,
    closing_note: str,
    open_milestones: str = "",
) -> Commitment:
    """Close a commitment; the same as `complete_commitments` for one."""
    return complete_commitments(act, place, [code], Ending(completed_on, outcome, closing_note, open_milestones))[0]


def complete_commitments(act: Act, place: Place, codes: Sequence[str], ending: Ending) -> list[Commitment]:
    """Close commitments that ended alike, each once. All of them or none.

    Raises Refused with a message per field, or naming those that ask for evidence first.
    """
    hold(place.id)
    commitments = open_commitments(place.id, codes)
    remaining = {one.id: [m for m in milestones_of(one) if m.is_open] for one in commitments}
    wrong = _wrong_ending(act, ending, any(remaining.values()))
    if wrong:
        raise Refused(fields=wrong)
    unshown = [one.code for one in commitments if one.evidence_required and one.evidence_on is None]
    if unshown and ending.outcome != "not_fulfilled":
        if len(commitments) == 1:
            raise Refused(_l("This commitment asks for evidence: report with a photo, a document or a link first."))
        raise Refused(
            _l(
                "These ask for evidence before they are closed, a photo, a document or a link: %(codes)s.",
                codes=", ".join(unshown),
            )
        )
    for commitment in commitments:
        _complete(act, place, commitment, remaining[commitment.id], ending)
    recount(place.id, act.day)
    return commitments


def _wrong_ending(act: Act, ending: Ending, steps_are_open: bool) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if ending.outcome not in rules.OUTCOMES:
        wrong["outcome"] = _l("Choose how it ended.")
    if not ending.closing_note.strip():
        wrong["closing_note"] = _l("Write a sentence about how it ended.")
    wrong |= _wrong_end_day(act, ending.completed_on)
    if steps_are_open and ending.open_milestones not in ("complete", "cancel"):
        wrong["open_milestones"] = _l("Say what becomes of the open milestones.")
    return wrong


def _complete(act: Act, place: Place, commitment: Commitment, remaining: list[Milestone], ending: Ending) -> None:
    """Close one; does not recount."""
    completed_on, outcome, note = ending.completed_on, ending.outcome, ending.closing_note
    _end_milestones(act, place, commitment, remaining, ending.open_milestones, completed_on, note)
    commitment.completed_on, commitment.outcome = completed_on, outcome
    commitment.closed_at, commitment.closed_by_user_id = act.at, act.user_id
    commitment.closing_note = note.strip()
    commitment.begun_on = min(commitment.begun_on, completed_on)
    if outcome == "fulfilled" and not commitment.quantity:
        commitment.progress = 100
    _signed(act, commitment)
    _settle(act, place, commitment, "complete")
    said: dict[str, tuple[object, object]] = {"outcome": (None, outcome), "completed_on": (None, completed_on)}
    said["closing_note"] = (None, commitment.closing_note)
    record(act, "complete", place.id, commitment.subject, said)


def cancel_commitment(act: Act, place: Place, code: str, reason: str) -> Commitment:
    """Drop a commitment with a reason; its open milestones are dropped with it."""
    hold(place.id)
    commitment = open_commitment(place.id, code, draft_too=True)
    if not reason.strip():
        raise Refused(fields={"reason": _l("Say in a few words why it is dropped.")})
    remaining = [m for m in milestones_of(commitment) if m.is_open]
    _end_milestones(act, place, commitment, remaining, "cancel", act.day, reason)
    commitment.cancelled_on, commitment.end_reason = act.day, reason.strip()
    _finish(act, place, commitment, "cancel", {"reason": (None, reason.strip())})
    return commitment


def reopen_commitment(act: Act, place: Place, code: str, reason: str) -> Commitment:
    """Take up a closed or dropped commitment again; its clocks restart."""
    hold(place.id)
    commitment = open_commitment(place.id, code, ended_too=True, draft_too=True)
    if commitment.is_open:
        return commitment
    if not reason.strip():
        raise Refused(fields={"reason": _l("Say in a few words why it is taken up again.")})
    ended: dict[str, tuple[object, object]] = {"outcome": (commitment.outcome, None)}
    if commitment.completed_on != NEVER:
        ended["completed_on"] = (commitment.completed_on, None)
    again = [commitment.subject]
    for milestone in milestones_of(commitment):
        # What was dropped with it comes back with it.
        if (
            milestone.cancelled_on < NEVER
            and not milestone.not_held
            and milestone.cancelled_on == commitment.cancelled_on
            and milestone.end_reason == commitment.end_reason
        ):
            milestone.cancelled_on, milestone.end_reason, milestone.reopened_on = NEVER, "", act.day
            milestone.assistant = act.assistant
            restart(milestone)
            again.append(milestone.subject)
            named = {"title": (None, milestone.title)}
            record(act, "reopen_milestone", place.id, commitment.subject, named, milestone.subject)
    unclear(place.id, again)
    commitment.completed_on = commitment.cancelled_on = NEVER
    commitment.outcome, commitment.end_reason, commitment.closing_note = None, "", ""
    commitment.completion_not_stated = False
    commitment.closed_at = commitment.closed_by_user_id = None
    commitment.reopened_on = act.day
    if commitment.progress == 100 and not commitment.quantity:
        # The figure said it was done, which is no longer so.
        commitment.progress = None
    _finish(act, place, commitment, "reopen", {**ended, "reason": (None, reason.strip())})
    return commitment


def complete_milestone(act: Act, place: Place, code: str, milestone_id: int, completed_on: date) -> Milestone:
    """Mark a milestone reached on a day that is not in the future; nothing more is asked."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    milestone = milestone_for_write(commitment, milestone_id)
    wrong = _wrong_end_day(act, completed_on)
    if wrong:
        raise Refused(fields=wrong)
    if milestone.completed_on == completed_on:
        return milestone
    milestone.completed_on, milestone.cancelled_on, milestone.end_reason = completed_on, NEVER, ""
    milestone.not_held = False
    milestone.begun_on = min(milestone.begun_on, completed_on)
    milestone.assistant = act.assistant
    commitment.begun_on = min(commitment.begun_on, completed_on)
    void(place.id, milestone.subject, "completed", act.day)
    _signed(act, commitment)
    _finish(
        act,
        place,
        commitment,
        "complete_milestone",
        {"title": (None, milestone.title), "completed_on": (None, completed_on)},
        milestone.subject,
    )
    return milestone


def cancel_milestone(act: Act, place: Place, code: str, milestone_id: int, reason: str) -> Milestone:
    """Drop a milestone with a reason."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    milestone = milestone_for_write(commitment, milestone_id)
    if not milestone.is_open:
        raise Refused(_l("This milestone is closed. Reopen it first."))
    if not reason.strip():
        raise Refused(fields={"reason": _l("Say in a few words why it is dropped.")})
    _end_milestones(act, place, commitment, [milestone], "cancel", act.day, reason)
    _settle(act, place, commitment, "cancel_milestone")
    recount(place.id, act.day)
    return milestone


def reopen_milestone(act: Act, place: Place, code: str, milestone_id: int) -> Milestone:
    """Take a milestone up again; undoes its completion or its dropping."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    milestone = milestone_for_write(commitment, milestone_id)
    if milestone.is_open:
        return milestone
    milestone.completed_on = milestone.cancelled_on = NEVER
    milestone.not_held = False
    milestone.end_reason = ""
    milestone.reopened_on = act.day
    milestone.assistant = act.assistant
    restart(milestone)
    unclear(place.id, [milestone.subject])
    _finish(act, place, commitment, "reopen_milestone", {"title": (None, milestone.title)}, milestone.subject)
    return milestone


def _finish(
    act: Act,
    place: Place,
    commitment: Commitment,
    verb: str,
    changes: dict[str, tuple[object, object]],
    part: str | None = None,
) -> None:
    """Reckon, recount, note; an ended commitment's notices are void."""
    _settle(act, place, commitment, verb)
    recount(place.id, act.day)
    record(act, verb, place.id, commitment.subject, changes, part)


def _settle(act: Act, place: Place, commitment: Commitment, verb: str) -> None:
    """What follows from an ending or its undoing.

    Its own steps begin afresh where it ended or was taken up again; a milestone's ending changes none of them.
    Does not recount.
    """
    if verb in ("complete", "cancel", "reopen"):
        restart(commitment)
        commitment.assistant = act.assistant
    if not commitment.is_open:
        how = "completed" if commitment.completed_on != NEVER else "cancelled"
        void(place.id, commitment.subject, how, act.day)
    reckon(commitment, milestones_of(commitment), policy_for(place))


def _end_milestones(
    act: Act, place: Place, commitment: Commitment, milestones: list[Milestone], how: str, day: date, reason: str
) -> None:
    for milestone in milestones:
        milestone.assistant = act.assistant
        said: dict[str, tuple[object, object]] = {"title": (None, milestone.title)}
        if how == "complete":
            milestone.completed_on = day
            milestone.begun_on = min(milestone.begun_on, day)
            said["completed_on"] = (None, day)
        else:
            milestone.cancelled_on, milestone.end_reason = act.day, reason.strip()
            said["reason"] = (None, reason.strip())
        record(act, how + "_milestone", place.id, commitment.subject, said, milestone.subject)
        void(place.id, milestone.subject, "completed" if how == "complete" else "cancelled", act.day)


def _signed(act: Act, commitment: Commitment) -> None:
    commitment.last_sign_on = max(act.day, commitment.last_sign_on or act.day)


def _wrong_end_day(act: Act, completed_on: date) -> dict[str, object]:
    if not FIRST_DAY <= completed_on <= act.day:
        return {"completed_on": _l("Give the day it was done, today at the latest.")}
    return {}
