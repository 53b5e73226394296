"""A page a month for the authority, to print: what was done first, then what is late, blocked and comes next."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.presenting import Row, lead_name, row_of
from tracker.agenda.queries.counting import live_counts
from tracker.agenda.queries.listing import Filters, agenda_rows, moves_of
from tracker.agenda.queries.standing import standing_of
from tracker.core.i18n import _, format_day, format_long_day, format_month
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.queries.month import month_of
from tracker.follow_up.queries.obstacles import needs_of
from tracker.follow_up.views import follow_up
from tracker.notices.words import period_words
from tracker.territory.rules import FIRST_DAY, Place

#: Rows of a part on paper; the rest is counted.
ON_PAPER = 20
#: What stands on the page of the present month, each with its count.
_STATES = {
    "overdue": "overdue_count",
    "late_step": "late_step_count",
    "blocked": "blocked_count",
    "due_soon": "due_soon_count",
}


@follow_up.get("/<place:place>/month")
def month(place: Place) -> Response:
    """The month that the address names (`2026-11`), else the present one up to today."""
    day = today(place.zone)
    first = _month_of(request.args.get("month", ""), day)
    last = min(first.replace(day=monthrange(first.year, first.month)[1]), day)
    found = month_of(place, first, last)
    is_now = (first.year, first.month) == (day.year, day.month)
    counts = live_counts({place.id: day})[place.id] if is_now else None
    return page(
        "follow_up/month.html",
        place=place,
        name=format_month(first),
        is_now=is_now,
        last=format_long_day(last),
        done=[_done(row) for row in found.done],
        reached=[(m.title, m.commitment.title, format_day(m.completed_on)) for m in found.reached],
        moved=[_moved(*one) for one in found.moved],
        found=found,
        parts=_parts(place, day, counts) if counts else {},
        standing=counts or standing_of(place.id, last),
        before=_address(place, first - timedelta(days=1)) if (found.begins_on or day) < first else None,
        after=None if is_now else _address(place, last + timedelta(days=1)),
    )


def _month_of(text: str, day: date) -> date:
    """The first day of the month that is asked for, the present one where that is none or still to come."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return day.replace(day=1)
    return asked if FIRST_DAY <= asked <= day else day.replace(day=1)


def _address(place: Place, day: date) -> str:
    return url_for("follow_up.month", place=place, month=f"{day:%Y-%m}")


def _done(row: Commitment) -> dict[str, Any]:
    return {
        "title": row.title,
        "code": row.code,
        "lead": lead_name(row),
        "on": format_day(row.completed_on),
        "in_part": row.outcome == "in_part",
        "on_time": row.is_kept_on_time,
    }


def _moved(change: DateChange, commitment: str, milestone: str | None) -> dict[str, str | None]:
    to = period_words(change.new_due_on, change.new_precision) if change.new_due_on else _("no date")
    return {
        "title": milestone or commitment,
        "of": commitment if milestone else None,
        "from": period_words(change.old_due_on, change.old_precision),
        "to": to,
        "reason": change.reason,
    }


def _parts(
    place: Place, day: date, counts: dict[str, Any]
) -> dict[str, tuple[list[tuple[Row, str]], int, str]]:
    """By state: its first rows, each with what it needs where it is blocked; how many in all; where all are."""
    scope = g.visitor.scope
    shown = {state: agenda_rows(place, scope, Filters(state=state), day)[:ON_PAPER] for state in _STATES}
    moves = moves_of([row for rows in shown.values() for row in rows])
    needs = needs_of(place.id, [row.id for row in shown["blocked"]])
    return {
        state: (
            [(row_of(row, place, day, moves, may_update=False), needs.get(row.id, "")) for row in rows],
            counts[_STATES[state]],
            url_for("agenda.listing", place=place, state=state),
        )
        for state, rows in shown.items()
    }
