"""Closing several commitments that ended alike."""

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.operations.endings import Ending
from tracker.audit.models import Act
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.bulk.changing import close_alike
from tracker.follow_up.forms.bulk import ClosingForm
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.bulk.choosing import changed_words
from tracker.follow_up.views.bulk.ticked import codes_in, ticked_rows
from tracker.follow_up.views.once import take_in
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/bulk/closing")
def bulk_closing(place: Place) -> Response:
    """How did what the address ticks end?"""
    return _page(place, ClosingForm(codes=codes_in(request.args), completed_on=today(place.zone)))


@follow_up.post("/<place:place>/bulk/closing")
def close_alike_post(place: Place) -> Response:
    """Close them."""
    form = ClosingForm()
    codes = codes_in(request.form)

    def write(act: Act) -> None:
        ended_on = form.completed_on.data or act.day
        note, steps = form.closing_note.data or "", form.open_milestones.data or ""
        close_alike(act, place, codes, Ending(ended_on, form.outcome.data or "", note, steps))

    url = url_for("follow_up.bulk", place=place)
    return take_in(place, form, write, url, changed_words(len(codes))) or _page(place, form, 422)


def _page(place: Place, form: ClosingForm, status: int = 200) -> Response:
    rows = ticked_rows(place, form.codes.data)
    steps = [step.title for row in rows for step in row.milestones if step.is_open]
    return page("follow_up/bulk/closing.html", status, place=place, form=form, rows=rows, steps=steps)
