"""Which commitments somebody may see."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, exists, or_, select, true

from tracker.agenda.models import Agreement, Commitment, Party
from tracker.core.db import db
from tracker.territory.models import Municipality, Partner
from tracker.territory.rules import Place, Scope


def visible(scope: Scope, place: Place) -> ColumnElement[bool]:
    """A condition on Commitment: all of the place's, all but drafts, or what own partners have a part in."""
    if scope.is_inside(place):
        return true()
    if scope.covers(place):
        return ~Commitment.draft
    return part_of(scope.partner_ids)


def part_of(partner_ids: Collection[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """A condition on Commitment: promised, and led, shared or supported by a partner, or under its agreement."""
    agreements = select(Agreement.id).where(Agreement.partner_id.in_(partner_ids))
    return and_(
        ~Commitment.draft,
        or_(
            Commitment.partner_id.in_(partner_ids),
            Commitment.agreement_id.in_(agreements),
            exists().where(Party.commitment_id == Commitment.id, Party.partner_id.in_(partner_ids)),
        ),
    )


def has_part_in(municipality_id: int, partner_ids: Collection[int]) -> bool:
    """Whether one of these partners has a part in any commitment of the municipality."""
    statement = (
        select(Commitment.id).where(Commitment.municipality_id == municipality_id, part_of(partner_ids)).limit(1)
    )
    return db.session.scalar(statement) is not None


def places_of_partners(partner_ids: Collection[int]) -> list[int]:
    """Ids of the municipalities in which one of these partners has a part, the first 200."""
    statement = select(Commitment.municipality_id).where(part_of(partner_ids)).distinct().limit(200)
    return list(db.session.scalars(statement))


def partners_near(place: Place) -> list[tuple[int, str]]:
    """(id, name) of partners with a part in a municipality of the same country, or in none yet, by name."""
    here = select(Municipality.id).where(Municipality.country_code == place.country_code)
    led = select(Commitment.partner_id).where(Commitment.partner_id.is_not(None))
    shared = select(Party.partner_id).where(Party.partner_id.is_not(None))
    near = or_(
        Partner.id.in_(led.where(Commitment.municipality_id.in_(here))),
        Partner.id.in_(shared.where(Party.municipality_id.in_(here))),
        and_(Partner.id.not_in(led), Partner.id.not_in(shared)),
    )
    rows = db.session.execute(select(Partner.id, Partner.name).where(near).order_by(Partner.name_key))
    return [(row.id, row.name) for row in rows]
