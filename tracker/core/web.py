"""What every page shares: headers, error pages, tokens, addresses of static files, safe redirects."""

import hashlib
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from tracker.core.db import db
from tracker.core.errors import Busy, EditConflict, NotHere, Refused
from tracker.core.i18n import _, current_locale
from tracker.core.log import log

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Fields that are never shown again on an error page.
SECRET_FIELDS = ("password", "csrf_token", "form_id", "token", "code")

csrf = CSRFProtect()


class IdConverter(IntegerConverter):
    """The id of a row in an address: a number that a database can hold, from 1 on; anything else is no address."""

    regex = r"[1-9][0-9]{0,17}"


def init_web(app: Flask) -> None:
    """Wire headers, error pages, form tokens, compression, ids in addresses and the globals of templates."""
    secure = app.config["TRACKER_ENV"] == "production"
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure and app.config["PUBLIC_URL"].startswith("https://"),
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        MAX_CONTENT_LENGTH=45 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TRUSTED_HOSTS=_trusted_hosts(app) if secure else None,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_STREAMS=False,
    )
    app.url_map.converters["id"] = IdConverter
    csrf.init_app(app)
    Compress(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_field=csrf_field, static_url=static_url)
    app.context_processor(lambda: {"locale_tag": current_locale().replace("_", "-")})
    app.after_request(_headers)
    for kind, answer in (
        (HTTPException, _http_error),
        (CSRFError, _old_token),
        (NotHere, _not_here),
        (Refused, _refused),
        (Busy, _busy),
        (OperationalError, _database_away),
        (DBAPIError, _bad_value),
        (Exception, _failure),
    ):
        app.register_error_handler(kind, answer)


def csrf_field() -> Markup:
    """The hidden input with the form token."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def static_url(path: str) -> str:
    """Address of a static file with a hash of its content, so that browsers may keep it for ever."""
    return url_for("static", filename=path, v=_content_hash(path))


@lru_cache(maxsize=64)
def _content_hash(path: str) -> str:
    return hashlib.sha256((Path(__file__).parents[1] / "static" / path).read_bytes()).hexdigest()[:10]


def is_partial() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def safe_path(wanted: str | None, otherwise: str) -> str:
    """`wanted` if it stays on this site, else `otherwise`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc and wanted.isprintable() else otherwise


def done(message: str, url: str) -> AnyResponse:
    """After a write: say what happened and go there (303)."""
    flash(message, "success")
    return redirect(url, 303)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page with a status; 422 where a form has errors."""
    return make_response(render_template(template, **context), status)


def error_page(
    status: int,
    title: str,
    message: str,
    what_to_do: str | None = None,
    kept: bool = False,
    error_id: str | None = None,
) -> Response:
    """A page (or, for htmx and files, the same page as a part) that says what went wrong and what to do."""
    typed = _typed() if kept else None
    body = render_template(
        "errors/error.html",
        title=title,
        message=message,
        what_to_do=what_to_do,
        kept=typed,
        error_id=error_id,
    )
    return make_response(body, status)


def _typed() -> list[tuple[str, str]]:
    try:
        form = request.form
    except Exception:
        return []
    return [
        (name.replace("_", " "), value)
        for name, value in form.items(multi=True)
        if value.strip() and name not in SECRET_FIELDS and len(value) <= 20_000
    ][:60]


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint == "static":
        if "v" in request.args and response.status_code == 200:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie, Accept-Language, HX-Request")
    return response


def _trusted_hosts(app: Flask) -> list[str]:
    host = urlsplit(app.config["PUBLIC_URL"]).netloc
    return [host, host.partition(":")[0], "127.0.0.1", "localhost"]


def _http_error(error: HTTPException) -> AnyResponse | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, SecurityError):
        # An unknown host: no page can be drawn whose links would lead somewhere.
        return Response(_("This address is not served here."), 400, mimetype="text/plain")
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
    if type(error.orig).__name__ in ("DataError", "NumericValueOutOfRange", "UntranslatableCharacter"):
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
