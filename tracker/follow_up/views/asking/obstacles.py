"""What is in the way of a commitment: saying so, saying that it is cleared, and a letter to who can clear it."""

from typing import Any

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.presenting import lead_name
from tracker.agenda.queries.page import commitment_called
from tracker.agenda.queries.scoping import partners_near
from tracker.audit.models import Act
from tracker.core.errors import NotHere
from tracker.core.i18n import _, format_day, format_long_day
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.forms.obstacles import KIND_WORDS, ClearingForm, ObstacleForm
from tracker.follow_up.operations.obstacles import InTheWay, clear_obstacle, report_obstacle
from tracker.follow_up.queries.obstacles import obstacle_of, open_obstacles
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/agenda/<code>/obstacles/new")
def new_obstacle(place: Place, code: str) -> Response:
    """An empty form, since today."""
    return _form_page(place, code, ObstacleForm(since_on=today(place.zone)))


@follow_up.post("/<place:place>/agenda/<code>/obstacles")
def write_obstacle(place: Place, code: str) -> Response:
    """Say what is in the way."""
    form = ObstacleForm()
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    _offer(place, form)

    def write(act: Act) -> None:
        report_obstacle(act, place, code, _typed(form))

    return take_in(place, form, write, _address(place, code), _("Noted.")) or _form_page(place, code, form, 422)


@follow_up.get("/<place:place>/agenda/<code>/obstacles/<id:obstacle_id>/clearing")
def clearing(place: Place, code: str, obstacle_id: int) -> Response:
    """How was it cleared?"""
    return _clearing_page(place, code, obstacle_id, ClearingForm())


@follow_up.post("/<place:place>/agenda/<code>/obstacles/<id:obstacle_id>/clearing")
def clear(place: Place, code: str, obstacle_id: int) -> Response:
    """Say that it is out of the way."""
    form = ClearingForm()
    _must_be_clearer(place, commitment_called(place, g.visitor.scope, code), obstacle_id)

    def write(act: Act) -> None:
        clear_obstacle(act, place, code, obstacle_id, form.how.data or "")

    taken = take_in(place, form, write, _address(place, code), _("Noted: it is out of the way."))
    return taken or _clearing_page(place, code, obstacle_id, form, 422)


@follow_up.get("/<place:place>/agenda/<code>/obstacles/<id:obstacle_id>/letter")
def obstacle_letter(place: Place, code: str, obstacle_id: int) -> Response:
    """A letter to who can clear it, to print and sign."""
    commitment = commitment_called(place, g.visitor.scope, code)
    obstacle, who = obstacle_of(place.id, commitment.id, obstacle_id)
    if not obstacle.is_open or obstacle.unit_id is not None:
        # An own unit is told, and has it on its list.
        raise NotHere(obstacle_id)
    return page(
        "follow_up/obstacle_letter.html",
        place=place,
        commitment=commitment,
        obstacle=obstacle,
        who=who,
        lead=lead_name(commitment),
        day=format_long_day(today(place.zone)),
        since=format_day(obstacle.since_on),
    )


def obstacle_lines(place: Place, commitment: Commitment) -> list[dict[str, Any]]:
    """What is in the way, in words; nothing is asked where nothing is."""
    if commitment.blocked_on is None:
        return []
    return [
        {
            "id": obstacle.id,
            "needed": obstacle.needed,
            "kind": KIND_WORDS[obstacle.kind],
            "who": who,
            "since": format_day(obstacle.since_on),
            "by": obstacle.by,
            "is_outside": obstacle.unit_id is None,
        }
        for obstacle, who in open_obstacles(place.id, commitment.id)
    ]


def _must_be_clearer(place: Place, commitment: Commitment, obstacle_id: int) -> None:
    """Who may report on it, and the unit that is to clear it; else 403."""
    obstacle, _who = obstacle_of(place.id, commitment.id, obstacle_id)
    if obstacle.unit_id is None or obstacle.unit_id not in g.visitor.unit_ids_at(place):
        must_be_own_unit(place, commitment)


def _address(place: Place, code: str) -> str:
    return url_for("follow_up.commitment", place=place, code=code, _anchor="obstacles")


def _offer(place: Place, form: ObstacleForm) -> None:
    units = [(f"unit-{one}", name) for one, name in unit_names_of(place.id)]
    form.offer([*units, *[(f"partner-{one}", name) for one, name in partners_near(place)]])


def _typed(form: ObstacleForm) -> InTheWay:
    kind, _sign, which = (form.clearer.data or "").partition("-")
    return InTheWay(
        kind=form.kind.data or "",
        needed=form.needed.data or "",
        since_on=form.since_on.data,
        unit_id=int(which) if kind == "unit" else None,
        partner_id=int(which) if kind == "partner" else None,
        level=which if kind == "level" else "",
        clearer_name=form.clearer_name.data or "",
        clearer_email=form.clearer_email.data or "",
    )


def _form_page(place: Place, code: str, form: ObstacleForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    _offer(place, form)
    return page("follow_up/obstacle.html", status, place=place, commitment=commitment, form=form)


def _clearing_page(place: Place, code: str, obstacle_id: int, form: ClearingForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    _must_be_clearer(place, commitment, obstacle_id)
    obstacle, who = obstacle_of(place.id, commitment.id, obstacle_id)
    context = {"place": place, "commitment": commitment, "obstacle": obstacle, "who": who, "form": form}
    return page("follow_up/obstacle_clearing.html", status, **context)
