"""Milestones: adding, correcting, reaching, dropping."""

from typing import Any

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import DoneForm, MilestoneForm, ReasonForm
from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.operations import (
    add_milestone,
    cancel_milestone,
    complete_milestone,
    edit_milestone,
    reopen_milestone,
)
from tracker.agenda.queries.page import commitment_called, milestone_of
from tracker.agenda.rules import end_of_period
from tracker.agenda.views import agenda
from tracker.agenda.views.conflicts import mark_of, typed_of
from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.both_texts import differences
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, format_day
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def _home(place: Place, code: str) -> str:
    return url_for("follow_up.commitment", place=place, code=code)


@agenda.get("/<place:place>/agenda/<code>/milestones/new")
def new_milestone(place: Place, code: str) -> Response:
    """An empty form."""
    commitment = commitment_called(place, g.visitor.scope, code)
    return page("agenda/milestone.html", place=place, commitment=commitment, form=MilestoneForm(), milestone=None)


@agenda.post("/<place:place>/agenda/<code>/milestones")
def create_milestone(place: Place, code: str) -> Response:
    """Add a milestone."""
    form = MilestoneForm()
    commitment = commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return page("agenda/milestone.html", 422, place=place, commitment=commitment, form=form, milestone=None)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        weight = 1 if form.weight.data is None else form.weight.data
        add_milestone(act, place, code, form.title.data, form.due_on.data, form.due_precision.data, weight)
        remember_submission(form.click(), act, _home(place, code))
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        commitment = commitment_called(place, g.visitor.scope, code)
        return page("agenda/milestone.html", 422, place=place, commitment=commitment, form=form, milestone=None)
    return done(_said(place, code, _("Milestone added."), form), _home(place, code))


@agenda.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/edit")
def edit_milestone_form(place: Place, code: str, milestone_id: int) -> Response:
    """The form with what stands."""
    commitment = commitment_called(place, g.visitor.scope, code)
    milestone = milestone_of(commitment, milestone_id)
    return _edit_page(place, commitment, milestone_id, MilestoneForm(obj=milestone, stood=mark_of(milestone)))


@agenda.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/edit")
def save_milestone(place: Place, code: str, milestone_id: int) -> Response:
    """Save corrections of a milestone; a second editor gets both texts side by side."""
    form = MilestoneForm()
    commitment = commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _edit_page(place, commitment, milestone_id, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        hold(place.id)
        if form.stood.data != mark_of(milestone_of(commitment_called(place, g.visitor.scope, code), milestone_id)):
            return _conflict(place, code, milestone_id, form)
        edit_milestone(
            act,
            place,
            code,
            milestone_id,
            form.title.data,
            form.due_on.data,
            form.due_precision.data,
            1 if form.weight.data is None else form.weight.data,
            form.date_reason.data,
        )
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _edit_page(place, commitment_called(place, g.visitor.scope, code), milestone_id, form, 422)
    return done(_said(place, code, _("Saved."), form), _home(place, code))


@agenda.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/completion")
def milestone_completion(place: Place, code: str, milestone_id: int) -> Response:
    """When was it reached?"""
    form = DoneForm(completed_on=today(place.zone))
    return _done_page(place, code, milestone_id, form)


@agenda.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/completion")
def complete_milestone_post(place: Place, code: str, milestone_id: int) -> Response:
    """Mark a milestone as reached."""
    form = DoneForm()
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    if not form.validate_on_submit():
        return _done_page(place, code, milestone_id, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        complete_milestone(act, place, code, milestone_id, form.completed_on.data or act.day)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _done_page(place, code, milestone_id, form, 422)
    return done(_("Marked as reached."), _home(place, code))


@agenda.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/cancellation")
def milestone_cancellation(place: Place, code: str, milestone_id: int) -> Response:
    """Why is it dropped?"""
    return _reason_page(place, code, milestone_id, ReasonForm())


@agenda.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/cancellation")
def cancel_milestone_post(place: Place, code: str, milestone_id: int) -> Response:
    """Drop a milestone."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _reason_page(place, code, milestone_id, form, 422)
    db.session.rollback()
    try:
        cancel_milestone(act_here(place.zone), place, code, milestone_id, form.reason.data)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _reason_page(place, code, milestone_id, form, 422)
    return done(_("Milestone dropped."), _home(place, code))


@agenda.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/reopening")
def reopen_milestone_post(place: Place, code: str, milestone_id: int) -> Response:
    """Take a milestone up again."""
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    db.session.rollback()
    reopen_milestone(act_here(place.zone), place, code, milestone_id)
    db.session.commit()
    return done(_("The milestone is open again."), _home(place, code))


def _said(place: Place, code: str, saved: str, form: MilestoneForm) -> str:
    """What is said once it is saved, and that a step would come after the whole: nobody may have meant that."""
    whole_on = commitment_called(place, g.visitor.scope, code).due_on
    due_on = form.due_on.data and end_of_period(form.due_on.data, form.due_precision.data)
    if whole_on is None or due_on is None or due_on <= whole_on:
        return saved
    late = _("The milestone is due after the commitment itself, which is due %(day)s.", day=format_day(whole_on))
    return f"{saved} {late}"


def _conflict(place: Place, code: str, milestone_id: int, form: MilestoneForm) -> Response:
    """409: what the other person saved beside what was typed, and the form ready to save over it."""
    db.session.rollback()
    commitment = commitment_called(place, g.visitor.scope, code)
    milestone = milestone_of(commitment, milestone_id)
    form.stood.data = mark_of(milestone)
    both = differences(form, typed_of(milestone))
    return _edit_page(place, commitment, milestone_id, form, 409, both_texts=both)


def _edit_page(
    place: Place, commitment: Commitment, milestone_id: int, form: MilestoneForm, status: int = 200, **more: Any
) -> Response:
    milestone = milestone_of(commitment, milestone_id)
    return page(
        "agenda/milestone.html", status, place=place, commitment=commitment, form=form, milestone=milestone, **more
    )


def _done_page(place: Place, code: str, milestone_id: int, form: DoneForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    milestone = milestone_of(commitment, milestone_id)
    return page(
        "agenda/milestone_done.html",
        status,
        place=place,
        commitment=commitment,
        form=form,
        milestone=milestone,
    )


def _reason_page(place: Place, code: str, milestone_id: int, form: ReasonForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    milestone = milestone_of(commitment, milestone_id)
    return page(
        "agenda/milestone_drop.html",
        status,
        place=place,
        commitment=commitment,
        form=form,
        milestone=milestone,
    )
