"""The list of workshops and the page of one: what it was, who came, how far each is."""

from typing import Any

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.accounts.queries.starting import Start, starts_of
from tracker.accounts.views import accounts
from tracker.accounts.views.workshops.around import may_write, own_ids, seen_workshop
from tracker.accounts.words import KIND_WORDS
from tracker.core.db import db
from tracker.core.i18n import _, format_day, label
from tracker.core.now import utc_now
from tracker.core.paging import asked_page, pager
from tracker.core.web import page
from tracker.territory.models import Municipality, Workshop
from tracker.territory.queries import place_of
from tracker.territory.registry.workshops import came_to, workshops_in_sight

PAGE = 100


@accounts.get("/workshops")
def workshops() -> Response:
    """Workshops, newest first."""
    number = asked_page()
    lines = workshops_in_sight(g.visitor.scope, own_ids(), (number - 1) * PAGE, PAGE)
    return page(
        "accounts/workshops.html",
        lines=lines[:PAGE],
        when=when,
        kind_words=KIND_WORDS,
        may_write=may_write(),
        pager=pager(number, len(lines) > PAGE, lambda wanted: url_for(".workshops", page=wanted)),
    )


@accounts.get("/workshops/<id:workshop_id>")
def workshop(workshop_id: int) -> Response:
    """One workshop with the municipalities that came."""
    row = seen_workshop(workshop_id)
    number = asked_page()
    came = came_to(row.id, g.visitor.scope)
    found = list(db.session.scalars(came.offset((number - 1) * PAGE).limit(PAGE + 1)))
    starts = starts_of([one.id for one in found[:PAGE]], utc_now())
    return page(
        "accounts/workshop.html",
        workshop=row,
        when=when(row),
        kind_words=KIND_WORDS,
        lines=[_line(one, starts[one.id]) for one in found[:PAGE]],
        took_part=_took_part(row),
        may_write=may_write(),
        pager=pager(
            number, len(found) > PAGE, lambda wanted: url_for(".workshop", workshop_id=row.id, page=wanted)
        ),
    )


def when(row: Workshop) -> str:
    """Its days in words; "" where none is known."""
    if row.starts_on and row.ends_on and row.starts_on != row.ends_on:
        return _("%(start)s to %(end)s", start=format_day(row.starts_on), end=format_day(row.ends_on))
    day = row.starts_on or row.ends_on
    return format_day(day) if day else ""


def _line(one: Municipality, start: Start) -> dict[str, Any]:
    invitation = start.invitation
    return {
        "id": one.id,
        "name": one.name,
        "code": one.code,
        "state": one.state.name if one.state else "",
        "country": label(one.country.name),
        "url": url_for("agenda.listing", place=one.code) if g.visitor.scope.covers(place_of(one)) else None,
        "coordinators": start.coordinators,
        "invited": (invitation.email or invitation.name) if invitation else "",
        "on_paper": bool(invitation and invitation.on_paper),
    }


def _took_part(row: Workshop) -> dict[str, int]:
    """Women, men, not stated and all."""
    sums = {name: sum(getattr(part, name) for part in row.attendance) for name in ("women", "men", "not_stated")}
    return sums | {"all": sum(sums.values())}
