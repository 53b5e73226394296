"""Writes of users, sessions, passwords, second factors and invitations."""

from tracker.accounts.operations.looks import LOOKS_KEPT, note_look
from tracker.accounts.operations.sessions import begin_session, end_session, end_sessions_of, touch_session
from tracker.accounts.operations.users import add_roles, choose_language, create_user, name_user

__all__ = [
    "LOOKS_KEPT",
    "add_roles",
    "begin_session",
    "choose_language",
    "create_user",
    "end_session",
    "end_sessions_of",
    "name_user",
    "note_look",
    "touch_session",
]
