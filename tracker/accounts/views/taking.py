"""An administrator takes a second factor off somebody who lost phone and paper."""

from flask import url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import SureForm
from tracker.accounts.models import User
from tracker.accounts.operations.users import drop_factor
from tracker.accounts.queries.signing import user_or_none
from tracker.accounts.sure import has_password, too_many
from tracker.accounts.views import accounts
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _
from tracker.core.web import done, page


@accounts.get("/people/<id:user_id>/second-factor")
def others_factor(user_id: int) -> Response:
    """Whose it is, and what follows."""
    return _factor_page(200, user_id, SureForm(formdata=None))


@accounts.post("/people/<id:user_id>/second-factor")
def take_others_factor(user_id: int) -> Response:
    """Take it off, with one's own password; its owner hears by mail and is signed out."""
    form = SureForm()
    _user(user_id)
    if not form.validate_on_submit():
        return _factor_page(422, user_id, form)
    db.session.rollback()
    fits = has_password(form.password.data or "")
    if fits is None:
        return too_many()
    if not fits:
        form.password.errors = [_("This is not your password.")]
        return _factor_page(422, user_id, form)
    begin_write()
    user = _user(user_id)
    if user.factor_at is None:
        raise Refused(_("This person has no second factor."))
    drop_factor(act_here("UTC"), user, "factor_taken")
    name = user.name
    db.session.commit()
    return done(
        _("%(name)s signs in with the password alone now, and was told by mail.", name=name), url_for(".everybody")
    )


def _factor_page(status: int, user_id: int, form: SureForm) -> Response:
    user = _user(user_id)
    return page("accounts/others_factor.html", status, form=form, user=user, has_factor=user.factor_at is not None)


def _user(user_id: int) -> User:
    user = user_or_none(user_id)
    if user is None:
        raise NotHere
    return user
