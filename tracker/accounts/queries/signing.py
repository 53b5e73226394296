"""Reads of users and of signed-in browsers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam, select

from tracker.accounts.models import LoginSession, Look, Membership, User
from tracker.accounts.rules import Browser, Role, Visitor
from tracker.core.db import db
from tracker.core.tokens import hashed
from tracker.territory.queries import members_of, municipalities_at

#: Wrong tries that still count, and how many of them are too many.
WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT, MOST_PER_ADDRESS = 10, 50


#: Asked at every request: made once, and plain columns instead of instances.
_SIGNED_IN = (
    select(
        LoginSession.id.label("session_id"),
        LoginSession.created_at,
        LoginSession.seen_at,
        LoginSession.stay,
        LoginSession.shared,
        LoginSession.needs_code,
        LoginSession.address,
        User.factor_at,
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
        Membership.until_on,
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
            row.until_on,
        )
        for row in rows
        if row.role
    )
    if any(role.is_for_members for role in roles):
        roles = with_members(roles)
    visitor = Visitor(
        first.user_id, first.session_id, first.name, first.email, first.locale, roles, shared=first.shared
    )
    return Browser(
        first.created_at,
        first.seen_at,
        first.stay,
        visitor,
        first.shared,
        first.needs_code,
        first.factor_at is not None,
        first.address,
    )


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


def looks_at(municipality_id: int, limit: int) -> Sequence[Look]:
    """The newest looks of administrators at a municipality, newest first."""
    statement = select(Look).where(Look.municipality_id == municipality_id).order_by(Look.id.desc()).limit(limit)
    return db.session.scalars(statement).all()


def user_by_email(email: str) -> User | None:
    """The user with this address, case ignored."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def user_of(user_id: int) -> User:
    """The user with this id, who must be there."""
    return db.session.get_one(User, user_id)


def sessions_of(user_id: int) -> Sequence[LoginSession]:
    """Signed-in browsers of somebody, last used first; those that have run out are among them."""
    statement = (
        select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.needs_code.is_(False))
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        .limit(100)
    )
    return db.session.scalars(statement).all()


def user_or_none(user_id: int) -> User | None:
    """The user with this id, if there is one."""
    return db.session.get(User, user_id)
