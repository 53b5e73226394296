"""The gate before every page: who asks, is the place theirs to see, may they do this here.

It reads, keeps plain values on `g` and closes the session before whatever may write, so that a write starts clean.
"""

from contextlib import suppress
from dataclasses import replace

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import OperationalError
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from tracker.accounts.operations import note_look, touch_session
from tracker.accounts.queries import browser_by_token
from tracker.accounts.rules import CODE, TOUCH, Visitor, comes_first, duty_of, is_alive, is_over
from tracker.agenda.queries.scoping import has_part_in
from tracker.core.db import begin_write, db
from tracker.core.i18n import _, format_day
from tracker.core.now import local_day, today, utc_now
from tracker.core.ticks import transaction
from tracker.core.web import error_page, is_partial, signed_out_row
from tracker.permissions import PERMISSIONS, Line
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE, Place

#: Where a calendar day ends last.
LAST_ZONE = "Pacific/Pago_Pago"


class SignedIn(UserMixin):
    """What Flask-Login carries: the session's token and the plain visitor behind it."""

    def __init__(self, token: str, visitor: Visitor) -> None:
        self.token, self.visitor = token, visitor

    def get_id(self) -> str:
        """The token: Flask-Login keeps it in the signed cookie."""
        return self.token


class PlaceConverter(BaseConverter):
    """`mx-15033` in an address; the gate exchanges it for the Place."""

    regex = r"[A-Za-z]{2}-[A-Za-z0-9._-]{1,30}"

    def to_url(self, value: str | Place) -> str:
        """The code of a place or the code itself."""
        return value.code if isinstance(value, Place) else value


class CountryConverter(BaseConverter):
    """`MX` in an address."""

    regex = r"[A-Za-z]{2}"


def init_gate(app: Flask) -> None:
    """Put the gate before every request."""
    app.url_map.converters["place"] = PlaceConverter
    app.url_map.converters["country"] = CountryConverter
    login = LoginManager(app)
    login.session_protection = None
    login.user_loader(_load)
    app.before_request(pass_gate)
    app.extensions["start_session"] = start_session


def _load(token: str) -> SignedIn | None:
    browser = browser_by_token(token)
    if browser is None:
        return None
    now = utc_now()
    if not is_alive(browser, now):
        return None
    has_moved = browser.address != (request.remote_addr or "")
    g.touch = browser.visitor.session_id if has_moved or now - browser.seen_at > TOUCH else None
    # A consent that is over in the last of all zones is no role any more; the place's own day is asked below.
    day = local_day(now, LAST_ZONE)
    roles = tuple(role for role in browser.visitor.roles if not is_over(role, day))
    browser = replace(browser, visitor=replace(browser.visitor, roles=roles))
    first = comes_first(browser, duty_of(current_app.config["SECOND_FACTOR_FOR"]))
    return SignedIn(token, replace(browser.visitor, first=first))


def pass_gate() -> Response | None:
    """Let the request through, or answer in its place."""
    g.visitor = g.place = None
    endpoint = request.endpoint
    if endpoint is None:
        return None
    line = PERMISSIONS.get(endpoint)
    if line is None:
        raise RuntimeError(f"no permission line for {endpoint}")
    if line.unasked:
        return None
    only_reads = looked = False
    try:
        if current_user.is_authenticated:
            g.visitor = current_user.visitor
            g.locale = g.visitor.locale
        answer = _judge(line)
        looked = answer is None and _is_look(g.visitor, g.place)
        only_reads = answer is None and request.method in ("GET", "HEAD") and not g.get("touch") and not looked
    finally:
        # A page that only reads goes on in the same transaction: a second one is four more trips to the database.
        if not only_reads:
            db.session.remove()
    if answer is None and g.get("touch"):
        # While a long write goes on elsewhere the page does not wait: the next one says it was seen.
        with suppress(OperationalError), transaction():
            begin_write(hurried=True)
            touch_session(g.touch, utc_now(), request.remote_addr or "")
    if looked:
        _note_look(g.visitor, g.place)
    return answer


def _is_look(visitor: Visitor | None, place: Place | None) -> bool:
    """Whether an administrator looks at a municipality that is not the administrator's own."""
    if visitor is None or place is None or request.method not in ("GET", "HEAD"):
        return False
    return visitor.scope.everywhere and place.id not in visitor.scope.municipality_ids


