"""Closing, dropping and taking up again, each on a page of its own and undone by another."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import CompletionForm, ReasonForm
from tracker.agenda.operations import cancel_commitment, complete_commitment, reopen_commitment
from tracker.agenda.presenting import held_words
from tracker.agenda.queries.page import commitment_called, milestones_by_date
from tracker.agenda.queries.recurring import held_of
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/<code>/completion")
def completion(place: Place, code: str) -> Response:
    """How did it end?"""
    day = today(place.zone)
    commitment = commitment_called(place, g.visitor.scope, code)
    form = CompletionForm(completed_on=day)
    if held := held_of([commitment], day).get(commitment.id):
        form.outcome.data = held.outcome
        form.closing_note.data = held_words(held) + "."
    return _completion_page(place, code, form)


@agenda.post("/<place:place>/agenda/<code>/completion")
def complete(place: Place, code: str) -> Response:
    """Close a commitment."""
    form = CompletionForm()
    commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _completion_page(place, code, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        complete_commitment(
            act,
            place,
            code,
            form.completed_on.data or act.day,
            form.outcome.data,
            form.closing_note.data,
            form.open_milestones.data or "",
        )
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _completion_page(place, code, form, 422)
    return done(_("Closed."), url_for("follow_up.commitment", place=place, code=code))


@agenda.get("/<place:place>/agenda/<code>/cancellation")
def cancellation(place: Place, code: str) -> Response:
    """Why is it dropped?"""
    return _reason_page(place, code, ReasonForm(), "cancel")


@agenda.post("/<place:place>/agenda/<code>/cancellation")
def cancel(place: Place, code: str) -> Response:
    """Drop a commitment."""
    return _with_reason(place, code, "cancel", _("Dropped."))


@agenda.get("/<place:place>/agenda/<code>/reopening")
def reopening(place: Place, code: str) -> Response:
    """Why is it taken up again?"""
    return _reason_page(place, code, ReasonForm(), "reopen")


@agenda.post("/<place:place>/agenda/<code>/reopening")
def reopen(place: Place, code: str) -> Response:
    """Take a commitment up again."""
    return _with_reason(place, code, "reopen", _("Taken up again; its dates count from now on."))


def _with_reason(place: Place, code: str, verb: str, message: str) -> Response:
    form = ReasonForm()
    commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _reason_page(place, code, form, verb, 422)
    db.session.rollback()
    operation = {"cancel": cancel_commitment, "reopen": reopen_commitment}[verb]
    try:
        operation(act_here(place.zone), place, code, form.reason.data)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _reason_page(place, code, form, verb, 422)
    return done(message, url_for("follow_up.commitment", place=place, code=code))


def _completion_page(place: Place, code: str, form: CompletionForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    remaining = [m for m in milestones_by_date(commitment) if m.is_open]
    return page(
        "agenda/completion.html", status, place=place, commitment=commitment, form=form, remaining=remaining
    )


def _reason_page(place: Place, code: str, form: ReasonForm, verb: str, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    remaining = [m for m in milestones_by_date(commitment) if m.is_open]
    return page(
        "agenda/reason.html",
        status,
        place=place,
        commitment=commitment,
        form=form,
        verb=verb,
        remaining=remaining,
    )
