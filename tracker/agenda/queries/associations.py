"""What associations promised, as their members see it: read-only, with the member's own part."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, Party
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.territory.models import Member, Municipality

#: Shown below an agenda; the rest is counted.
MOST = 50


@dataclass(frozen=True)
class Shared:
    """A commitment of an association, and the part that one member has in it ("" for none of its own)."""

    commitment: Commitment
    association: str
    part: str


def shared_with(municipality_id: int) -> tuple[Sequence[Shared], int]:
    """Open commitments of the associations that a municipality belongs to, by due date; and how many there are.

    They are counted in the association's standing alone.
    """
    own = Party.member_id == municipality_id
    part = select(Party.part).where(Party.commitment_id == Commitment.id, own).order_by(Party.id).limit(1)
    belongs = select(Member.association_id).where(Member.municipality_id == municipality_id)
    wanted = Commitment.municipality_id.in_(belongs), is_open()
    statement = (
        select(Commitment, Municipality.name, part.scalar_subquery())
        .join(Municipality, Municipality.id == Commitment.municipality_id)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(*wanted)
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
        .limit(MOST)
    )
    rows = [Shared(row[0], row[1], row[2] or "") for row in db.session.execute(statement)]
    if len(rows) < MOST:
        return rows, len(rows)
    return rows, db.session.scalar(select(func.count()).select_from(Commitment).where(*wanted)) or 0
