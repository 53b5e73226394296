"""Which monitors look after a municipality, and whose consent there rests on that."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select

from tracker.accounts.models import Membership, User
from tracker.core.db import db
from tracker.territory.models import Member, WorkshopMunicipality
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place

ASSISTANT = "assistant"


def monitors_of(place: Place) -> list[tuple[int, str]]:
    """(id, name) of those who look after a place, by name."""
    statement = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == "monitor", reaches(place), User.active)
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def consents_without_reach(user_id: int) -> Sequence[Membership]:
    """Consents that somebody has in municipalities that none of the person's roles looks after any more."""
    held = Membership.user_id == user_id, Membership.role == ASSISTANT
    consents = db.session.scalars(select(Membership).where(*held).order_by(Membership.municipality_id)).all()
    places = places_by_id([one.municipality_id for one in consents if one.municipality_id])
    mine = select(Membership.id).where(Membership.user_id == user_id, Membership.role == "monitor").limit(1)
    return [
        one
        for one in consents
        if one.municipality_id and db.session.scalar(mine.where(reaches(places[one.municipality_id]))) is None
    ]


def reaches(place: Place) -> ColumnElement[bool]:
    """A condition on the Membership of a monitor: it reaches this place."""
    of = Membership
    associations = select(Member.association_id).where(Member.municipality_id == place.id)
    workshops = select(WorkshopMunicipality.workshop_id).where(WorkshopMunicipality.municipality_id == place.id)
    whole = and_(
        of.country_code.is_(None), of.state_id.is_(None), of.municipality_id.is_(None), of.workshop_id.is_(None)
    )
    return or_(
        whole,
        of.country_code == place.country_code,
        of.state_id == place.state_id if place.state_id else false(),
        of.municipality_id == place.id,
        of.municipality_id.in_(associations),
        of.workshop_id.in_(workshops),
    )
