"""A page a month for the authority, to print: what was done first, then what is late, blocked and comes next."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.models import Commitment
from tracker.agenda.presenting import lead_name, row_of
from tracker.agenda.queries.listing import Filters, agenda_page, moves_of
from tracker.agenda.queries.month import month_of
from tracker.agenda.queries.standing import standing_of
from tracker.core.i18n import format_day, format_long_day, format_month
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.views import follow_up
from tracker.territory.rules import FIRST_DAY, Place

#: Rows of a part on paper; the rest is counted.
ON_PAPER = 20


@follow_up.get("/<place:place>/month")
def month(place: Place) -> Response:
    """The month that the address names (`2026-11`), else the present one up to today."""
    day = today(place.zone)
    first = _month_of(request.args.get("month", ""), day)
    last = min(first.replace(day=monthrange(first.year, first.month)[1]), day)
    found = month_of(place, first, last)
    is_now = (first.year, first.month) == (day.year, day.month)
    parts = {state: _part(place, state, day) for state in ("overdue", "blocked", "due_soon")} if is_now else {}
    return page(
        "follow_up/month.html",
        place=place,
        name=format_month(first),
        is_now=is_now,
        last=format_long_day(last),
        done=[_done(row) for row in found.done],
        reached=[(m.title, m.commitment.title, format_day(m.completed_on)) for m in found.reached],
        found=found,
        parts=parts,
        standing=standing_of(place.id, None if is_now else last),
        before=_address(place, first - timedelta(days=1)) if first > FIRST_DAY else None,
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
    first = row.first_due_on
    return {
        "title": row.title,
        "code": row.code,
        "lead": lead_name(row),
        "on": format_day(row.completed_on),
        "in_part": row.outcome == "in_part",
        "on_time": row.outcome == "fulfilled" and first is not None and row.completed_on <= first,
    }


def _part(place: Place, state: str, day: date) -> tuple[Sequence[Any], int, str]:
    """(rows, how many there are in all, where the agenda shows them all)."""
    rows, count = agenda_page(place, g.visitor.scope, Filters(state=state), day)
    shown = rows[:ON_PAPER]
    moves = moves_of(shown)
    lines = [row_of(row, place, day, moves, may_update=False) for row in shown]
    return lines, count, url_for("agenda.listing", place=place, state=state)
