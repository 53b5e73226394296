"""Agreements with partners."""

from collections.abc import Sequence

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Agreement, Commitment
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.territory.rules import Place

_OF = (
    select(Agreement)
    .options(joinedload(Agreement.partner))
    .where(Agreement.municipality_id == bindparam("place"))
    .order_by(Agreement.title, Agreement.id)
)
_SERVING = (
    select(func.count())
    .where(Commitment.municipality_id == Agreement.municipality_id, Commitment.agreement_id == Agreement.id)
    .where(~Commitment.draft)
    .scalar_subquery()
)
_COUNTED = _OF.add_columns(_SERVING)


def agreements_of(municipality_id: int) -> Sequence[Agreement]:
    """The agreements of a municipality with their partners, by title."""
    return db.session.scalars(_OF, {"place": municipality_id}).all()


def agreements_with_counts(municipality_id: int) -> Sequence[Row[Agreement, int]]:
    """The same, each with how many commitments serve it; drafts do not count."""
    return db.session.execute(_COUNTED, {"place": municipality_id}).all()


def agreement_of(place: Place, agreement_id: int) -> Agreement:
    """The agreement of this very municipality; NotHere otherwise."""
    agreement = db.session.scalar(_OF.where(Agreement.id == agreement_id), {"place": place.id})
    if agreement is None:
        raise NotHere(agreement_id)
    return agreement
