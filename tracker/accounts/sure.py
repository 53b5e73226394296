"""What several pages of accounts ask: who is it really, how often was it tried, in which browser."""

from flask import Response, current_app, g, request

from tracker.accounts.operations.sessions import renew_session
from tracker.accounts.operations.tries import begin_try, forget_try
from tracker.accounts.passwords import is_password
from tracker.accounts.queries import user_of
from tracker.accounts.rules import device_of
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.core.web import error_page


def here() -> str:
    """The network address of the one who asks."""
    return request.remote_addr or ""


def device_here() -> str:
    """Browser and system of the one who asks."""
    return device_of(request.headers.get("User-Agent", "")[:500])


def too_many() -> Response:
    """Too many wrong tries: when to come again."""
    response = error_page(
        429,
        _("Too many tries"),
        _("There were too many wrong tries in the last 15 minutes."),
        _("Wait a quarter of an hour and try again."),
        kept=True,
    )
    response.headers["Retry-After"] = "900"
    return response


def count_try(door: str, account: str) -> int | None:
    """Count a try at a door for good; its id, or None where there were too many (answer with `too_many`)."""
    with transaction():
        return begin_try(door, account, here(), utc_now())


def has_password(password: str) -> bool | None:
    """Whether this is the visitor's own password; None where it was tried too often. Ends the transaction."""
    user_id = g.visitor.user_id
    try_id = count_try("password", f"user {user_id}")
    if try_id is None:
        return None
    kept = user_of(user_id).password_hash
    db.session.rollback()
    if not is_password(kept, password):
        return False
    with transaction():
        begin_write()
        forget_try(try_id)
    return True


def renew_here(alone: bool) -> tuple[str, bool]:
    """A new token for the present browser, within the transaction; give it to `keep_here` after the commit."""
    return renew_session(g.visitor.user_id, g.visitor.session_id, utc_now(), alone)


def keep_here(token: str, stay: bool) -> None:
    """Hand the new token to the browser."""
    current_app.extensions["start_session"](token, stay)
