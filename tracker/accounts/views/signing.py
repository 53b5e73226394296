"""Signing in and out, the code of the second factor, choosing a language."""

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import SignInForm
from tracker.accounts.operations import begin_session, end_session
from tracker.accounts.operations import choose_language as remember_language
from tracker.accounts.operations.tries import forget_try
from tracker.accounts.passwords import hash_password, is_outdated, is_password
from tracker.accounts.queries import user_by_email, user_of
from tracker.accounts.sure import count_try, device_here, here, too_many
from tracker.accounts.views import accounts
from tracker.core.db import begin_write, db
from tracker.core.i18n import LOCALES, _
from tracker.core.now import utc_now
from tracker.core.web import page, safe_path


@accounts.get("/sign-in")
def sign_in() -> Response:
    """The form; who is signed in already goes on."""
    if g.visitor is not None:
        return redirect(safe_path(request.args.get("next"), url_for("follow_up.home")), 303)
    return page("accounts/sign_in.html", form=SignInForm(), has_left="left" in request.args)


@accounts.post("/sign-in")
def sign_in_post() -> Response:
    """Let somebody in. Wrong, unknown and closed accounts get the same answer in the same time."""
    form = SignInForm()
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", 422, form=form)
    email, password, now = form.email.data or "", form.password.data or "", utc_now()
    try_id = count_try("sign_in", email)
    if try_id is None:
        return too_many()
    user = user_by_email(email)
    user_id, password_hash = (user.id, user.password_hash) if user and user.active else (None, None)
    needs_code = bool(user and user.factor_at)
    db.session.rollback()
    if not is_password(password_hash, password) or user_id is None:
        form.form_errors.append(_("E-mail and password do not fit together. Check both and try again."))
        return page("accounts/sign_in.html", 422, form=form)
    better = hash_password(password) if password_hash and is_outdated(password_hash) else None
    begin_write()
    forget_try(try_id)
    shared = bool(form.shared.data)
    stay = bool(form.stay.data) and not shared
    token = begin_session(user_id, now, stay, shared, needs_code, device_here(), here())
    if better:
        user_of(user_id).password_hash = better
    if request.cookies.get("language") in LOCALES:
        # Chosen on the way in.
        remember_language(user_id, request.cookies["language"])
    db.session.commit()
    current_app.extensions["start_session"](token, stay)
    wanted = safe_path(request.args.get("next"), url_for("follow_up.home"))
    if needs_code:
        return redirect(url_for(".enter_code", next=wanted if wanted != "/" else None), 303)
    return redirect(wanted, 303)


@accounts.post("/sign-out")
def sign_out() -> Response:
    """End the session here and on the server; a shared computer keeps nothing."""
    shared = bool(g.visitor.shared)
    begin_write()
    end_session(g.visitor.session_id)
    db.session.commit()
    logout_user()
    session.clear()
    if shared:
        response = redirect(url_for("accounts.sign_in", left=1), 303)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        response.delete_cookie("language")
        return response
    flash(_("You have signed out."), "success")
    response = redirect(url_for("accounts.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


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
        if g.visitor.shared:
            return response
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie("language", locale, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=secure)
    return response
