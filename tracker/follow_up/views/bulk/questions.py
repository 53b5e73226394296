"""Asking how several commitments go."""

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.audit.models import Act
from tracker.core.i18n import ngettext
from tracker.core.web import page
from tracker.follow_up.bulk.asking import ask_how_it_goes
from tracker.follow_up.forms.bulk import AskingForm
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.bulk.ticked import codes_in, ticked_rows
from tracker.follow_up.views.once import take_in
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/bulk/asking")
def bulk_asking(place: Place) -> Response:
    """What do you want to know of what the address ticks?"""
    return _page(place, AskingForm(codes=codes_in(request.args)))


@follow_up.post("/<place:place>/bulk/asking")
def ask_alike_post(place: Place) -> Response:
    """Ask who leads them."""
    form = AskingForm()
    codes = codes_in(request.form)

    def write(act: Act) -> None:
        ask_how_it_goes(act, place, codes, form.question.data or "")

    said = ngettext(
        "Asked about %(num)s commitment; it leaves with the next mail.",
        "Asked about %(num)s commitments; it leaves with the next mail.",
        len(codes),
    )
    url = url_for("follow_up.bulk", place=place)
    return take_in(place, form, write, url, said) or _page(place, form, 422)


def _page(place: Place, form: AskingForm, status: int = 200) -> Response:
    rows = ticked_rows(place, form.codes.data)
    return page("follow_up/bulk/asking.html", status, place=place, form=form, rows=rows)
