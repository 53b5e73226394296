"""Reads of users and sessions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import LoginSession, Look, Membership, SignInAttempt, User
from tracker.accounts.rules import Browser, Role, Visitor
from tracker.core.db import db
from tracker.core.tokens import hashed
from tracker.territory.models import Partner
from tracker.territory.queries import members_of, municipalities_at

#: Wrong sign-ins that still count.
WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT, MOST_PER_ADDRESS = 10, 50


#: Asked at every request: made once, and plain columns instead of instances.
_SIGNED_IN = (
    select(
        LoginSession.id.label("session_id"),
        LoginSession.created_at,
        LoginSession.seen_at,
        LoginSession.stay,
        User.id.label("user_id"),
        User.name,
        User.email,
        User.locale,
        Membership.role,
        Membership.municipality_id,
        Membership.unit_id,
        Membership.country_code,
        Membership.partner_id,
        Membership.state_id,
        Membership.workshop_id,
    )
    .join(User, User.id == LoginSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(LoginSession.token_hash == bindparam("token_hash"), User.active)
    .order_by(Membership.id)
)


def browser_by_token(token: str) -> Browser | None:
    """The signed-in browser of this cookie token and who is behind it."""
    rows = db.session.execute(_SIGNED_IN, {"token_hash": hashed(token)}).all()
    if not rows:
        return None
    first = rows[0]
    roles = tuple(
        Role(
            row.role,
            row.municipality_id,
            row.unit_id,
            row.country_code,
            row.partner_id,
            row.state_id,
            row.workshop_id,
        )
        for row in rows
        if row.role
    )
    if any(role.is_for_members for role in roles):
        roles = with_members(roles)
    visitor = Visitor(first.user_id, first.session_id, first.name, first.email, first.locale, roles)
    return Browser(first.created_at, first.seen_at, first.stay, visitor)


def with_members(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """The roles, those over an association or a workshop with the municipalities that belong to it."""
    asked = [role for role in roles if role.is_for_members]
    of_associations = members_of(sorted({r.municipality_id for r in asked if r.municipality_id}))
    of_workshops = municipalities_at(sorted({r.workshop_id for r in asked if r.workshop_id}))

    def members(role: Role) -> frozenset[int]:
        found = of_workshops.get(role.workshop_id or 0, frozenset())
        # The association itself has an agenda too.
        own = frozenset({role.municipality_id} if role.municipality_id else ())
        return found | own | of_associations.get(role.municipality_id or 0, frozenset())

    return tuple(replace(role, member_ids=members(role)) if role in asked else role for role in roles)


def user_by_email(email: str) -> User | None:
    """The user with this address, case ignored."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


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


def looks_at(municipality_id: int, limit: int) -> Sequence[Look]:
    """The newest looks of administrators at a municipality, newest first."""
    statement = select(Look).where(Look.municipality_id == municipality_id).order_by(Look.id.desc()).limit(limit)
    return db.session.scalars(statement).all()


def wrong_sign_ins(email: str, address: str, now: datetime) -> tuple[int, int]:
    """Wrong tries of the last 15 minutes: (for this account from this address, from this address at all)."""
    recent = (
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.at > now - WINDOW, SignInAttempt.address_hash == hashed(address))
    )
    account = recent.where(SignInAttempt.account_hash == hashed(email.strip().lower()))
    return db.session.scalar(account) or 0, db.session.scalar(recent) or 0
