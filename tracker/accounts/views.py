"""Signing in and out, choosing a language."""

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from tracker.accounts.forms import SignInForm
from tracker.accounts.operations import (
    begin_session,
    end_session,
    note_wrong_sign_in,
)
from tracker.accounts.operations import (
    choose_language as remember_language,
)
from tracker.accounts.passwords import is_password
from tracker.accounts.queries import MOST_PER_ACCOUNT, MOST_PER_ADDRESS, user_by_email, wrong_sign_ins
from tracker.core.db import begin_write, db
from tracker.core.i18n import LOCALES, _
from tracker.core.now import utc_now
from tracker.core.web import error_page, page, safe_path

accounts = Blueprint("accounts", __name__)


@accounts.get("/sign-in")
def sign_in() -> Response:
    """The form; who is signed in already goes on."""
    if g.visitor is not None:
        return redirect(safe_path(request.args.get("next"), url_for("follow_up.home")), 303)
    return page("accounts/sign_in.html", form=SignInForm())


@accounts.post("/sign-in")
def sign_in_post() -> Response:
    """Let somebody in. Wrong, unknown and closed accounts get the same answer in the same time."""
    form = SignInForm()
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", 422, form=form)
    email, address, now = form.email.data or "", request.remote_addr or "", utc_now()
    for_account, for_address = wrong_sign_ins(email, address, now)
    if for_account >= MOST_PER_ACCOUNT or for_address >= MOST_PER_ADDRESS:
        response = error_page(
            429,
            _("Too many tries"),
            _("There were too many wrong tries in the last 15 minutes."),
            _("Wait a quarter of an hour and try again."),
        )
        response.headers["Retry-After"] = "900"
        return response
    user = user_by_email(email)
    user_id, password_hash = (user.id, user.password_hash) if user and user.active else (None, None)
    db.session.rollback()
    fits = is_password(password_hash, form.password.data or "")
    begin_write()
    if not fits or user_id is None:
        note_wrong_sign_in(email, address, now)
        db.session.commit()
        form.form_errors.append(_("E-mail and password do not fit together. Check both and try again."))
        return page("accounts/sign_in.html", 422, form=form)
    token = begin_session(user_id, now, bool(form.stay.data))
    if request.cookies.get("language") in LOCALES:
        # Chosen on the way in.
        remember_language(user_id, request.cookies["language"])
    db.session.commit()
    current_app.extensions["start_session"](token, bool(form.stay.data))
    return redirect(safe_path(request.args.get("next"), url_for("follow_up.home")), 303)


@accounts.post("/sign-out")
def sign_out() -> Response:
    """End the session here and on the server."""
    begin_write()
    end_session(g.visitor.session_id)
    db.session.commit()
    logout_user()
    flash(_("You have signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.post("/language")
def choose_language() -> Response:
    """Read on in another language; remembered for who is signed in, else in a cookie."""
    locale = request.form.get("language", "")
    response = redirect(safe_path(request.form.get("next"), url_for("follow_up.home")), 303)
    if locale not in LOCALES:
        return response
    if g.visitor is not None:
        begin_write()
        remember_language(g.visitor.user_id, locale)
        db.session.commit()
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie("language", locale, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=secure)
    return response
