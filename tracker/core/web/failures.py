"""What goes wrong, in words: which page answers which error."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from tracker.core.db import db
from tracker.core.errors import Busy, EditConflict, NotHere, Refused
from tracker.core.i18n import _
from tracker.core.log import log
from tracker.core.web.answers import error_page


def _http_error(error: HTTPException) -> AnyResponse | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    db.session.rollback()
    title, message, what = _words(status)
    return error_page(status, title, message, what, kept=request.method == "POST" and status != 404)


def _words(status: int) -> tuple[str, str, str | None]:
    if status == 404:
        return (
            _("This page does not exist"),
            _("The address is wrong, the page was moved, or it is not open to you."),
            _("Check the address, or look for what you need from the start page."),
        )
    if status == 403:
        return (
            _("You may not do this"),
            _("Your role in this municipality does not include this step."),
            _("Ask the coordinator of the municipality to do it, or to change your role."),
        )
    if status == 405:
        return _("This page cannot be opened like this"), _("It only receives what a form sends."), None
    if status == 413:
        return (
            _("This is too large"),
            _("What was sent is larger than the site takes in."),
            _("Choose a smaller file (10 MB at most), or shorten the text."),
        )
    if status == 429:
        return (
            _("Too many tries"),
            _("There were too many wrong tries in the last 15 minutes."),
            _("Wait a quarter of an hour and try again."),
        )
    if status >= 500:
        return _failure_words()
    return (
        _("This could not be read"),
        _("What your browser sent is not complete or not as expected."),
        _("Go back, load the page again and send it once more."),
    )


def _failure_words() -> tuple[str, str, str]:
    return (
        _("Something failed on our side"),
        _("It is not your fault, and nothing was half saved."),
        _("Try again in a moment."),
    )


def _old_token(_error: CSRFError) -> AnyResponse:
    return error_page(
        400,
        _("This form is too old"),
        _("The page was open for a long time, or you signed out meanwhile, so it could not be accepted."),
        _("Copy what you had written below, go back, load the page again and send it once more."),
        kept=True,
    )


def _not_here(_error: NotHere) -> AnyResponse:
    db.session.rollback()
    return error_page(404, *_words(404))


def _refused(error: Refused) -> AnyResponse:
    db.session.rollback()
    status = 409 if isinstance(error, EditConflict) else 422
    return error_page(
        status,
        _("This cannot be done now"),
        str(error),
        _("Go back and look at how it stands now."),
        kept=True,
    )


def _busy(_error: Busy) -> AnyResponse:
    return _later()


def _database_away(error: OperationalError) -> AnyResponse:
    db.session.rollback()
    log("web").error("database not available", error=type(error.orig).__name__)
    return _later()


def _later() -> AnyResponse:
    response = error_page(
        503,
        _("Too much at once"),
        _("The site is busy and could not save or read right now."),
        _("Try again in a minute."),
        kept=True,
    )
    response.headers["Retry-After"] = "30"
    return response


def _bad_value(error: DBAPIError) -> AnyResponse:
    """A value the database cannot hold (a NUL sign, a number out of range) that no form caught."""
    db.session.rollback()
    if isinstance(error, DataError):
        log("web").warning("value refused by the database", error=type(error.orig).__name__)
        return error_page(400, *_words(400), kept=True)
    return _failure(error)


def _failure(error: Exception) -> AnyResponse:
    db.session.rollback()
    error_id = secrets.token_hex(4)
    log("web").error(
        "request failed", error_id=error_id, endpoint=request.endpoint, error=repr(error), exc_info=True
    )
    g.failed = True
    return error_page(500, *_failure_words(), kept=True, error_id=error_id)


#: Kinds of errors and the page that answers each.
ANSWERS: tuple[tuple[type[Exception], Callable[[Any], AnyResponse | HTTPException]], ...] = (
    (HTTPException, _http_error),
    (CSRFError, _old_token),
    (NotHere, _not_here),
    (Refused, _refused),
    (Busy, _busy),
    (OperationalError, _database_away),
    (DBAPIError, _bad_value),
    (Exception, _failure),
)
