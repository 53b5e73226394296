"""What only the whole can tell: rows that cannot stand beside each other or beside what is there."""

from collections.abc import Sequence
from datetime import date

from tracker.agenda.intake.incoming import Fault, Incoming, Terms, row_key
from tracker.agenda.intake.money import money_faults
from tracker.agenda.intake.naming import unit_of, wanted_units
from tracker.agenda.intake.steps import match_steps
from tracker.agenda.intake.stock import Stock, title_key
from tracker.agenda.models import Commitment
from tracker.core.i18n import _l


def faults_of(stock: Stock, rows: Sequence[Incoming], terms: Terms, currency: str) -> list[Fault]:
    """Every reason why these rows cannot come in together, by row; `currency` is the country's own."""
    commitments = [row for row in rows if not row.milestone_of]
    faults = wanted_units(stock, commitments, terms)[1]
    starts = {key: commitment.start_on for key, commitment in stock.commitments.items()}
    first: dict[int, int] = {}
    for row in commitments:
        known = stock.match(row)
        start, due = _span(row, known)
        starts[row.code.lower() or row_key(row.row)] = start
        if known is not None and not row.code:
            stock.by_row[row_key(row.row)] = known
        if start and due and due < start:
            reason = _l("The due date is before the start, %(start)s.", start=start.isoformat())
            faults.append(Fault(row.row, "due_on", due.isoformat(), reason))
        held = stock.budgets.get(known.id, []) if known is not None else []
        faults += money_faults(held, row, (start, due), currency)
        if row.responsible and not row.unit and unit_of(stock, row) is None:
            reason = _l("Name the unit this person belongs to as well.")
            faults.append(Fault(row.row, "responsible", row.responsible, reason))
        if known is not None and first.setdefault(known.id, row.row) != row.row:
            reason = _l("Row %(row)s is about the same commitment, %(code)s.", row=first[known.id], code=known.code)
            faults.append(Fault(row.row, "code" if row.code else "title", row.code or row.title, reason))
    for key, steps in steps_by_code(rows).items():
        faults += _step_faults(stock, key, steps, starts)
    return sorted(faults, key=lambda fault: fault.row)


def steps_by_code(rows: Sequence[Incoming]) -> dict[str, list[Incoming]]:
    """Milestones by the code of their commitment, in lower case."""
    answer: dict[str, list[Incoming]] = {}
    for row in rows:
        if row.milestone_of:
            answer.setdefault(row.milestone_of.lower(), []).append(row)
    return answer


def _step_faults(stock: Stock, key: str, steps: Sequence[Incoming], starts: dict[str, date | None]) -> list[Fault]:
    if key not in starts:
        unknown = _l("No commitment has this code, neither in the sheet nor in the agenda.")
        return [Fault(step.row, "milestone_of", step.milestone_of, unknown) for step in steps]
    commitment = stock.by_key(key)
    known = stock.milestones.get(commitment.id, []) if commitment else []
    start = starts[key]
    faults: list[Fault] = []
    first: dict[tuple[str, date | None], int] = {}
    for step, milestone in match_steps(known, steps):
        due = step.due_on if "due_on" in step.given or milestone is None else milestone.due_on
        if due and start and due < start:
            reason = _l("The due date is before the start of the commitment, %(start)s.", start=start.isoformat())
            faults.append(Fault(step.row, "due_on", due.isoformat(), reason))
        if not step.code:
            other = first.setdefault((title_key(step.title), step.due_on), step.row)
            if other != step.row and milestone is None:
                reason = _l("Row %(row)s has the same milestone with the same date.", row=other)
                faults.append(Fault(step.row, "title", step.title, reason))
    return faults


def _span(row: Incoming, known: Commitment | None) -> tuple[date | None, date | None]:
    """Start and due date as they will be: the sheet's where it has the column, else what is there."""
    start = row.start_on if "start_on" in row.given or known is None else known.start_on
    due = row.due_on if "due_on" in row.given or known is None else known.due_on
    return start, due
