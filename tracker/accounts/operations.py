"""Writes of users and sessions."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tracker.accounts.models import LoginSession, Look, Membership, SignInAttempt, User
from tracker.accounts.queries import WINDOW
from tracker.accounts.rules import ABSOLUTE_STAY, Role
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db, insert_into
from tracker.core.tokens import hashed

#: How long it is known who looked.
LOOKS_KEPT = timedelta(days=400)


def create_user(
    act: Act, email: str, name: str, password_hash: str | None, roles: list[Role], locale: str | None = None
) -> User:
    """Make somebody who can sign in, or give an existing address further roles.

    `password_hash` None keeps the password of an existing account; a new one needs it (ValueError).
    """
    email = email.strip().lower()
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        if password_hash is None:
            raise ValueError("a new account needs a password")
        user = User(
            email=email, name=name, password_hash=password_hash, locale=locale, active=True, created_at=act.at
        )
        db.session.add(user)
        db.session.flush()
        record(act, "create", None, f"user:{user.id}", {"email": (None, email)})
    elif password_hash is not None:
        user.password_hash = password_hash
        end_sessions_of(user.id)
    add_roles(act, user, roles)
    return user


def add_roles(act: Act, user: User, roles: list[Role]) -> None:
    """Give a user these roles; those held already stay as they are."""
    held = {
        Role(m.role, m.municipality_id, m.unit_id, m.country_code, m.partner_id, m.state_id, m.workshop_id)
        for m in db.session.scalars(select(Membership).where(Membership.user_id == user.id))
    }
    for role in roles:
        if role in held:
            continue
        held.add(role)
        db.session.add(
            Membership(
                user_id=user.id,
                role=role.name,
                municipality_id=role.municipality_id,
                unit_id=role.unit_id,
                country_code=role.country_code,
                partner_id=role.partner_id,
                state_id=role.state_id,
                workshop_id=role.workshop_id,
            )
        )
        record(act, "add_role", role.municipality_id, f"user:{user.id}", {"role": (None, role.name)})
    db.session.flush()


def begin_session(user_id: int, now: datetime, stay: bool) -> str:
    """Sign a browser in; the token for its cookie, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(LoginSession(token_hash=hashed(token), user_id=user_id, created_at=now, seen_at=now, stay=stay))
    db.session.execute(delete(LoginSession).where(LoginSession.created_at < now - ABSOLUTE_STAY))
    db.session.flush()
    return token


def end_session(session_id: int) -> None:
    """Sign one browser out."""
    db.session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_sessions_of(user_id: int) -> None:
    """Sign somebody out everywhere."""
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def touch_session(session_id: int, now: datetime) -> None:
    """Note that a session is in use."""
    db.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))


def note_wrong_sign_in(email: str, address: str, now: datetime) -> None:
    """Count a wrong sign-in and forget those that no longer count."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
    db.session.add(SignInAttempt(at=now, account_hash=hashed(email.strip().lower()), address_hash=hashed(address)))


def choose_language(user_id: int, locale: str) -> None:
    """Remember the language somebody wants to read."""
    db.session.execute(update(User).where(User.id == user_id).values(locale=locale))


def note_look(user_id: int, name: str, municipality_id: int, path: str, now: datetime) -> None:
    """Note that somebody looked at a page of a municipality, and forget looks that are long past."""
    row = {"at": now, "user_id": user_id, "name": name, "municipality_id": municipality_id, "path": path[:200]}
    db.session.execute(insert_into(Look).values(**row, hour=now.isoformat()[:13]).on_conflict_do_nothing())
    db.session.execute(delete(Look).where(Look.at < now - LOOKS_KEPT))
