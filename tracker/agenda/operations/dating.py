"""Giving a promise another date, as a whole: the ledger, the date, what was to be said of the old one."""

from datetime import date

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import move_date
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act
from tracker.notices.operations import void


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
