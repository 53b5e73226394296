"""The municipality's agenda with its filters in the address."""

from typing import Any

from flask import g, render_template, request, url_for

from tracker.agenda.forms import FilterForm
from tracker.agenda.guards import may_report
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import PAGE, SORTS, STATES, Filters, agenda_page, moves_of
from tracker.agenda.queries.scoping import covers
from tracker.agenda.queries.standing import standing_of
from tracker.agenda.views import agenda
from tracker.core.forms import options
from tracker.core.i18n import _, _l, format_number, ngettext
from tracker.core.now import today
from tracker.permissions import WRITERS
from tracker.plan.queries import lines_of
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place

STATE_WORDS = {
    "open": _l("open"),
    "overdue": _l("late"),
    "due_soon": _l("due soon"),
    "late_step": _l("with a late step"),
    "undated": _l("without a date"),
    "completed": _l("completed"),
    "cancelled": _l("dropped"),
    "all": _l("all"),
}
SORT_WORDS = {"due": _l("due date"), "code": _l("code"), "title": _l("title"), "progress": _l("progress")}


@agenda.get("/<place:place>/agenda")
def listing(place: Place) -> str:
    """Commitments of a municipality, filtered, sorted, a page at a time."""
    day = today(place.zone)
    filters, form = read_filters(place)
    scope = g.visitor.scope
    rows, count = agenda_page(place, scope, filters, day)
    moves = moves_of(rows)
    roles = g.visitor.roles_at(place)
    items = [row_of(c, place, day, moves, may_report(place, c)) for c in rows]
    whole = covers(scope, place)
    return render_template(
        "agenda/listing.html",
        place=place,
        items=items,
        count=count,
        form=form,
        filters=filters,
        chips=_chips(place, filters),
        standing=standing_of(place.id) if whole else None,
        pager=_pager(place, filters, count),
        may_write=bool(roles & WRITERS),
        is_filtered=filters != Filters(),
    )


def read_filters(place: Place) -> tuple[Filters, FilterForm]:
    """The filters of the address; what is not on a list counts as not given."""
    args = request.args
    form = FilterForm(args)
    whole = covers(g.visitor.scope, place)
    units = unit_names_of(place.id) if whole else []
    lines = [(line.id, line.title) for line in lines_of(place.id)] if whole else []
    form.state.choices = options((name, STATE_WORDS[name]) for name in STATES)
    form.unit.choices = options(
        [("", _("all units")), ("none", _("nobody leads yet")), *[(str(i), n) for i, n in units]]
    )
    form.line.choices = options([("", _("all lines")), *[(str(i), t) for i, t in lines]])
    form.sort.choices = options((name, SORT_WORDS[name]) for name in SORTS)
    form.validate()
    text = "" if form.q.errors else str(form.q.data or "")
    filters = Filters(
        state=_of(args.get("state"), STATES, "open"),
        unit_id=_id_of(args.get("unit"), [i for i, _n in units]),
        no_unit=args.get("unit") == "none",
        line_id=_id_of(args.get("line"), [i for i, _t in lines]),
        text=text,
        sort=_of(args.get("sort"), SORTS, "due"),
        page=_page_of(args.get("page")),
    )
    form.state.data, form.sort.data = filters.state, filters.sort
    return filters, form


def address_of(place: Place, filters: Filters) -> str:
    """The address that shows this selection."""
    wanted: dict[str, Any] = {
        "q": filters.text or None,
        "state": filters.state if filters.state != "open" else None,
        "unit": "none" if filters.no_unit else filters.unit_id,
        "line": filters.line_id,
        "sort": filters.sort if filters.sort != "due" else None,
        "page": filters.page if filters.page > 1 else None,
    }
    return url_for("agenda.listing", place=place, **wanted)


def _chips(place: Place, filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "text": STATE_WORDS[name],
            "url": address_of(place, filters.with_(state=name)),
            "current": name == filters.state,
        }
        for name in STATES
    ]


def _pager(place: Place, filters: Filters, count: int) -> dict[str, Any] | None:
    if count <= PAGE and filters.page == 1:
        return None
    first, last = (filters.page - 1) * PAGE + 1, min(filters.page * PAGE, count)
    words = ngettext(
        "%(first)s–%(last)s of %(num)s",
        "%(first)s–%(last)s of %(num)s",
        count,
        first=format_number(first),
        last=format_number(last),
    )
    if first > count:
        words = _("This page is past the end.")
    return {
        "words": words,
        "previous_url": address_of(place, filters.with_(page=filters.page - 1)) if filters.page > 1 else None,
        "next_url": address_of(place, filters.with_(page=filters.page + 1)) if last < count else None,
    }


def _of(value: str | None, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise


def _id_of(value: str | None, allowed: list[int]) -> int | None:
    return next((i for i in allowed if str(i) == value), None)


def _page_of(value: str | None) -> int:
    return (
        min(int(value), 100_000)
        if value and value.isascii() and value.isdigit() and len(value) < 7 and int(value)
        else 1
    )
