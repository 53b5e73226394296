"""The second factor: put on, its codes on paper, taken off."""

from flask import g, redirect, session, url_for
from werkzeug.wrappers import Response

from tracker.accounts.factors import in_groups, new_recovery_codes, new_secret, picture, step_of
from tracker.accounts.forms.people import FactorForm, SureForm
from tracker.accounts.operations.factors import put_factor_on, recovery_codes_left, renew_recovery_codes
from tracker.accounts.operations.tries import forget_try
from tracker.accounts.operations.users import drop_factor
from tracker.accounts.queries import user_of
from tracker.accounts.rules import SET_UP
from tracker.accounts.sure import count_try, has_password, keep_here, renew_here, too_many
from tracker.accounts.views import accounts
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.tokens import seal, unseal
from tracker.core.web import done, page

#: How long fresh recovery codes travel, sealed, in the browser's own cookie until they are shown.
_SHOWN_WITHIN = 600
_FRESH = "fresh recovery codes"
#: And the secret of a second factor that is being set up, in its form.
_SET_UP_WITHIN = 3600
_IN_FORM = "second factor form"


@accounts.get("/account/second-factor")
def factor() -> Response:
    """Set it up, or see that it is on."""
    if user_of(g.visitor.user_id).factor_at is not None:
        return _on_page(200, SureForm(formdata=None))
    return _set_up_page(200, FactorForm(formdata=None, sealed=_in_form(new_secret())))


@accounts.post("/account/second-factor")
def put_on_factor() -> Response:
    """Switch it on: the app shows the right code, and the password is right."""
    form = FactorForm()
    has_one = user_of(g.visitor.user_id).factor_at is not None
    db.session.rollback()
    if has_one:
        return redirect(url_for(".factor"), 303)
    secret = _from_form(form)
    if secret is None:
        form = FactorForm(formdata=None, sealed=_in_form(new_secret()))
        form.form_errors.append(_("The picture was too old or was altered. Take this new one into your app."))
        return _set_up_page(422, form)
    if not form.validate_on_submit():
        return _set_up_page(422, form)
    fits = has_password(form.password.data or "")
    if fits is None:
        return too_many()
    if not fits:
        form.password.errors = [_("This is not your password.")]
        return _set_up_page(422, form)
    try_id = count_try("code", f"user {g.visitor.user_id}")
    if try_id is None:
        return too_many()
    step = step_of(secret, "".join((form.code.data or "").split()), utc_now())
    if step is None:
        form.code.errors = [_("This is not the code of the moment. Look at the app again.")]
        return _set_up_page(422, form)
    codes = new_recovery_codes()
    begin_write()
    forget_try(try_id)
    put_factor_on(act_here("UTC"), g.visitor.user_id, secret, step, codes)
    token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(token, stay)
    session[_FRESH] = seal(_FRESH, " ".join(codes))
    return redirect(url_for(".recovery_codes"), 303)


@accounts.get("/account/second-factor/codes")
def recovery_codes() -> Response:
    """Fresh codes, once; afterwards how many are left."""
    if user_of(g.visitor.user_id).factor_at is None:
        return redirect(url_for(".factor"), 303)
    carried = session.pop(_FRESH, None)
    shown = unseal(_FRESH, str(carried), _SHOWN_WITHIN) if carried else None
    codes = [in_groups(code, 5) for code in shown.split()] if shown else []
    return _codes_page(200, SureForm(formdata=None), codes)


@accounts.post("/account/second-factor/codes")
def new_codes() -> Response:
    """Ten new ones; the old ones count no more."""
    form = SureForm()
    if not form.validate_on_submit():
        db.session.rollback()
        return _codes_page(422, form, [])
    answer = _not_sure(form)
    if answer is not None:
        return answer if answer.status_code == 429 else _codes_page(422, form, [])
    codes = new_recovery_codes()
    begin_write()
    if user_of(g.visitor.user_id).factor_at is None:
        db.session.rollback()
        return redirect(url_for(".factor"), 303)
    renew_recovery_codes(act_here("UTC"), g.visitor.user_id, codes)
    db.session.commit()
    session[_FRESH] = seal(_FRESH, " ".join(codes))
    return redirect(url_for(".recovery_codes"), 303)


@accounts.post("/account/second-factor/removal")
def take_off_factor() -> Response:
    """Switch it off; other browsers are signed out."""
    form = SureForm()
    if not form.validate_on_submit():
        db.session.rollback()
        return _on_page(422, form)
    answer = _not_sure(form)
    if answer is not None:
        return answer if answer.status_code == 429 else _on_page(422, form)
    begin_write()
    user = user_of(g.visitor.user_id)
    if user.factor_at is not None:
        drop_factor(act_here("UTC"), user, "factor_off")
    token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(token, stay)
    return done(_("The second factor is off."), url_for(".account"))


def _in_form(secret: str) -> str:
    """The secret that was shown, as the form carries it."""
    return seal(_IN_FORM, secret)


def _from_form(form: FactorForm) -> str | None:
    """The secret that was shown; None where it was long ago, or altered."""
    return unseal(_IN_FORM, form.sealed.data or "", _SET_UP_WITHIN)


def _not_sure(form: SureForm) -> Response | None:
    """What to answer where the password is wrong, with the word at its field; None where it is right."""
    fits = has_password(form.password.data or "")
    if fits is None:
        return too_many()
    if fits:
        return None
    form.password.errors = [_("This is not your password.")]
    return Response(status=422)


def _set_up_page(status: int, form: FactorForm) -> Response:
    secret = _from_form(form) or new_secret()
    return page(
        "accounts/factor_set_up.html",
        status,
        form=form,
        picture=picture(secret, g.visitor.email),
        secret=in_groups(secret, 4),
        is_duty=g.visitor.first == SET_UP,
    )


def _on_page(status: int, form: SureForm) -> Response:
    user = user_of(g.visitor.user_id)
    return page("accounts/factor_on.html", status, form=form, codes_left=recovery_codes_left(user.id))


def _codes_page(status: int, form: SureForm, codes: list[str]) -> Response:
    left = recovery_codes_left(g.visitor.user_id)
    return page("accounts/recovery_codes.html", status, form=form, codes=codes, codes_left=left)
