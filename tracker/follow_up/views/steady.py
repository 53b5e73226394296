"""Nothing new, still on course: for what is ticked on My agenda."""

from collections.abc import Sequence

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import may_report
from tracker.agenda.models import Commitment
from tracker.agenda.queries.page import commitments_called
from tracker.audit.models import Act
from tracker.core.i18n import ngettext
from tracker.core.web import page
from tracker.follow_up.forms.reporting import SteadyForm
from tracker.follow_up.operations.steady import report_steady
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.territory.rules import Place

#: Commitments in one go.
MOST = 200


@follow_up.get("/<place:place>/steady")
def steady_form(place: Place) -> Response:
    """What the address ticks, to be said of; the ticks themselves stand on My agenda."""
    return _page(place, SteadyForm(), _own(place, request.args.getlist("codes")))


@follow_up.post("/<place:place>/steady")
def steady(place: Place) -> Response:
    """Report on what is ticked and the visitor's own to report on; shown again where something is wrong."""
    form = SteadyForm()
    codes = [row.code for row in _own(place, form.codes.data or [])]

    def write(act: Act) -> None:
        report_steady(act, place, codes, form.sentence.data or "")

    home = url_for("follow_up.home", place=place.code)
    said = ngettext("Noted for %(num)s commitment.", "Noted for %(num)s commitments.", len(codes))
    return take_in(place, form, write, home, said) or _page(place, form, _own(place, codes), 422)


def _own(place: Place, codes: Sequence[str]) -> list[Commitment]:
    """Of these commitments those that the visitor may report on; NotHere for an unknown code."""
    return [row for row in commitments_called(place, g.visitor.scope, codes[:MOST]) if may_report(place, row)]


def _page(place: Place, form: SteadyForm, rows: Sequence[Commitment], status: int = 200) -> Response:
    return page("follow_up/steady.html", status, place=place, form=form, rows=rows)
