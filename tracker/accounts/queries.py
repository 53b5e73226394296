"""Reads of users and sessions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import LoginSession, Membership, SignInAttempt, User
from tracker.accounts.rules import Role, Visitor
from tracker.core.db import db

#: Wrong sign-ins that still count.
WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT, MOST_PER_ADDRESS = 10, 50


def hashed(text: str) -> str:
    """SHA-256 in hex: how tokens and addresses are kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def session_by_token(token: str) -> LoginSession | None:
    """The session of this cookie token with its user and memberships."""
    statement = (
        select(LoginSession)
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.token_hash == hashed(token), User.active)
    )
    return db.session.scalar(statement)


def visitor_of(session: LoginSession) -> Visitor:
    """The plain value of who is behind a session."""
    user = (
        db.session.scalars(select(User).options(joinedload(User.memberships)).where(User.id == session.user_id))
        .unique()
        .one()
    )
    return Visitor(
        user_id=user.id,
        session_id=session.id,
        name=user.name,
        email=user.email,
        locale=user.locale,
        roles=tuple(role_of(m) for m in user.memberships),
    )


def role_of(membership: Membership) -> Role:
    """A membership as a plain value."""
    return Role(
        name=membership.role,
        municipality_id=membership.municipality_id,
        unit_id=membership.unit_id,
        country_code=membership.country_code,
        partner_id=membership.partner_id,
    )


def user_by_email(email: str) -> User | None:
    """The user with this address, case ignored."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def coordinators_of(municipality_ids: Sequence[int]) -> dict[int, list[User]]:
    """Active coordinators of each municipality."""
    return _members(municipality_ids, "coordinator")


def officers_of(municipality_ids: Sequence[int]) -> dict[int, list[User]]:
    """Active officers by the id of their unit."""
    statement = (
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.municipality_id.in_(municipality_ids), Membership.role == "officer")
        .order_by(Membership.id)
    )
    answer: dict[int, list[User]] = {}
    for membership in db.session.scalars(statement):
        if membership.unit_id and membership.user.active:
            answer.setdefault(membership.unit_id, []).append(membership.user)
    return answer


def partner_users(partner_ids: Sequence[int]) -> dict[int, list[User]]:
    """Active users of each partner."""
    statement = (
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.partner_id.in_(partner_ids), Membership.role == "partner")
        .order_by(Membership.id)
    )
    answer: dict[int, list[User]] = {}
    for membership in db.session.scalars(statement):
        if membership.partner_id and membership.user.active:
            answer.setdefault(membership.partner_id, []).append(membership.user)
    return answer


def _members(municipality_ids: Sequence[int], role: str) -> dict[int, list[User]]:
    statement = (
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.municipality_id.in_(municipality_ids), Membership.role == role)
        .order_by(Membership.id)
    )
    answer: dict[int, list[User]] = {}
    for membership in db.session.scalars(statement):
        if membership.municipality_id and membership.user.active:
            answer.setdefault(membership.municipality_id, []).append(membership.user)
    return answer


def wrong_sign_ins(email: str, address: str, now: datetime) -> tuple[int, int]:
    """Wrong tries of the last 15 minutes: (for this account from this address, from this address at all)."""
    recent = (
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.at > now - WINDOW, SignInAttempt.address_hash == hashed(address))
    )
    account = recent.where(SignInAttempt.account_hash == hashed(email.strip().lower()))
    return db.session.scalar(account) or 0, db.session.scalar(recent) or 0


def all_users() -> Sequence[User]:
    """Every user with memberships, by e-mail."""
    return db.session.scalars(select(User).options(selectinload(User.memberships)).order_by(User.email)).all()
