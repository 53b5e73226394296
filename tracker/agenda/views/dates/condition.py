"""A date that hangs on something: saying that it is there."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import ConditionForm
from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.operations.dates.giving import meet_condition
from tracker.agenda.queries.page import commitment_called
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/<code>/condition")
def condition(place: Place, code: str) -> Response:
    """Since when is it there?"""
    return _condition_page(place, code, ConditionForm(on=today(place.zone)))


@agenda.post("/<place:place>/agenda/<code>/condition")
def meet_condition_post(place: Place, code: str) -> Response:
    """Let the due date follow; a second time it is refused in words."""
    form = ConditionForm()
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    if not form.validate_on_submit():
        return _condition_page(place, code, form, 422)
    db.session.rollback()
    try:
        meet_condition(act_here(place.zone), place, code, form.on.data)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _condition_page(place, code, form, 422)
    said = _("Noted. Its due date follows from that day.")
    return done(said, url_for("follow_up.commitment", place=place, code=code))


def _condition_page(place: Place, code: str, form: ConditionForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    return page("agenda/condition.html", status, place=place, commitment=commitment, form=form)
