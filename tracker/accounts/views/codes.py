"""Between the password and the first page: the code of the second factor."""

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import CodeForm
from tracker.accounts.operations.factors import use_code
from tracker.accounts.operations.tries import forget_try
from tracker.accounts.rules import CODE
from tracker.accounts.sure import count_try, keep_here, renew_here, too_many
from tracker.accounts.views import accounts
from tracker.core.db import db
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.web import page, safe_path


@accounts.get("/sign-in/code")
def enter_code() -> Response:
    """The form; who has passed already goes on."""
    if g.visitor.first != CODE:
        return redirect(_wanted(), 303)
    return page("accounts/code.html", form=CodeForm())


@accounts.post("/sign-in/code")
def enter_code_post() -> Response:
    """Take the code of the moment or one from paper, once; the browser gets a new token."""
    if g.visitor.first != CODE:
        return redirect(_wanted(), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return page("accounts/code.html", 422, form=form)
    try_id = count_try("code", f"user {g.visitor.user_id}")
    if try_id is None:
        return too_many()
    if not use_code(g.visitor.user_id, form.code.data or "", utc_now()):
        db.session.rollback()
        form.code.errors = [_("This code does not count. Wait for the next one, or take one from your paper.")]
        return page("accounts/code.html", 422, form=form)
    forget_try(try_id)
    token, stay = renew_here(alone=False)
    db.session.commit()
    keep_here(token, stay)
    return redirect(_wanted(), 303)


def _wanted() -> str:
    return safe_path(request.args.get("next"), url_for("follow_up.home"))
