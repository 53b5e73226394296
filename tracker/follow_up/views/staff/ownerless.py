"""Units that reach nobody, in all municipalities that the visitor looks after, with the way that mends it."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.core.paging import asked_page, pager
from tracker.core.web import page
from tracker.follow_up.queries.ownerless import ownerless_in
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.around import stand_at_own_place, watched_scope
from tracker.permissions import WRITERS
from tracker.territory.queries import place_of

PAGE = 100


@follow_up.get("/nobody/units")
def ownerless() -> Response:
    """Those with most open commitments first."""
    stand_at_own_place()
    number = asked_page()
    found = ownerless_in(watched_scope(), (number - 1) * PAGE, PAGE)
    lines = []
    for one in found[:PAGE]:
        place = place_of(one.municipality)
        lines.append((one, place, bool(g.visitor.roles_at(place) & WRITERS)))
    return page(
        "follow_up/ownerless.html",
        lines=lines,
        pager=pager(number, len(found) > PAGE, lambda wanted: url_for(".ownerless", page=wanted)),
    )
