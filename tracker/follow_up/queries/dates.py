"""Reads of new dates that were asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.queries.counting import is_open
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere
from tracker.follow_up.models import DateRequest


@dataclass(frozen=True)
class Wish:
    """A new date that is asked for, of what."""

    request: DateRequest
    commitment: Commitment
    milestone: Milestone | None

    @property
    def row(self) -> Commitment | Milestone:
        """Whose date it is."""
        return self.milestone or self.commitment


_WISHES = (
    select(DateRequest, Commitment, Milestone)
    .join(Commitment, Commitment.id == DateRequest.commitment_id)
    .outerjoin(Milestone, Milestone.id == DateRequest.milestone_id)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(DateRequest.municipality_id == bindparam("place"))
)
#: What ended waits for no answer, as long as it is not taken up again.
_WAITING = (
    DateRequest.answered_on == NEVER,
    is_open(),
    or_(Milestone.id.is_(None), (Milestone.completed_on == NEVER) & (Milestone.cancelled_on == NEVER)),
)
_COUNT = (
    select(func.count())
    .select_from(DateRequest)
    .join(Commitment, Commitment.id == DateRequest.commitment_id)
    .outerjoin(Milestone, Milestone.id == DateRequest.milestone_id)
    .where(DateRequest.municipality_id == bindparam("place"), *_WAITING)
)
_OF_COMMITMENT = (
    select(DateRequest)
    .where(DateRequest.municipality_id == bindparam("place"), DateRequest.commitment_id == bindparam("commitment"))
    .order_by(DateRequest.id)
)


def date_requests_waiting(
    municipality_id: int, unit_ids: Collection[int] | None = None, partner_ids: Collection[int] = ()
) -> list[Wish]:
    """New dates that nobody has granted or refused yet, longest first.

    Of what these units or partners lead alone; without units (None) of all.
    """
    statement = _WISHES.where(*_WAITING).order_by(DateRequest.asked_on, DateRequest.id)
    if unit_ids is not None:
        led = or_(Commitment.unit_id.in_(unit_ids), Commitment.partner_id.in_(partner_ids))
        statement = statement.where(led)
    return [Wish(row[0], row[1], row[2]) for row in db.session.execute(statement, {"place": municipality_id})]


def count_date_requests(municipality_id: int) -> int:
    """How many new dates wait for an answer."""
    return db.session.scalar(_COUNT, {"place": municipality_id}) or 0


def date_requests_of(municipality_id: int, commitment_id: int) -> Sequence[DateRequest]:
    """Every new date asked for of a commitment and its milestones, oldest first."""
    return db.session.scalars(_OF_COMMITMENT, {"place": municipality_id, "commitment": commitment_id}).all()


def date_request(commitment: Commitment, request_id: int) -> Wish:
    """One new date asked for of this very commitment, with whose it is; else NotHere."""
    statement = _WISHES.where(DateRequest.id == request_id, DateRequest.commitment_id == commitment.id)
    row = db.session.execute(statement, {"place": commitment.municipality_id}).first()
    if row is None:
        raise NotHere(request_id)
    return Wish(row[0], row[1], row[2])
