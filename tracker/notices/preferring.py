"""What people may do without: choosing it, and the link in each mail with which to choose without signing in."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.tokens import hashed
from tracker.notices.models import MailPreference, Notice, UnsubscribeLink
from tracker.notices.rules import PREFERENCES
from tracker.territory.queries import hold_all

#: How long a link in a mail can be used.
LINK_LASTS = timedelta(days=180)
#: What `secrets.token_urlsafe(32)` makes.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_links(addresses: Sequence[str], now: datetime) -> list[str]:
    """A token of a new link for each address, 256 random bits; only their hashes are kept."""
    tokens = [secrets.token_urlsafe(32) for _ in addresses]
    rows = [
        {"token_hash": hashed(token), "address": address, "expires_at": now + LINK_LASTS}
        for token, address in zip(tokens, addresses, strict=True)
    ]
    if rows:
        db.session.execute(insert(UnsubscribeLink), rows)
    return tokens


def link_of(token: str, now: datetime) -> UnsubscribeLink | None:
    """The link with this token, while it can be used; None for whatever is no token of ours too."""
    if not _TOKEN.fullmatch(token):
        return None
    return db.session.scalar(
        select(UnsubscribeLink).where(UnsubscribeLink.token_hash == hashed(token), UnsubscribeLink.expires_at > now)
    )


def note_use(link_id: int, now: datetime) -> None:
    """Write down that a link was used."""
    begin_write()
    db.session.execute(update(UnsubscribeLink).where(UnsubscribeLink.id == link_id).values(used_at=now))


def choose(act: Act, address: str, wanted: dict[str, bool], subject: str) -> None:
    """Somebody chooses what an address hears; it counts for what waits already too.

    `subject` names in the trail who that is, without the address: `user:3`, or `link:12` from a mail.
    """
    begin_write()
    address = address.lower()
    unsent = (Notice.recipient == address, Notice.state.in_(("waiting", "composed")))
    hold_all(db.session.scalars(select(Notice.municipality_id).where(*unsent).distinct()).all())
    before = preference_of(address)
    prefer(address, wanted, act.at)
    unwanted = [name for name in PREFERENCES if not wanted[name]]
    db.session.execute(
        update(Notice)
        .where(*unsent, Notice.facts["preference"].as_string().in_(unwanted))
        .values(state="cancelled", reason="unwanted")
        .execution_options(synchronize_session=False)
    )
    changes = {name: (before[name], wanted[name]) for name in PREFERENCES}
    if any(old != new for old, new in changes.values()):
        record(act, "choose_mails", None, subject, changes)


def prefer(address: str, wanted: dict[str, bool], now: datetime) -> MailPreference:
    """Write down what an address wants to hear; `wanted` names every one of PREFERENCES."""
    begin_write()
    preference = db.session.get(MailPreference, address.lower())
    if preference is None:
        preference = MailPreference(address=address.lower())
        db.session.add(preference)
    for name in PREFERENCES:
        setattr(preference, name, wanted[name])
    preference.changed_at = now
    db.session.flush()
    return preference


def preference_of(address: str) -> dict[str, bool]:
    """What an address wants to hear; everything where it never said."""
    preference = db.session.get(MailPreference, address.lower())
    return {name: preference is None or getattr(preference, name) for name in PREFERENCES}


def sweep_links(now: datetime) -> None:
    """Forget links that can no longer be used."""
    begin_write()
    db.session.execute(delete(UnsubscribeLink).where(UnsubscribeLink.expires_at <= now))
