"""Reporting progress: opened in place, or on a page of its own without script."""

from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import may_report, must_be_own_unit
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.page import commitment_called, milestone_of, milestones_by_date
from tracker.agenda.queries.recurring import held_of
from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.storage import StoredFile
from tracker.core.uploads import store_upload
from tracker.core.web import done, is_partial, page
from tracker.follow_up.forms.reporting import UpdateForm
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.commitment import closed_row
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: Files with one update.
MOST_FILES = 4


@follow_up.get("/<place:place>/agenda/<code>/updates/new")
def new_update(place: Place, code: str) -> Response:
    """The form for a commitment."""
    return _open(place, code, None)


@follow_up.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/updates/new")
def new_milestone_update(place: Place, code: str, milestone_id: int) -> Response:
    """The form for a milestone."""
    return _open(place, code, milestone_id)


@follow_up.post("/<place:place>/agenda/<code>/updates")
def report(place: Place, code: str) -> Response | str:
    """Report on a commitment."""
    return _report(place, code, None)


@follow_up.post("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/updates")
def report_milestone(place: Place, code: str, milestone_id: int) -> Response | str:
    """Report on a milestone."""
    return _report(place, code, milestone_id)


def _open(place: Place, code: str, milestone_id: int | None) -> Response:
    promise = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, promise)
    subject: Commitment | Milestone = milestone_of(promise, milestone_id) if milestone_id else promise
    if not subject.is_open or not promise.is_watched:
        return redirect(url_for("follow_up.commitment", place=place, code=promise.code), 303)
    form = UpdateForm(progress=None if milestone_id or promise.quantity else promise.progress)
    return _form(place, promise, subject, form)


def _form(
    place: Place, promise: Commitment, subject: Commitment | Milestone, form: UpdateForm, status: int = 200
) -> Response:
    day = today(place.zone)
    milestone = subject if isinstance(subject, Milestone) else None
    ids: dict[str, Any] = {"place": place, "code": promise.code}
    if milestone:
        ids["milestone_id"] = milestone.id
    others = [m for m in milestones_by_date(promise) if m.is_open] if not milestone else []
    context = {
        "place": place,
        "commitment": promise,
        "milestone": milestone,
        "form": form,
        "item": row_of(
            subject, place, day, moves_of([subject]), may_report(place, promise), held_of([subject], day)
        ),
        "action": url_for("follow_up.report_milestone" if milestone else "follow_up.report", **ids),
        "close_url": url_for("follow_up.milestone_row" if milestone else "follow_up.row", **ids),
        "remaining": others,
        "most_files": MOST_FILES,
    }
    return page("follow_up/update_row.html" if is_partial() else "follow_up/update.html", status, **context)


def _report(place: Place, code: str, milestone_id: int | None) -> Response | str:
    form = UpdateForm()
    promise = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, promise)
    subject: Commitment | Milestone = milestone_of(promise, milestone_id) if milestone_id else promise
    if not form.validate_on_submit():
        return _form(place, promise, subject, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    url = url_for("follow_up.commitment", place=place, code=code)
    try:
        files = _stored()
        hold(place.id)
        if result_of_submission(form.click(), act.user_id):
            db.session.rollback()
            return _answer(place, code, milestone_id, url)
        report_progress(act, place, code, _typed(form, files), milestone_id)
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        promise = commitment_called(place, g.visitor.scope, code)
        subject = milestone_of(promise, milestone_id) if milestone_id else promise
        return _form(place, promise, subject, form, 422)
    return _answer(place, code, milestone_id, url)


def _answer(place: Place, code: str, milestone_id: int | None, url: str) -> Response | str:
    if not is_partial():
        return done(_("Thank you, noted."), url)
    promise = commitment_called(place, g.visitor.scope, code)
    subject: Commitment | Milestone = milestone_of(promise, milestone_id) if milestone_id else promise
    return closed_row(place, subject, saved=True)


def _typed(form: UpdateForm, files: tuple[StoredFile, ...]) -> Report:
    return Report(
        text=form.text.data or "",
        progress=form.progress.data,
        delivered=form.delivered.data,
        happened=form.happened.data or "",
        open_milestones=form.open_milestones.data or "",
        told_by=form.told_by.data or "",
        told_how=form.told_how.data or "",
        link=form.link.data or "",
        women=form.women.data,
        men=form.men.data,
        unsexed=form.unsexed.data,
        files=files,
    )


def _stored() -> tuple[StoredFile, ...]:
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if len(uploads) > MOST_FILES:
        raise Refused(fields={"files": _("At most %(count)s files with one update.", count=MOST_FILES)})
    return tuple(file for upload in uploads if (file := store_upload(upload, "files")))
