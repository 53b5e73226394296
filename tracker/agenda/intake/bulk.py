"""Many commitments and milestones at once, as rows of a sheet bring them; all of them or none."""

from collections.abc import Sequence

from tracker.agenda.intake.examining import faults_of
from tracker.agenda.intake.incoming import Fault, Incoming, Taken, Terms
from tracker.agenda.intake.stock import Stock, Taking
from tracker.agenda.intake.writing import Entry, write_rows
from tracker.agenda.models import Milestone
from tracker.agenda.operations.reckoning import reckon, recount, restart
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER
from tracker.notices.operations import void_many
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place

#: Facts that are reported, not promised: they do not compete with somebody who is editing.
_REPORTED = {"progress", "delivered", "begun_on", "completed_on", "completion_not_stated", "cancelled_on"}
_REPORTED |= {"outcome", "closing_note", "end_reason"}
#: Facts that a step of the ladder, or who hears of it, hangs on.
_STEPPED = {"due_on", "unit", "completed_on", "cancelled_on"}


def examine(place: Place, rows: Sequence[Incoming], terms: Terms) -> list[Fault]:
    """Why these rows could not come in together; writes nothing."""
    hold(place.id)
    return faults_of(Stock(place.id, rows), rows, terms, place.currency)


def take_in(act: Act, place: Place, rows: Sequence[Incoming], terms: Terms) -> Taken:
    """Create, update or leave commitments and milestones as the rows say, with all that they name.

    Rows match by code, else by title and unit. Identical rows change nothing. Exempt from closing note and
    evidence. Any fault, and nothing is written. Clocks and standing are redone once, at the end.
    """
    hold(place.id)
    stock = Stock(place.id, rows)
    faults = faults_of(stock, rows, terms, place.currency)
    if faults:
        return Taken(faults=faults)
    written = write_rows(Taking(act, place, terms, stock), rows)
    changed = [entry for entry in written.entries if entry.is_new or entry.changes]
    _void(act, place, stock, changed)
    for entry in changed:
        if not entry.is_new and entry.subject is entry.commitment and entry.changes.keys() - _REPORTED:
            entry.commitment.version += 1
    policy = policy_for(place)
    for commitment in {entry.commitment.id: entry.commitment for entry in changed}.values():
        reckon(commitment, stock.milestones.get(commitment.id, []), policy)
    for entry in changed:
        part = entry.subject.subject if isinstance(entry.subject, Milestone) else None
        record(act, _verb(entry), place.id, entry.commitment.subject, entry.changes, part)
    rows_of = [entry for entry in written.entries if entry.from_row]
    taken = Taken(
        created=sum(entry.is_new for entry in rows_of),
        updated=sum(bool(entry.changes) and not entry.is_new for entry in rows_of),
        unchanged=sum(not entry.changes and not entry.is_new for entry in rows_of),
        units_created=written.units_created,
        mailboxes=written.mailboxes,
        fates={e.row: "created" if e.is_new else "updated" if e.changes else "unchanged" for e in rows_of},
    )
    if changed:
        recount(place.id, act.day)
        counts = {"created": (None, taken.created), "updated": (None, taken.updated)}
        record(act, "import", place.id, "agenda", counts | {"file": (None, terms.source)})
    return taken


def _void(act: Act, place: Place, stock: Stock, changed: Sequence[Entry]) -> None:
    """Cancel what was waiting to be said about what is no longer so; the next check looks at it afresh."""
    subjects: dict[str, list[str]] = {}
    for entry in changed:
        if entry.is_new or not _STEPPED & entry.changes.keys():
            continue
        ended = "completed" if entry.subject.completed_on != NEVER else "cancelled"
        reason = "changed" if entry.subject.is_open else ended
        restart(entry.subject)
        subjects.setdefault(reason, []).append(entry.subject.subject)
        if "unit" in entry.changes:
            for milestone in stock.milestones.get(entry.commitment.id, []):
                restart(milestone)
                subjects.setdefault("changed", []).append(milestone.subject)
    for reason, named in subjects.items():
        void_many(place.id, named, reason, act.day)


def _verb(entry: Entry) -> str:
    """What the trail calls it."""
    step = "_milestone" if isinstance(entry.subject, Milestone) else ""
    if entry.is_new:
        return "add_milestone" if step else "import"
    if entry.changes.get("completed_on", (None, NEVER))[1] != NEVER:
        return "complete" + step
    if entry.changes.get("cancelled_on", (None, NEVER))[1] != NEVER:
        return "cancel" + step
    if {"completed_on", "cancelled_on"} & entry.changes.keys():
        return "reopen" + step
    moved = entry.changes.get("due_on", (None, None))[0] is not None
    return "move_date" if moved and not step else "edit" + step
