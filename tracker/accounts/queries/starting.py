"""Who coordinates the municipalities of a workshop, and who is invited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.queries.invitations import is_open
from tracker.core.db import db
from tracker.territory.models import WorkshopMunicipality

COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Start:
    """How far a municipality is with its coordination."""

    #: Names of those who coordinate it, by name.
    coordinators: tuple[str, ...] = ()
    #: The newest open invitation to coordinate it.
    invitation: Invitation | None = None

    @property
    def is_free(self) -> bool:
        """Whether nobody coordinates it and nobody is invited to."""
        return not self.coordinators and self.invitation is None


def starts_of(municipality_ids: Sequence[int], now: datetime) -> dict[int, Start]:
    """How far each of these municipalities is."""
    names: dict[int, list[str]] = {}
    held = (
        select(Membership.municipality_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.municipality_id.in_(municipality_ids), Membership.role == COORDINATOR, User.active)
        .order_by(User.name)
    )
    for municipality_id, name in db.session.execute(held):
        names.setdefault(municipality_id or 0, []).append(name)
    invited = {
        row.municipality_id: row
        for row in db.session.scalars(
            select(Invitation)
            .where(Invitation.municipality_id.in_(municipality_ids), Invitation.role == COORDINATOR, is_open(now))
            .order_by(Invitation.id)
        )
    }
    return {one: Start(tuple(names.get(one, ())), invited.get(one)) for one in municipality_ids}


def slips_of_workshop(workshop_id: int, now: datetime) -> Sequence[Invitation]:
    """Open slips to coordinate one of the municipalities that came, by municipality."""
    statement = (
        select(Invitation)
        .join(WorkshopMunicipality, WorkshopMunicipality.municipality_id == Invitation.municipality_id)
        .where(
            WorkshopMunicipality.workshop_id == workshop_id,
            Invitation.role == COORDINATOR,
            Invitation.code_hash.is_not(None),
            Invitation.email == "",
            is_open(now),
        )
        .order_by(Invitation.municipality_id, Invitation.id)
    )
    return db.session.scalars(statement).all()
