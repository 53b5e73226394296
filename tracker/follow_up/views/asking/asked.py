"""What was asked of me: new dates, obstacles to clear, verdicts to answer; and what I asked for."""

from datetime import date
from typing import Any

from flask import g
from werkzeug.wrappers import Response

from tracker.agenda.presenting import lead_name
from tracker.agenda.queries.listing import moves_of
from tracker.core.i18n import _, format_day
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.forms.obstacles import KIND_WORDS
from tracker.follow_up.queries.assessments import verdicts_unanswered
from tracker.follow_up.queries.dates import date_requests_waiting
from tracker.follow_up.queries.obstacles import obstacles_to_clear
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.asking.dates import wish_line
from tracker.notices.words import VERDICT_WORDS
from tracker.permissions import NOTERS, WRITERS
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/asked")
def asked(place: Place) -> Response:
    """All of it, longest waiting first."""
    day = today(place.zone)
    decides = bool(g.visitor.roles_at(place) & WRITERS)
    units = None if decides else g.visitor.unit_ids_at(place)
    wishes = date_requests_waiting(place.id, units, g.visitor.scope.partner_ids)
    moves = moves_of([wish.row for wish in wishes])
    return page(
        "follow_up/asked.html",
        place=place,
        decides=decides,
        wishes=[wish_line(wish, day, moves) for wish in wishes],
        obstacles=_obstacles(place, units),
        verdicts=_verdicts(place, day, units),
    )


def _verdicts(place: Place, day: date, units: frozenset[int] | None) -> list[dict[str, Any]]:
    """What others said of what the visitor may answer for."""
    if not g.visitor.roles_at(place) & NOTERS:
        return []
    return [
        {
            "id": said.id,
            "who": said.partner.name if said.partner else _("Coordination of the municipality"),
            "verdict": VERDICT_WORDS[said.verdict],
            "remark": said.remark,
            "on": format_day(said.on),
            "code": commitment.code,
            "title": commitment.title,
            "lead": lead_name(commitment),
        }
        for said, commitment in verdicts_unanswered(place.id, day, g.visitor.user_id, units)
    ]


def _obstacles(place: Place, units: frozenset[int] | None) -> list[dict[str, Any]]:
    scope = g.visitor.scope
    return [
        {
            "id": obstacle.id,
            "needed": obstacle.needed,
            "kind": KIND_WORDS[obstacle.kind],
            "since": format_day(obstacle.since_on),
            "who": who,
            "code": commitment.code,
            "title": commitment.title,
            "lead": lead_name(commitment),
            "is_seen": is_seen,
        }
        for obstacle, commitment, who, is_seen in obstacles_to_clear(place, scope, units, scope.partner_ids)
    ]
