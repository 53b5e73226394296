"""Making and editing milestones."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import fill_quiet, milestones_of, move_date, open_commitment
from tracker.agenda.operations.reckoning import reckon, recount, restart
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.notices.operations import void
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place


def add_milestone(
    act: Act,
    place: Place,
    commitment_code: str,
    title: str,
    due_on: date | None,
    due_precision: str = "day",
    weight: int = 1,
    code: str = "",
) -> Milestone:
    """Add a dated step to an open commitment; raises Refused with a message per field."""
    hold(place.id)
    commitment = open_commitment(place.id, commitment_code)
    due_on = rules.end_of_period(due_on, due_precision) if due_on else None
    _check(commitment, title, due_on, weight)
    milestone = Milestone(
        municipality_id=place.id,
        commitment_id=commitment.id,
        code=code,
        title=title.strip(),
        due_on=due_on,
        due_precision=due_precision if due_on else "day",
        first_due_on=due_on,
        entered_on=act.day,
        assistant=act.assistant,
        weight=weight,
    )
    fill_quiet(milestone)
    db.session.add(milestone)
    db.session.flush()
    reckon(commitment, milestones_of(commitment), policy_for(place))
    recount(place.id, act.day)
    changes: dict[str, tuple[Any, Any]] = {"title": (None, title), "due_on": (None, due_on)}
    record(act, "add_milestone", place.id, commitment.subject, changes, milestone.subject)
    return milestone


def edit_milestone(
    act: Act,
    place: Place,
    commitment_code: str,
    milestone_id: int,
    title: str,
    due_on: date | None,
    due_precision: str = "day",
    weight: int = 1,
    date_reason: str = "",
) -> Milestone:
    """Change a milestone; a moved date needs a reason and becomes a row of the ledger."""
    hold(place.id)
    commitment = open_commitment(place.id, commitment_code)
    milestone = milestone_for_write(commitment, milestone_id)
    if not milestone.is_open:
        raise Refused(_l("This milestone is closed. Reopen it first."))
    due_on = rules.end_of_period(due_on, due_precision) if due_on else None
    _check(commitment, title, due_on, weight)
    changes: dict[str, tuple[Any, Any]] = {
        "title": (milestone.title, title.strip()),
        "due_on": (milestone.due_on, due_on),
        "due_precision": (milestone.due_precision, due_precision if due_on else "day"),
        "weight": (milestone.weight, weight),
    }
    if milestone.due_on != due_on:
        changes["reason"] = (None, date_reason.strip() or None)
        move_date(act, milestone, due_on, due_precision, date_reason)
        void(place.id, milestone.subject, "changed", act.day)
        restart(milestone)
    milestone.title, milestone.due_on, milestone.weight = title.strip(), due_on, weight
    milestone.assistant = act.assistant
    milestone.due_precision = due_precision if due_on else "day"
    reckon(commitment, milestones_of(commitment), policy_for(place))
    recount(place.id, act.day)
    record(act, "edit_milestone", place.id, commitment.subject, changes, milestone.subject)
    return milestone


def milestone_for_write(commitment: Commitment, milestone_id: int) -> Milestone:
    """The milestone of this very commitment, else NotHere."""
    milestone = db.session.scalar(
        select(Milestone).where(
            Milestone.municipality_id == commitment.municipality_id,
            Milestone.commitment_id == commitment.id,
            Milestone.id == milestone_id,
        )
    )
    if milestone is None:
        raise NotHere(milestone_id)
    return milestone


def _check(commitment: Commitment, title: str, due_on: date | None, weight: int) -> None:
    wrong: dict[str, object] = {}
    if not title.strip():
        wrong["title"] = _l("Write what is to be reached.")
    elif len(title) > rules.TITLE_LENGTH:
        wrong["title"] = _l("At most %(count)s characters.", count=rules.TITLE_LENGTH)
    if due_on is not None and not FIRST_DAY <= due_on <= LAST_DAY:
        wrong["due_on"] = _l("Give a day between 1990 and 2100.")
    elif due_on and commitment.start_on and due_on < commitment.start_on:
        wrong["due_on"] = _l("The due date is before the start of the commitment.")
    if not 0 <= weight <= 1000:
        wrong["weight"] = _l("Give a whole number from 0 to 1000.")
    if wrong:
        raise Refused(fields=wrong)
