"""Hashing of passwords; slow on purpose, so never inside a transaction, and only so many at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.core.errors import Busy

#: Shortest password; length protects better than signs.
SHORTEST = 10
#: What is more is no password; nor is it hashed.
LONGEST = 1000
#: One hash takes so much memory for a tenth to a fifth of a second.
MEMORY_KIB = 48 * 1024
#: Hashes at once in one process: as many as there are processors, so that more would only wait for each other.
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
#: So many more may wait for a turn: each of them holds a thread of the server that other pages need.
MOST_WAITING = 5
#: Seconds that somebody waits for a turn; then the site is too busy (503).
PATIENCE = 8

_ROUNDS = 3
_hasher = PasswordHasher(time_cost=_ROUNDS, memory_cost=MEMORY_KIB, parallelism=1)
#: What an unknown account is measured against: takes as long as any other and fits nothing.
_NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={_ROUNDS},p=1${'A' * 22}${'A' * 43}"
_turns = BoundedSemaphore(AT_ONCE)
_places = BoundedSemaphore(AT_ONCE + MOST_WAITING)


def hash_password(password: str) -> str:
    """The argon2id hash of a password; raises Busy where too many wait already."""
    with _turn():
        return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account (None) takes as long as a known one and never fits.

    Raises Busy where too many wait already.
    """
    with _turn():
        try:
            _hasher.verify(password_hash or _NOBODYS, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other figures than today's."""
    try:
        return _hasher.check_needs_rehash(password_hash)
    except InvalidHashError:
        return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        if not _turns.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()