def _note_look(visitor: Visitor, place: Place) -> None:
    path = request.path.partition(f"/{request.path.split('/')[1]}/")[2]
    with transaction():
        begin_write()
        note_look(visitor.user_id, visitor.name, place.id, path, utc_now())


def _judge(line: Line) -> Response | None:
    visitor: Visitor | None = g.visitor
    if visitor is not None and visitor.first and visitor.first not in line.before:
        # Half signed in is not signed in: no other page answers than those that lead on.
        if not line.public:
            return _ask_to_go_on(visitor.first)
        g.visitor = visitor = None
    if visitor is None:
        return None if line.public else _ask_to_sign_in()
    code = (request.view_args or {}).get("place")
    place = _find_place(visitor, str(code)) if code is not None else None
    if code is not None:
        if place is None:
            return _not_shared(visitor, str(code)) or abort(404)
        assert request.view_args is not None
        day = today(place.zone)
        if visitor.without_ended(place, day) is not visitor:
            g.visitor = visitor = visitor.without_ended(place, day)
            if not visitor.scope.covers(place):
                return _not_shared(visitor, str(code)) or abort(404)
        is_closed = place.closed_on is not None and day >= place.closed_on
        place = replace(place, is_closed=is_closed)
        request.view_args["place"] = g.place = place
        g.country_code = place.country_code
        if place.is_closed and request.method not in ("GET", "HEAD"):
            return _closed(place)
    if not visitor.roles and request.endpoint == "follow_up.home":
        return redirect(url_for("accounts.account"), 303)
    if not line.public and not line.oneself and not (visitor.roles_at(place) & line.roles):
        abort(403)
    if line.whole and not visitor.scope.is_whole:
        abort(403)
    return None


def _find_place(visitor: Visitor, code: str) -> Place | None:
    place = place_by_code(code, visitor.scope)
    if place is None and visitor.scope.partner_ids:
        place = place_by_code(code, EVERYWHERE)
        if place is not None and not has_part_in(place.id, visitor.scope.partner_ids):
            return None
    return place


def _closed(place: Place) -> Response:
    return error_page(
        409,
        _("This municipality is closed"),
        _(
            "%(place)s closed on %(day)s: its agenda can be read, and nothing is written into it any more.",
            place=place.name,
            day=format_day(place.closed_on),
        ),
        _("What was open goes on where it was passed on to; the commitment says where."),
        kept=True,
    )


def _not_shared(visitor: Visitor, code: str) -> Response | None:
    """For who looks after a place that keeps its agenda to itself, whatever the address under it; else None.

    Its name is known to them from the list; nothing else of it shows.
    """
    place = place_by_code(code, EVERYWHERE) if visitor.scope.watches else None
    if place is None or not visitor.scope.looks_after(place):
        return None
    return error_page(
        403,
        _("This agenda is not shared yet"),
        _("%(place)s has not shared its agenda with those who look after it.", place=place.name),
        _("A coordinator of the municipality can do so, under “Who sees our agenda” below its agenda. Ask there."),
    )


def _ask_to_go_on(first: str) -> Response:
    """To the code of the second factor, or to setting one up; what was typed meanwhile is kept."""
    if request.method == "GET" and not is_partial():
        if first != CODE:
            return redirect(url_for("accounts.factor"), 303)
        return redirect(url_for("accounts.enter_code", next=_wanted()), 303)
    return _ask_to_sign_in()


def _wanted() -> str | None:
    wanted = request.full_path if request.query_string else request.path
    return wanted if wanted != "/" else None


def _ask_to_sign_in() -> Response:
    if is_partial():
        return signed_out_row()
    if request.method == "POST":
        return error_page(
            401,
            _("You are no longer signed in"),
            _("Too much time passed, or you signed out in another window, so nothing was saved."),
            _("Copy what you had written below, sign in and send it once more."),
            kept=True,
        )
    return redirect(url_for("accounts.sign_in", next=_wanted()), 303)


def start_session(token: str, stay: bool) -> None:
    """Give the browser a new signed cookie with this token; whatever it carried before is dropped."""
    session.clear()
    session.permanent = stay
    signed_in = _load(token)
    if signed_in is None:
        raise RuntimeError("a session that was just begun is not there")
    db.session.remove()
    login_user(signed_in)
