"""Suspending a commitment: while nothing can be done pace and silence rest; its due date does not move thereby."""

from datetime import date

from tracker.agenda.models import Commitment
from tracker.agenda.operations.commitments import milestones_of, open_commitment
from tracker.agenda.operations.reckoning import reckon, recount
from tracker.agenda.rules import TEXT_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place


def suspend(
    act: Act, place: Place, code: str, from_on: date | None, until_on: date | None, reason: str
) -> Commitment:
    """Let pace and silence of an open commitment rest from a day, today at the latest, up to and including another.

    A suspension that was there before is replaced. Raises Refused with a message per field.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    wrong: dict[str, object] = {}
    if from_on is None or not FIRST_DAY <= from_on <= act.day:
        wrong["from_on"] = _l("Give the first day, today at the latest.")
    if until_on is None or not FIRST_DAY <= until_on <= LAST_DAY:
        wrong["until_on"] = _l("Give the last day.")
    elif from_on is not None and until_on < from_on:
        wrong["until_on"] = _l("The last day is before the first one.")
    if not reason.strip():
        wrong["reason"] = _l("Say in a few words why it is suspended.")
    elif len(reason) > TEXT_LENGTH:
        wrong["reason"] = _l("At most %(count)s characters.", count=TEXT_LENGTH)
    if wrong:
        raise Refused(fields=wrong)
    commitment.suspended_from, commitment.suspended_until = from_on, until_on
    commitment.suspended_reason = reason.strip()
    said: dict[str, tuple[object, object]] = {"from_on": (None, from_on), "until_on": (None, until_on)}
    said["reason"] = (None, reason.strip())
    _settle(act, place, commitment, "suspend", said)
    return commitment


def end_suspension(act: Act, place: Place, code: str) -> Commitment:
    """End a suspension that runs: today is its last day, and pace and silence are reckoned anew from it."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    before = commitment.suspended_until
    if not commitment.is_suspended_on(act.day) or before == act.day:
        raise Refused(_l("This commitment is not suspended, or only until today."))
    commitment.suspended_until = act.day
    _settle(act, place, commitment, "end_suspension", {"until_on": (before, act.day)})
    return commitment


def _settle(
    act: Act, place: Place, commitment: Commitment, verb: str, said: dict[str, tuple[object, object]]
) -> None:
    commitment.assistant = act.assistant
    reckon(commitment, milestones_of(commitment), policy_for(place))
    recount(place.id, act.day)
    record(act, verb, place.id, commitment.subject, said)
