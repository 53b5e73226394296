"""Who is there to be told: coordinators, officers, people of partners."""

from collections.abc import Sequence
from datetime import date

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


def with_part_at(user_id: int | None, municipality_id: int, partner_id: int | None, day: date) -> User | None:
    """This person, as long as the account is active and has a part here on `day`; None otherwise.

    A part: a role in the municipality, in this partner, or everywhere.
    """
    if user_id is None:
        return None
    here = [Membership.municipality_id == municipality_id, Membership.role == "administrator"]
    if partner_id is not None:
        here.append(Membership.partner_id == partner_id)
    still = or_(Membership.until_on.is_(None), Membership.until_on >= day)
    part = select(Membership.id).where(Membership.user_id == User.id, or_(*here), still).exists()
    return db.session.scalar(select(User).where(User.id == user_id, User.active, part))


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
