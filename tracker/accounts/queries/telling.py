"""Who is there to be told: coordinators, officers, people of partners."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Membership, User
from tracker.core.db import db
from tracker.territory.models import Partner


def listeners_of(municipality_ids: Sequence[int]) -> tuple[dict[int, list[User]], dict[int, list[User]]]:
    """Active coordinators by municipality, and active officers by the id of their unit."""
    statement = (
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.municipality_id.in_(municipality_ids), Membership.role.in_(("coordinator", "officer")))
        .order_by(Membership.id)
    )
    coordinators: dict[int, list[User]] = {}
    officers: dict[int, list[User]] = {}
    for membership in db.session.scalars(statement):
        if not membership.user.active:
            continue
        if membership.role == "coordinator" and membership.municipality_id:
            coordinators.setdefault(membership.municipality_id, []).append(membership.user)
        elif membership.role == "officer" and membership.unit_id:
            officers.setdefault(membership.unit_id, []).append(membership.user)
    return coordinators, officers


def partners_with_users(partner_ids: Sequence[int]) -> dict[Partner, list[User]]:
    """These partners, each with its active users."""
    statement = (
        select(Partner, User)
        .outerjoin(Membership, (Membership.partner_id == Partner.id) & (Membership.role == "partner"))
        .outerjoin(User, (User.id == Membership.user_id) & User.active)
        .where(Partner.id.in_(partner_ids))
        .order_by(Partner.id, Membership.id)
    )
    answer: dict[Partner, list[User]] = {}
    partner: Partner
    user: User | None
    for partner, user in db.session.execute(statement):
        answer.setdefault(partner, []).extend([user] if user else [])
    return answer


def reader_here(municipality_id: int, user_id: int) -> User | None:
    """That user, as long as they are active and have a role in the municipality or for an organisation."""
    own = or_(Membership.municipality_id == municipality_id, Membership.partner_id.is_not(None))
    holds = select(Membership.id).where(Membership.user_id == User.id, own).exists()
    return db.session.scalar(select(User).where(User.id == user_id, User.active, holds))
