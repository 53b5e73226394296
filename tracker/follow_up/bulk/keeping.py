"""What commitments were before several of them were changed, kept so that it can be taken back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.agenda.models import Commitment, Milestone
from tracker.audit.models import Act
from tracker.core.db import NEVER, db, table_of
from tracker.follow_up.models import BulkChange
from tracker.territory.rules import Place

_OF_BOTH = ("completed_on", "cancelled_on", "end_reason", "begun_on")
#: Columns that the verbs of this room write, of a commitment and of a milestone.
COLUMNS: dict[type[Commitment | Milestone], tuple[str, ...]] = {
    Commitment: (
        *("unit_id", "partner_id", "due_on", "due_precision", "first_due_on", *_OF_BOTH),
        *("outcome", "closing_note", "closed_at", "closed_by_user_id", "progress", "last_sign_on"),
    ),
    Milestone: _OF_BOTH,
}
#: Subject → column → value as JSON can hold it.
Picture = dict[str, dict[str, Any]]


def picture_of(municipality_id: int, commitments: Sequence[Commitment]) -> Picture:
    """What these commitments and their milestones are now."""
    own = Milestone.municipality_id == municipality_id, Milestone.commitment_id.in_([c.id for c in commitments])
    milestones = db.session.scalars(select(Milestone).where(*own).order_by(Milestone.id)).all()
    rows: list[Commitment | Milestone] = [*commitments, *milestones]
    return {row.subject: values_of(row) for row in rows}


def values_of(row: Commitment | Milestone) -> dict[str, Any]:
    """Its columns as JSON can hold them."""
    return {name: _plain(getattr(row, name)) for name in COLUMNS[type(row)]}


def value_from(row: Commitment | Milestone, name: str, kept: Any) -> Any:
    """What a kept value was in that column."""
    kind = table_of(type(row)).c[name].type.python_type
    return kind.fromisoformat(kept) if kept is not None and issubclass(kind, date) else kept


def keep_change(
    act: Act, place: Place, kind: str, before: Picture, commitments: Sequence[Commitment]
) -> BulkChange:
    """Keep what these commitments were before, beside what they are now; of asking, that they were asked about."""
    db.session.flush()
    changes: Picture = {one.subject: {} for one in commitments}
    for subject, after in picture_of(place.id, commitments).items() if before else ():
        differing = {n: [before[subject][n], value] for n, value in after.items() if before[subject][n] != value}
        if differing:
            changes[subject] = differing
    change = BulkChange(
        municipality_id=place.id, kind=kind, on=act.day, at=act.at, by=act.name, changes=changes, undone_on=NEVER
    )
    db.session.add(change)
    db.session.flush()
    return change


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
