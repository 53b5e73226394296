"""Another mail address: asked for with the password, confirmed at both addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from tracker.accounts.models import AddressChange, User
from tracker.accounts.operations.sessions import end_sessions_of
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.tokens import hashed, link_token, new_nonce
from tracker.post.operations import post_mails

PURPOSES = {"old": "address old", "new": "address new"}
CHANGE_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class ChangeLink:
    """A link to a change of address that can still be used, and which of the two addresses it went to."""

    change_id: int
    which: str
    old_email: str
    new_email: str
    #: This address has said yes already.
    is_confirmed: bool


def ask_change(act: Act, user_id: int, new_email: str) -> None:
    """Write to both addresses; an earlier wish that waits is replaced."""
    user = db.session.get_one(User, user_id)
    waits = (AddressChange.user_id == user_id, AddressChange.ended_how == "")
    db.session.execute(update(AddressChange).where(*waits).values(ended_how="replaced", ended_at=act.at))
    nonce = new_nonce()
    change = AddressChange(
        user_id=user_id,
        old_email=user.email,
        new_email=new_email.strip().lower(),
        created_at=act.at,
        expires_at=act.at + CHANGE_LASTS,
        nonce=nonce,
        old_hash=hashed(link_token(PURPOSES["old"], nonce)),
        new_hash=hashed(link_token(PURPOSES["new"], nonce)),
    )
    db.session.add(change)
    db.session.flush()
    post_mails("address_old", [(change.id, change.old_email)], act.at)
    post_mails("address_new", [(change.id, change.new_email)], act.at)
    record(act, "ask_address", None, f"user:{user_id}", {})


def waiting_change(user_id: int, now: datetime) -> AddressChange | None:
    """The wish of this person that waits for its confirmations."""
    return db.session.scalar(
        select(AddressChange).where(
            AddressChange.user_id == user_id, AddressChange.ended_how == "", AddressChange.expires_at > now
        )
    )


def change_of(token: str, now: datetime) -> ChangeLink | None:
    """What this link confirms, while it can."""
    found = _change_of(token, now)
    if found is None:
        return None
    change, which = found
    confirmed = (change.old_at if which == "old" else change.new_at) is not None
    return ChangeLink(change.id, which, change.old_email, change.new_email, confirmed)


def confirm_change(token: str, now: datetime) -> tuple[str, ChangeLink] | None:
    """One address says yes: (`waiting` for the other one, `done`, or `taken` by another account; the link).

    When both have, the account has its new address, is signed out everywhere, and older links are dead.
    """
    begin_write()
    found = _change_of(token, now, lock=True)
    if found is None:
        return None
    change, which = found
    link = ChangeLink(change.id, which, change.old_email, change.new_email, True)
    if which == "old":
        change.old_at = change.old_at or now
    else:
        change.new_at = change.new_at or now
    if change.old_at is None or change.new_at is None:
        db.session.flush()
        return "waiting", link
    change.ended_at = now
    if db.session.scalar(select(User.id).where(User.email == change.new_email)) is not None:
        change.ended_how = "taken"
        db.session.flush()
        return "taken", link
    change.ended_how = "done"
    user = db.session.get_one(User, change.user_id)
    user.email, user.keys_changed_at, user.address_proved_at = change.new_email, now, now
    end_sessions_of(user.id)
    act = Act(user.id, user.name, "link", now, now.date())
    record(act, "change_address", None, f"user:{user.id}", {"email": (change.old_email, change.new_email)})
    db.session.flush()
    return "done", link


def refuse_change(token: str, now: datetime) -> bool:
    """One address says no: nothing changes. Whether the link could still be used."""
    begin_write()
    found = _change_of(token, now, lock=True)
    if found is None:
        return False
    change, _which = found
    change.ended_how, change.ended_at = "refused", now
    user = db.session.get_one(User, change.user_id)
    record(Act(user.id, user.name, "link", now, now.date()), "refuse_address", None, f"user:{user.id}", {})
    return True


def _change_of(token: str, now: datetime, lock: bool = False) -> tuple[AddressChange, str] | None:
    wanted = hashed(token)
    statement = (
        select(AddressChange)
        .join(User, User.id == AddressChange.user_id)
        .where(
            (AddressChange.old_hash == wanted) | (AddressChange.new_hash == wanted),
            AddressChange.ended_how == "",
            AddressChange.expires_at > now,
            AddressChange.created_at > User.keys_changed_at,
            User.active,
        )
    )
    if lock:
        statement = statement.with_for_update()
    change = db.session.scalar(statement)
    if change is None:
        return None
    return change, "old" if change.old_hash == wanted else "new"


def user_at(email: str) -> User:
    """Who has this address, which somebody must have."""
    return db.session.scalars(select(User).where(User.email == email)).one()
