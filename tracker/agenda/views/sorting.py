"""Bring up to date: what came in late, a row each, four answers, or one answer for many."""

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import SortingForm
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.sorting import PAGE, unsorted_count, unsorted_rows, unsorted_subjects
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/sorting")
def sorting(place: Place) -> Response:
    """What came in late and waits to be sorted, longest overdue first."""
    return _sorting_page(place, SortingForm())


@agenda.post("/<place:place>/agenda/sorting")
def sort_out(place: Place) -> Response:
    """Take in the answers of the rows, or one answer for the ticked ones or for all others."""
    form = SortingForm()
    if not form.validate_on_submit():
        return _sorting_page(place, form, 422)
    _name_unanswered(form)
    if form.errors:
        return _sorting_page(place, form, 422)
    choices = _choices(place, form, today(place.zone))
    db.session.rollback()
    if not choices:
        form.form_errors.append(_("Choose what becomes of at least one of them."))
        return _sorting_page(place, form, 422)
    if request.form.get("for") == "all" and request.form.get("sure") != "yes":
        return _sorting_page(place, form, 200, asked=len(choices))
    try:
        count = bring_up_to_date(act_here(place.zone), place, choices)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        _refuse(form, refused)
        return _sorting_page(place, form, 422)
    said = ngettext("%(num)s brought up to date.", "%(num)s brought up to date.", count)
    return done(said, url_for("agenda.sorting", place=place))


def _name_unanswered(form: SortingForm) -> None:
    """A day or words without an answer are not thrown away in silence."""
    for entry in form.rows:
        said = entry.form.on.data or entry.form.reason.data
        if said and not entry.form.how.data and not entry.form.ticked.data:
            entry.form.how.errors = [_("Choose what becomes of it.")]


def _choices(place: Place, form: SortingForm, day: date) -> dict[str, Choice]:
    """By subject what was answered; one answer for many leaves rows with an answer of their own alone."""
    own = {
        str(row.form.subject.data): Choice(row.form.how.data, row.form.on.data, row.form.reason.data or "")
        for row in form.rows
        if row.form.how.data
    }
    if request.form.get("for") not in ("ticked", "all"):
        return own
    one = Choice(form.how.data or "", form.on.data, form.reason.data or "")
    if request.form["for"] == "all":
        subjects = unsorted_subjects(place.id, day)
    else:
        subjects = [str(row.form.subject.data) for row in form.rows if row.form.ticked.data]
    return dict.fromkeys(subjects, one) | own


def _refuse(form: SortingForm, refused: Refused) -> None:
    """Say at each row what is wrong with its answer; at the one for many, once, what is wrong with that."""
    answered = {str(entry.form.subject.data): entry.form for entry in form.rows if entry.form.how.data}
    for at, message in refused.fields.items():
        subject, _space, name = at.partition(" ")
        answered.get(subject, form)[name].errors = [str(message)]


def _sorting_page(place: Place, form: SortingForm, status: int = 200, asked: int = 0) -> Response:
    """The page; with `asked` it asks once more before so many get the same answer."""
    day = today(place.zone)
    rows = unsorted_rows(place.id, day, PAGE)
    moves = moves_of(rows)
    typed = {str(entry.form.subject.data): entry for entry in form.rows}
    lines: list[tuple[Any, Any]] = []
    for row in rows:
        entry = typed.get(row.subject) or form.rows.append_entry({"subject": row.subject})
        lines.append((row_of(row, place, day, moves, may_update=False), entry.form))
    return page(
        "agenda/sorting.html",
        status,
        place=place,
        form=form,
        lines=lines,
        asked=asked,
        count=unsorted_count(place.id, day),
    )
