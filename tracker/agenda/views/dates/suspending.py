"""Suspending a commitment for a time, and ending that early."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import SuspensionForm
from tracker.agenda.operations import end_suspension, suspend
from tracker.agenda.queries.page import commitment_called
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/<code>/suspension")
def suspension(place: Place, code: str) -> Response:
    """From when to when, and why?"""
    return _suspension_page(place, code, SuspensionForm(from_on=today(place.zone)))


@agenda.post("/<place:place>/agenda/<code>/suspension")
def suspend_post(place: Place, code: str) -> Response:
    """Let pace and silence rest; the same typed twice is the same."""
    form = SuspensionForm()
    commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _suspension_page(place, code, form, 422)
    db.session.rollback()
    try:
        suspend(act_here(place.zone), place, code, form.from_on.data, form.until_on.data, form.reason.data or "")
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _suspension_page(place, code, form, 422)
    return done(_("Suspended. Its due date stays as it is."), _address(place, code))


@agenda.post("/<place:place>/agenda/<code>/suspension/end")
def end_suspension_post(place: Place, code: str) -> Response:
    """It goes on from tomorrow; ended already is ended."""
    commitment_called(place, g.visitor.scope, code)
    db.session.rollback()
    try:
        end_suspension(act_here(place.zone), place, code)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return done(str(refused.message), _address(place, code))
    return done(_("The suspension ends today."), _address(place, code))


def _address(place: Place, code: str) -> str:
    return url_for("follow_up.commitment", place=place, code=code)


def _suspension_page(place: Place, code: str, form: SuspensionForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    return page("agenda/suspension.html", status, place=place, commitment=commitment, form=form)
