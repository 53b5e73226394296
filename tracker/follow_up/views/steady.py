"""Nothing new, still on course: for what is ticked on My agenda."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.queries.page import commitment_called
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


@follow_up.post("/<place:place>/steady")
def steady(place: Place) -> Response:
    """Report on all that is ticked; shown again with the ticks where something is wrong."""
    form = SteadyForm()
    codes = list(dict.fromkeys(form.codes.data or []))[:MOST]
    chosen = [_own(place, code) for code in codes]

    def write(act: Act) -> None:
        report_steady(act, place, codes, form.sentence.data or "")

    home = url_for("follow_up.home", place=place.code)
    said = ngettext("Noted for %(num)s commitment.", "Noted for %(num)s commitments.", len(codes))
    taken = take_in(place, form, write, home, said)
    if taken is not None:
        return taken
    rows = [_own(place, one.code) for one in chosen] if chosen else []
    return page("follow_up/steady.html", 422, place=place, form=form, rows=rows)


def _own(place: Place, code: str) -> Commitment:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    return commitment
