"""Reads for work on several commitments in one go."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment
from tracker.agenda.queries.listing import Filters, agenda_ids
from tracker.core.db import NEVER, db
from tracker.follow_up.models import BulkChange
from tracker.territory.rules import Place, Scope

#: Commitments in one go.
MOST = 200
_ROWS = (
    select(Commitment)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(Commitment.municipality_id == bindparam("place"), Commitment.id.in_(bindparam("ids", expanding=True)))
)
_CHANGES = (
    select(BulkChange)
    .where(
        BulkChange.municipality_id == bindparam("place"),
        BulkChange.on >= bindparam("since"),
        BulkChange.undone_on == NEVER,
    )
    .order_by(BulkChange.id.desc())
)
_CODES = select(Commitment.id, Commitment.code).where(
    Commitment.municipality_id == bindparam("place"), Commitment.id.in_(bindparam("ids", expanding=True))
)


def selected_rows(place: Place, scope: Scope, filters: Filters, day: date) -> tuple[list[Commitment], int]:
    """The first `MOST` open commitments of a selection, in its order, drafts left out; how many it has in all."""
    ids = agenda_ids(place, scope, filters, day)
    found = {row.id: row for row in db.session.scalars(_ROWS, {"place": place.id, "ids": list(ids[:MOST])})}
    rows = [found[one] for one in ids[:MOST] if one in found]
    return [row for row in rows if row.is_watched], len(ids)


def changes_since(municipality_id: int, since: date) -> Sequence[BulkChange]:
    """What was changed in one go on that day or later and not taken back, newest first."""
    return db.session.scalars(_CHANGES, {"place": municipality_id, "since": since}).all()


def codes_of(municipality_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Codes by the ids of commitments."""
    found = db.session.execute(_CODES, {"place": municipality_id, "ids": list(ids)})
    return {row.id: row.code for row in found}
