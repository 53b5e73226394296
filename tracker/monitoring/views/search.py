"""Looking for something: commitments of one municipality, names across all that one may see."""

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.rules import Visitor
from tracker.agenda.filtering import LONGEST_SEARCH
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import Filters, agenda_page, moves_of
from tracker.core.now import today
from tracker.core.signs import unfit_sign
from tracker.core.web import page
from tracker.monitoring.searching import LEAST, MOST, names_called
from tracker.monitoring.views import monitoring
from tracker.permissions import INSIDE
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place


@monitoring.get("/search")
def search() -> Response:
    """Without a municipality in the address: in one's own, where there is just one."""
    visitor: Visitor = g.visitor
    own = {role.municipality_id for role in visitor.roles if role.municipality_id and role.name != "monitor"}
    place = next(iter(places_by_id(sorted(own)).values()), None) if len(own) == 1 else None
    if place is not None:
        g.place, g.country_code = place, place.country_code
    return _results(place)


@monitoring.get("/<place:place>/search")
def search_here(place: Place) -> Response:
    """Commitments of this municipality, and names."""
    return _results(place)


def _results(place: Place | None) -> Response:
    text = " ".join(request.args.get("q", "").split())
    wrong = len(text) > LONGEST_SEARCH or unfit_sign(text) is not None
    scope, day = g.visitor.scope, today(place.zone) if place else None
    rows, count = [], 0
    if place is not None and day is not None and text and not wrong:
        found, count = agenda_page(place, scope, Filters(state="all", text=text), day)
        moves = moves_of(found[:MOST])
        rows = [row_of(row, place, day, moves, may_update=False) for row in found[:MOST]]
    return page(
        "monitoring/search.html",
        place=place,
        text="" if wrong else text,
        wrong=wrong,
        rows=rows,
        count=count,
        names=names_called(scope, place, "" if wrong else text),
        short=0 < len(text) < LEAST,
        inside=bool(place and g.visitor.roles_at(place) & INSIDE),
        action=url_for(".search_here", place=place) if place else url_for(".search"),
    )
