"""Signing browsers in and out."""

import secrets
from datetime import datetime

from sqlalchemy import delete, update

from tracker.accounts.models import LoginSession
from tracker.accounts.rules import ABSOLUTE_STAY
from tracker.core.db import db
from tracker.core.tokens import hashed


def begin_session(
    user_id: int,
    now: datetime,
    stay: bool,
    shared: bool = False,
    needs_code: bool = False,
    device: str = "",
    address: str = "",
) -> str:
    """Sign a browser in; the token for its cookie, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=hashed(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            stay=stay and not shared,
            shared=shared,
            needs_code=needs_code,
            device=device,
            address=address[:45],
        )
    )
    db.session.execute(delete(LoginSession).where(LoginSession.created_at < now - ABSOLUTE_STAY))
    db.session.flush()
    return token


def renew_session(user_id: int, session_id: int, now: datetime, alone: bool) -> tuple[str, bool]:
    """Give a signed-in browser a new token, its old one is dead: (token, whether it stays).

    `alone` signs every other browser of the person out. A person who has just been let in counts from now.
    """
    old = db.session.get(LoginSession, session_id)
    stay, shared = (old.stay, old.shared) if old else (False, False)
    device, address = (old.device, old.address) if old else ("", "")
    if alone:
        end_sessions_of(user_id)
    else:
        end_session(session_id)
    return begin_session(user_id, now, stay, shared, False, device, address), stay


def end_session(session_id: int) -> None:
    """Sign one browser out."""
    db.session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_own_session(user_id: int, session_id: int) -> bool:
    """Sign one browser of this person out; whether there was one."""
    gone = delete(LoginSession).where(LoginSession.id == session_id, LoginSession.user_id == user_id)
    return db.session.execute(gone.returning(LoginSession.id)).first() is not None


def end_sessions_of(user_id: int, but: int | None = None) -> None:
    """Sign somebody out everywhere, `but` in one browser."""
    gone = delete(LoginSession).where(LoginSession.user_id == user_id)
    db.session.execute(gone if but is None else gone.where(LoginSession.id != but))


def touch_session(session_id: int, now: datetime, address: str) -> None:
    """Note that a session is in use, and from where."""
    used = update(LoginSession).where(LoginSession.id == session_id)
    db.session.execute(used.values(seen_at=now, address=address[:45]))
