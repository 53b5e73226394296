"""Counting what was wrong, so that nobody can try without end; in the database: several processes count as one."""

from datetime import datetime

from sqlalchemy import Integer, cast, delete, func, select, text

from tracker.accounts.models import SignInAttempt
from tracker.accounts.queries.signing import MOST_PER_ACCOUNT, MOST_PER_ADDRESS, WINDOW
from tracker.core.db import begin_write, db, dialect_name
from tracker.core.tokens import hashed

#: Wrong codes for one account from anywhere: who tries them knows the password, and may come from many addresses.
MOST_CODES = 50


def begin_try(door: str, account: str, address: str, now: datetime) -> int | None:
    """Count a try at a door (sign_in, reset, join, code, password) before it is looked at; its id.

    None where too many are counted: ten for the account from this address, fifty from the address. Whether there is
    such an account changes nothing. One that turns out right is taken back by `forget_try`.
    """
    begin_write()
    by_account, by_address = hashed(account.strip().lower()), hashed(address)
    if dialect_name() == "postgresql":
        # Tries from one address wait for each other, or several at once would all see room.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(by_address[:15], 16)})
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
    mine = SignInAttempt.address_hash == by_address
    own = SignInAttempt.account_hash == by_account
    counted = select(
        func.coalesce(func.sum(cast(mine & own, Integer)), 0),
        func.coalesce(func.sum(cast(mine, Integer)), 0),
        func.coalesce(func.sum(cast(own, Integer)), 0),
    ).where(SignInAttempt.door == door, SignInAttempt.at > now - WINDOW, mine | own)
    both, from_address, of_account = db.session.execute(counted).one()
    if (
        both >= MOST_PER_ACCOUNT
        or from_address >= MOST_PER_ADDRESS
        or (door == "code" and of_account >= MOST_CODES)
    ):
        return None
    tried = SignInAttempt(at=now, door=door, account_hash=by_account, address_hash=by_address)
    db.session.add(tried)
    db.session.flush()
    return tried.id


def forget_try(try_id: int) -> None:
    """It was right."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id == try_id))
