"""Reads of users, sessions, people and invitations."""

from tracker.accounts.queries.signing import (
    MOST_PER_ACCOUNT,
    MOST_PER_ADDRESS,
    WINDOW,
    browser_by_token,
    looks_at,
    sessions_of,
    user_by_email,
    user_of,
    user_or_none,
    with_members,
)
from tracker.accounts.queries.telling import listeners_of, partners_with_users, with_part_at

__all__ = [
    "MOST_PER_ACCOUNT",
    "MOST_PER_ADDRESS",
    "WINDOW",
    "browser_by_token",
    "listeners_of",
    "looks_at",
    "partners_with_users",
    "sessions_of",
    "user_by_email",
    "user_of",
    "user_or_none",
    "with_members",
    "with_part_at",
]
