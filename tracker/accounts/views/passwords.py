"""Changing the password, and setting it anew where it is forgotten."""

import re

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import ForgottenForm, PasswordForm, ResetForm
from tracker.accounts.operations.resets import ask_reset, resets_of, use_reset
from tracker.accounts.operations.users import set_password
from tracker.accounts.passwords import hash_password
from tracker.accounts.queries import user_of
from tracker.accounts.sure import count_try, has_password, keep_here, renew_here, too_many
from tracker.accounts.views import accounts
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.web import done, error_page, page

#: What `core.tokens.link_token` makes.
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@accounts.get("/account/password")
def password() -> Response:
    """The form."""
    return page("accounts/password.html", form=PasswordForm())


@accounts.post("/account/password")
def change_password() -> Response:
    """Take the new one; every other browser is signed out, this one gets a new token."""
    form = PasswordForm()
    form.about = (g.visitor.email, g.visitor.name)
    if not form.validate_on_submit():
        return page("accounts/password.html", 422, form=form)
    fits = has_password(form.password.data or "")
    if fits is None:
        return too_many()
    if not fits:
        form.password.errors = [_("This is not your password.")]
        return page("accounts/password.html", 422, form=form)
    made = hash_password(form.new.data or "")
    begin_write()
    set_password(act_here("UTC"), user_of(g.visitor.user_id), made, but=g.visitor.session_id)
    token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(token, stay)
    return done(_("Your password is changed. Every other device is signed out."), url_for(".account"))


@accounts.get("/password")
def forgotten() -> Response:
    """Whose password is forgotten."""
    return page("accounts/forgotten.html", form=ForgottenForm())


@accounts.post("/password")
def ask_for_reset() -> Response:
    """Let a mail leave if there is such an account; the answer is the same whether or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("accounts/forgotten.html", 422, form=form)
    email = (form.email.data or "").lower()
    if count_try("reset", email) is None:
        return too_many()
    ask_reset(email, utc_now())
    db.session.commit()
    return redirect(url_for(".reset_asked"), 303)


@accounts.get("/password/asked")
def reset_asked() -> Response:
    """What happens next."""
    return page("accounts/reset_asked.html")


@accounts.get("/password/<token>")
def reset(token: str) -> Response:
    """The link of the mail."""
    if not TOKEN.fullmatch(token) or resets_of(token, utc_now()) is None:
        db.session.rollback()
        return _no_link()
    return page("accounts/reset.html", form=ResetForm(), token=token)


@accounts.post("/password/<token>")
def reset_post(token: str) -> Response:
    """Set the new password, once."""
    form = ResetForm()
    found = resets_of(token, utc_now()) if TOKEN.fullmatch(token) else None
    if found is None:
        db.session.rollback()
        return _no_link()
    form.about = (found[1].email, found[1].name)
    if not form.validate_on_submit():
        return page("accounts/reset.html", 422, form=form, token=token)
    db.session.rollback()
    made = hash_password(form.new.data or "")
    if use_reset(token, made, utc_now()) is None:
        db.session.rollback()
        return _no_link()
    db.session.commit()
    return done(_("Your new password is set. Sign in with it."), url_for(".sign_in"))


def _no_link() -> Response:
    """One answer for a link that never was, is too old, was used or was cut short on its way."""
    return error_page(
        404,
        _("This link does not work any more"),
        _("It was used already, is older than an hour, or a part of it got lost on the way. Nothing was changed."),
        _('Ask for a new one where you sign in, under "Forgot your password?".'),
    )
