"""Answers of views: pages with a status, redirects that say what happened, errors that keep what was typed."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, g, make_response, redirect, render_template, request
from flask.globals import request_ctx
from flask_login import AnonymousUserMixin
from werkzeug.wrappers import Response as AnyResponse

from tracker.core.forms import typed_in
from tracker.core.i18n import _
from tracker.core.log import log

#: Longest text that is shown again on an error page, in characters.
LONGEST_KEPT = 20_000


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
    # Drawn without asking the database who is there: it may be what failed.
    g.visitor = g.place = None
    g._login_user = AnonymousUserMixin()
    if request_ctx.url_adapter is None:
        # An unknown or unreadable host: no page can be drawn whose links would lead somewhere.
        return Response(_("This address is not served here."), 400, mimetype="text/plain")
    body = render_template(
        "errors/error.html",
        title=title,
        message=message,
        what_to_do=what_to_do,
        kept=typed,
        error_id=error_id,
    )
    return make_response(body, status)


def signed_out_row() -> Response:
    """For htmx: the row says that the session ended and shows what was typed."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = safe_path(current.path + (f"?{current.query}" if current.query else ""), "/")
    return page("errors/signed_out_row.html", 401, kept=_typed(), next=back)


def _typed() -> list[tuple[str, str]]:
    """What the person had typed; nothing where even that cannot be read."""
    try:
        return [pair for pair in typed_in(request.form) if len(pair[1]) <= LONGEST_KEPT][:60]
    except Exception as error:
        log("web").info("nothing kept", error=type(error).__name__)
        return []
