"""A handover by who looks after a municipality, with the signed letter: also where its agenda is not shared."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.accounts.queries.invitations import invitations_at
from tracker.accounts.queries.telling import listeners_of
from tracker.accounts.slips import join_url, slip_of
from tracker.core.errors import NotHere
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.web import done, page
from tracker.follow_up.forms.handing import LetterForm
from tracker.follow_up.handing.leaving import handovers_at
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.handover.people import take_over
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place

COORDINATOR = frozenset({"coordinator"})


@follow_up.get("/municipalities/<id:municipality_id>/handover")
def letter_form(municipality_id: int) -> Response:
    """Who coordinates, and who takes over; nothing of the agenda."""
    place = _looked_after(municipality_id)
    return _page(place, LetterForm(how="mail", language=place.languages[0]))


@follow_up.post("/municipalities/<id:municipality_id>/handover")
def letter_post(municipality_id: int) -> Response:
    """Hand over in one step."""
    place = _looked_after(municipality_id)
    form = _offered(place, LetterForm())
    is_right = form.validate_on_submit()
    if is_right and not form.leaving.data:
        form.leaving.errors = [_("Choose who leaves.")]
    if not is_right or not form.leaving.data:
        return _page(place, form, 422)
    how = "administrator" if "administrator" in g.visitor.roles_at(None) else "monitor"
    home = url_for(".letter_form", municipality_id=place.id)
    address = take_over(place, form, int(form.leaving.data), COORDINATOR, how, home)
    if address is None:
        return _page(place, form, 422)
    return done(_("Handed over."), address)


def _looked_after(municipality_id: int) -> Place:
    place = places_by_id([municipality_id]).get(municipality_id)
    scope = g.visitor.scope
    if place is None or place.closed_on or not (scope.everywhere or scope.looks_after(place)):
        raise NotHere(municipality_id)
    return place


def _offered(place: Place, form: LetterForm) -> LetterForm:
    coordinators, _officers = listeners_of([place.id])
    known = [(str(user.id), user.name) for user in coordinators.get(place.id, [])]
    form.leaving.choices = options([no_choice(), *known])
    form.successor.choices = options([no_choice(_("somebody new")), *known])
    return form


def _page(place: Place, form: LetterForm, status: int = 200) -> Response:
    now = utc_now()
    slips = [
        slip_of(row, place.zone)
        for row in invitations_at(place.id, COORDINATOR)
        if row.on_paper and not row.email and row.expires_at > now
    ]
    return page(
        "follow_up/letter_handover.html",
        status,
        place=place,
        form=_offered(place, form),
        earlier=handovers_at(place.id),
        slips=slips,
        join_url=join_url(),
        seen=g.visitor.scope.covers(place),
    )
