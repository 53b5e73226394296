"""Giving a promise another date, as a whole: the ledger, the date, what was to be said of the old one."""

from datetime import date, timedelta

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import move_date, open_commitment
from tracker.agenda.operations.reckoning import recount, restart
from tracker.agenda.operations.signs import note_signs
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.notices.operations import void
from tracker.territory.queries import hold
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place


def give_date(
    act: Act,
    row: Commitment | Milestone,
    due_on: date,
    precision: str,
    reason: str,
    asked: tuple[str, date] | None = None,
) -> None:
    """Move a due date for a reason; `asked` is by whom and on which day it was asked for. Does not reckon.

    `due_on` is the last day of the period that the precision names.
    """
    move_date(act, row, due_on, precision, reason, asked=asked)
    row.due_on, row.due_precision = due_on, precision
    if isinstance(row, Commitment):
        row.version += 1
    void(row.municipality_id, row.subject, "changed", act.day)
    restart(row)


def meet_condition(act: Act, place: Place, code: str, on: date | None) -> Commitment:
    """Write down the day on which what the date of a commitment hangs on was there: its due date follows from it.

    A sign of life. Raises Refused for a day to come, or where no condition is open.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    if not commitment.waits_for_condition or commitment.condition_days is None:
        raise Refused(_l("The date of this commitment does not hang on anything any more."))
    if on is None or not FIRST_DAY <= on <= act.day:
        raise Refused(fields={"on": _l("Give the day on which it was there, today at the latest.")})
    due_on = on + timedelta(days=commitment.condition_days)
    if due_on > LAST_DAY or (commitment.start_on and due_on < commitment.start_on):
        raise Refused(fields={"on": _l("The due date would lie before the start or too far away.")})
    commitment.condition_met_on = on
    give_date(act, commitment, due_on, "day", commitment.condition)
    note_signs(act, place, [commitment], begun=False)
    recount(place.id, act.day)
    said: dict[str, tuple[object, object]] = {"condition_met_on": (None, on), "due_on": (None, due_on)}
    record(act, "meet_condition", place.id, commitment.subject, said)
    return commitment
