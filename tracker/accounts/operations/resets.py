"""A forgotten password: asked for without telling whether there is an account, set anew by a link."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from tracker.accounts.models import PasswordReset, User
from tracker.accounts.operations.users import set_password
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.tokens import hashed, link_token, new_nonce
from tracker.post.operations import post_mails

PURPOSE = "reset"
RESET_LASTS = timedelta(hours=1)
#: Rows of links that are long dead.
_KEPT = timedelta(days=30)


def ask_reset(email: str, now: datetime) -> None:
    """Put a mail with a link on its way. Nobody looks here whether the address has an account: its writer does."""
    begin_write()
    nonce = new_nonce()
    asked = PasswordReset(
        email=email.strip().lower(),
        created_at=now,
        expires_at=now + RESET_LASTS,
        nonce=nonce,
        token_hash=hashed(link_token(PURPOSE, nonce)),
    )
    db.session.add(asked)
    db.session.flush()
    post_mails("reset", [(asked.id, asked.email)], now)


def resets_of(token: str, now: datetime) -> tuple[PasswordReset, User] | None:
    """The link with this token and whose it is, while it can be used."""
    statement = (
        select(PasswordReset, User)
        .join(User, User.email == PasswordReset.email)
        .where(
            PasswordReset.token_hash == hashed(token),
            PasswordReset.expires_at > now,
            PasswordReset.used_at.is_(None),
            PasswordReset.created_at > User.keys_changed_at,
            User.active,
        )
    )
    row = db.session.execute(statement).first()
    return (row[0], row[1]) if row else None


def use_reset(token: str, password_hash: str, now: datetime) -> User | None:
    """Set the new password by a link, once; None where it cannot be used (any more). Of two at once one wins."""
    begin_write()
    found = resets_of(token, now)
    if found is None:
        return None
    reset, user = found
    taken = update(PasswordReset).where(PasswordReset.id == reset.id, PasswordReset.used_at.is_(None))
    if db.session.execute(taken.values(used_at=now).returning(PasswordReset.id)).first() is None:
        return None
    user.address_proved_at = user.address_proved_at or now
    set_password(Act(user.id, user.name, "link", now, now.date()), user, password_hash)
    return user


def sweep_resets(now: datetime) -> None:
    """Forget what was asked for long ago, known account or not; but the newest row.

    A mail is known by the number of its row, and SQLite gives the highest number anew once its row is gone.
    """
    begin_write()
    newest = select(func.max(PasswordReset.id)).scalar_subquery()
    old = PasswordReset.created_at < now - _KEPT, PasswordReset.id < newest
    db.session.execute(delete(PasswordReset).where(*old))
