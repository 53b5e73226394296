"""How a promise recurs, looked at before it is done; and saying that an occurrence was not held."""

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import ReasonForm
from tracker.agenda.forms.recurring import RecurrenceForm
from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.queries.page import commitment_called, milestone_of, milestones_by_date
from tracker.agenda.recurring.making import Ahead, look_ahead, make_occurrences, not_held
from tracker.agenda.rules import pattern_from
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/<code>/recurrence")
def recurrence(place: Place, code: str) -> Response:
    """How often, on which day, from when to when?"""
    commitment = commitment_called(place, g.visitor.scope, code)
    form = RecurrenceForm(from_on=max(today(place.zone), commitment.start_on or today(place.zone)))
    if commitment.recurs:
        form.show(pattern_from(commitment.recurs))
        form.title.data = _called(commitment)
    return _page(place, code, form)


@agenda.post("/<place:place>/agenda/<code>/recurrence")
def recur(place: Place, code: str) -> Response:
    """Show the days; make them where these very days were looked at and the button says so."""
    form = RecurrenceForm()
    commitment = commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _page(place, code, form, 422)
    try:
        pattern, title = form.pattern(), form.title.data or ""
        own = milestones_by_date(commitment)
        ahead = look_ahead(today(place.zone), place, commitment, own, pattern, title)
    except Refused as refused:
        form.refuse(refused)
        return _page(place, code, form, 422)
    seen, form.seen.data = form.seen.data or "", ahead.mark
    if request.form.get("do") != "make":
        return _page(place, code, form, ahead=ahead)
    db.session.rollback()
    act = act_here(place.zone)
    home = url_for("follow_up.commitment", place=place, code=code)
    try:
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        made = make_occurrences(act, place, code, pattern, title, seen)
        remember_submission(form.click(), act, home)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _page(place, code, form, 422, ahead)
    return done(ngettext("%(num)s milestone made.", "%(num)s milestones made.", len(made.new)), home)


@agenda.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/not-held")
def not_held_form(place: Place, code: str, milestone_id: int) -> Response:
    """Why was it not held?"""
    return _not_held_page(place, code, milestone_id, ReasonForm())


@agenda.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/not-held")
def not_held_post(place: Place, code: str, milestone_id: int) -> Response:
    """Close an occurrence that was not held."""
    form = ReasonForm()
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    if not form.validate_on_submit():
        return _not_held_page(place, code, milestone_id, form, 422)
    db.session.rollback()
    try:
        not_held(act_here(place.zone), place, code, milestone_id, form.reason.data or "")
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _not_held_page(place, code, milestone_id, form, 422)
    home = url_for("follow_up.commitment", place=place, code=code)
    return done(_("Noted that it was not held."), f"{home}#milestones")


def _called(commitment: Commitment) -> str:
    """What the last occurrence is called without its day; empty where it is called after the commitment."""
    titles = [m.title for m in milestones_by_date(commitment) if m.occurs_on is not None]
    title = titles[-1].rpartition(" · ")[0] if titles else ""
    return "" if title == commitment.title else title


def _page(place: Place, code: str, form: RecurrenceForm, status: int = 200, ahead: Ahead | None = None) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    return page("agenda/recurrence.html", status, place=place, commitment=commitment, form=form, ahead=ahead)


def _not_held_page(place: Place, code: str, milestone_id: int, form: ReasonForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    milestone = milestone_of(commitment, milestone_id)
    if milestone.occurs_on is None:
        raise NotHere(milestone_id)
    return page(
        "agenda/milestone_not_held.html",
        status,
        place=place,
        commitment=commitment,
        form=form,
        milestone=milestone,
    )
