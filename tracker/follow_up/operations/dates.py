"""New dates: asked for with a reason, granted or refused by who coordinates, withdrawn by who asked."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import note_signs, recount
from tracker.agenda.operations.commitments import milestones_of, open_commitment
from tracker.agenda.operations.dates.giving import give_date
from tracker.agenda.operations.milestones import milestone_for_write
from tracker.agenda.operations.reckoning import reckon
from tracker.agenda.rules import PRECISIONS, TEXT_LENGTH, end_of_period
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.models import DateRequest
from tracker.follow_up.operations.answering import tell_answer
from tracker.follow_up.operations.finding import found_on
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import LAST_DAY, Place


@dataclass(frozen=True)
class NewDate:
    """What is asked for: a day with its precision, of a commitment or of one of its milestones, and why."""

    due_on: date | None
    precision: str
    reason: str
    milestone_id: int | None = None


def ask_new_date(act: Act, place: Place, code: str, wanted: NewDate, decides: bool = False) -> DateRequest:
    """Ask for another date of an open commitment or milestone: a sign of life; the date stays until it is granted.

    Where who asks also `decides`, it takes effect at once; its row in the ledger names the same person twice.
    Raises Refused with a message per field; NotHere for a milestone of another commitment.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    row = _row(commitment, wanted.milestone_id)
    due_on = checked_date(act, commitment, row, wanted)
    if _open_request(row) is not None:
        raise Refused(_l("A new date is asked for already. It has to be answered or withdrawn first."))
    request = DateRequest(
        municipality_id=place.id,
        commitment_id=commitment.id,
        milestone_id=wanted.milestone_id,
        subject=row.subject,
        old_due_on=row.due_on,
        new_due_on=due_on,
        new_precision=wanted.precision,
        reason=wanted.reason.strip(),
        asked_on=act.day,
        at=act.at,
        by=act.name,
        by_user_id=act.user_id,
        assistant=act.assistant,
        answer="",
        answered_on=NEVER,
        answered_by="",
        answer_reason="",
    )
    db.session.add(request)
    note_signs(act, place, [commitment], begun=False)
    if decides:
        _grant(act, place, commitment, row, request)
    else:
        said: dict[str, tuple[object, object]] = {
            "asked_due_on": (None, due_on),
            "reason": (None, request.reason),
        }
        record(act, "ask_date", place.id, commitment.subject, said, _part(row))
    recount(place.id, act.day)
    return request


def grant_new_date(act: Act, place: Place, code: str, request_id: int) -> DateRequest:
    """Let a date move as it was asked for; the first promised date stays, and who asked is told.

    Raises Refused where it is answered, or where what was changed meanwhile leaves no room for that date.
    """
    commitment, row, request = _to_answer(place, code, request_id)
    if commitment.start_on and request.new_due_on < commitment.start_on:
        raise Refused(_l("The commitment begins after this date by now: let the date stand, or change the start."))
    _grant(act, place, commitment, row, request)
    recount(place.id, act.day)
    tell_answer(act, place, commitment, row, request)
    return request


def refuse_new_date(act: Act, place: Place, code: str, request_id: int, reason: str) -> DateRequest:
    """Let a date stand, and say why; who asked is told. Raises Refused without a reason or where it is answered."""
    commitment, row, request = _to_answer(place, code, request_id)
    if not reason.strip():
        raise Refused(fields={"reason": _l("Say in a few words why.")})
    if len(reason) > TEXT_LENGTH:
        raise Refused(fields={"reason": _l("At most %(count)s characters.", count=TEXT_LENGTH)})
    _answer(act, request, "refused", reason.strip())
    said: dict[str, tuple[object, object]] = {
        "asked_due_on": (request.new_due_on, None),
        "reason": (None, request.answer_reason),
    }
    record(act, "refuse_date", place.id, commitment.subject, said, _part(row))
    tell_answer(act, place, commitment, row, request)
    return request


def withdraw_date_request(act: Act, place: Place, code: str, request_id: int) -> DateRequest:
    """Ask for it no more; nobody is told. Raises Refused where it is answered."""
    commitment, row, request = _to_answer(place, code, request_id)
    _answer(act, request, "withdrawn")
    said: dict[str, tuple[object, object]] = {"asked_due_on": (request.new_due_on, None)}
    record(act, "withdraw_date_request", place.id, commitment.subject, said, _part(row))
    return request


def _grant(
    act: Act, place: Place, commitment: Commitment, row: Commitment | Milestone, request: DateRequest
) -> None:
    before = row.due_on
    if (before, row.due_precision) != (request.new_due_on, request.new_precision):
        # Somebody may have given it this very date meanwhile: that was the move.
        asked = request.by, request.asked_on
        give_date(act, row, request.new_due_on, request.new_precision, request.reason, asked)
    reckon(commitment, milestones_of(commitment), policy_for(place))
    _answer(act, request, "granted")
    said: dict[str, tuple[object, object]] = {
        "due_on": (before, request.new_due_on),
        "reason": (None, request.reason),
        "asked_by": (None, request.by),
    }
    record(act, "grant_date", place.id, commitment.subject, said, _part(row))


def _answer(act: Act, request: DateRequest, answer: str, reason: str = "") -> None:
    request.answer, request.answered_by, request.answer_reason = answer, act.name, reason
    request.answered_on = act.day


def _to_answer(place: Place, code: str, request_id: int) -> tuple[Commitment, Commitment | Milestone, DateRequest]:
    """An open request about something that is open, with its commitment and row, the municipality held."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    request = found_on(DateRequest, commitment, request_id)
    if not request.is_open:
        raise Refused(_l("This is answered already."))
    return commitment, _row(commitment, request.milestone_id), request


def _row(commitment: Commitment, milestone_id: int | None) -> Commitment | Milestone:
    if milestone_id is None:
        return commitment
    milestone = milestone_for_write(commitment, milestone_id)
    if not milestone.is_open:
        raise Refused(_l("This milestone is closed. Reopen it first."))
    return milestone


def _open_request(row: Commitment | Milestone) -> DateRequest | None:
    return db.session.scalar(
        select(DateRequest).where(
            DateRequest.municipality_id == row.municipality_id,
            DateRequest.subject == row.subject,
            DateRequest.answered_on == NEVER,
        )
    )


def checked_date(act: Act, commitment: Commitment, row: Commitment | Milestone, wanted: NewDate) -> date:
    """The last day of the period that is wanted; Refused with every field that cannot stand."""
    wrong: dict[str, object] = {}
    if wanted.precision not in PRECISIONS:
        wrong["due_precision"] = _l("Choose one of the list.")
    due_on = wanted.due_on
    if due_on is not None and not wrong and due_on <= LAST_DAY:
        due_on = end_of_period(due_on, wanted.precision)
    if due_on is None or not act.day <= due_on <= LAST_DAY:
        wrong["due_on"] = _l("Give the new date, today at the earliest.")
    elif (due_on, wanted.precision) == (row.due_on, row.due_precision):
        wrong["due_on"] = _l("This is the date that stands already.")
    elif commitment.start_on and due_on < commitment.start_on:
        wrong["due_on"] = _l("The due date is before the start of the commitment.")
    if not wanted.reason.strip():
        wrong["reason"] = _l("Say in a few words why the date moves.")
    elif len(wanted.reason) > TEXT_LENGTH:
        wrong["reason"] = _l("At most %(count)s characters.", count=TEXT_LENGTH)
    if wrong or due_on is None:
        raise Refused(fields=wrong)
    return due_on


def _part(row: Commitment | Milestone) -> str | None:
    return row.subject if isinstance(row, Milestone) else None
