"""The municipality's agenda with its filters in the address."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import g, render_template, request, url_for

from tracker.agenda.filtering import STATE_WORDS, address_words, choices_at, filters_of
from tracker.agenda.forms.promising import FilterForm
from tracker.agenda.guards import may_report
from tracker.agenda.models import Commitment
from tracker.agenda.presenting import Row, row_of
from tracker.agenda.queries.associations import shared_with
from tracker.agenda.queries.keeping import LEADS
from tracker.agenda.queries.listing import PAGE, SORTS, STATES, Filters, agenda_page, moves_of
from tracker.agenda.queries.recurring import held_of
from tracker.agenda.queries.standing import standing_of
from tracker.agenda.views import agenda
from tracker.core.forms import options
from tracker.core.i18n import _, _l, format_number, ngettext
from tracker.core.now import today
from tracker.permissions import ENTERERS, INSIDE, PERMISSIONS, WRITERS
from tracker.territory.rules import Place
from tracker.territory.terms import Term, is_inherited

KEPT_WORDS = {
    "due": _l("first promised date has passed"),
    "on_time": _l("kept on time"),
    "after_moving": _l("kept after moving the date"),
    "missed": _l("not kept"),
    "pending": _l("still open after the first date"),
    "unknown": _l("done, date not stated"),
}
DATE_WORDS = {"moved": _l("with a moved date"), "given": _l("with a date")}
LEAD_WORDS = {"own": _l("not led by partners"), "partners": _l("led by partners")}
#: Names that are the same in every language.
SHEET_KINDS = (("Excel", "xlsx"), ("CSV", "csv"))
SORT_WORDS = {"due": _l("due date"), "code": _l("code"), "title": _l("title"), "progress": _l("progress")}


@agenda.get("/<place:place>/agenda")
def listing(place: Place) -> str:
    """Commitments of a municipality, filtered, sorted, a page at a time."""
    day = today(place.zone)
    filters, form, term = read_filters(place, day)
    scope = g.visitor.scope
    rows, count = agenda_page(place, scope, filters, day)
    moves = moves_of(rows)
    roles = g.visitor.roles_at(place)
    held = held_of(rows, day)
    items = [_marked(row_of(c, place, day, moves, may_report(place, c), held), c, term) for c in rows]
    whole = scope.covers(place)
    return render_template(
        "agenda/listing.html",
        place=place,
        items=items,
        count=count,
        form=form,
        filters=filters,
        chips=_chips(place, filters, term),
        narrowed=_narrowed(place, filters),
        standing=standing_of(place.id) if whole else None,
        pager=_pager(place, filters, count),
        sheets=_sheets(place, filters),
        several_url=url_for("follow_up.bulk", place=place, **address_words(filters.with_())),
        may_write=bool(roles & ENTERERS),
        may_bring=bool(roles & WRITERS),
        is_inside=bool(roles & INSIDE),
        sees_quality=bool(roles & PERMISSIONS["monitoring.quality"].roles),
        is_filtered=filters != Filters(),
        only_drafts=filters == Filters(state="draft"),
        **_of_associations(place, filters, day),
    )


def _of_associations(place: Place, filters: Filters, day: date) -> dict[str, Any]:
    """What the municipality's associations promised, below its own agenda as a whole."""
    if filters != Filters() or not g.visitor.scope.covers(place):
        return {"shared": [], "shared_count": 0}
    shared, count = shared_with(place.id)
    moves = moves_of([one.commitment for one in shared])
    rows = [
        (row_of(one.commitment, place, day, moves, may_update=False), one.association, one.part) for one in shared
    ]
    return {"shared": rows, "shared_count": count}


def read_filters(place: Place, day: date) -> tuple[Filters, FilterForm, Term | None]:
    """The filters of the address, the form that shows them, and the term of office that runs on the day."""
    choices = choices_at(place, g.visitor.scope, day)
    form = FilterForm(request.args)
    form.state.choices = options((name, STATE_WORDS[name]) for name in STATES)
    form.unit.choices = options(
        [
            ("", _("all units")),
            *[(name, LEAD_WORDS[name]) for name in LEADS],
            ("none", _("nobody leads yet")),
            *[(str(i), n) for i, n in choices.units],
        ]
    )
    form.line.choices = options([("", _("all lines")), *[(str(i), t) for i, t in choices.lines]])
    form.sort.choices = options((name, SORT_WORDS[name]) for name in SORTS)
    form.validate()
    filters = filters_of(request.args, choices)
    form.state.data, form.sort.data = filters.state, filters.sort
    return filters, form, choices.term


def address_of(place: Place, filters: Filters) -> str:
    """The address that shows this selection."""
    return url_for("agenda.listing", place=place, **address_words(filters))


def _marked(item: Row, commitment: Commitment, term: Term | None) -> Row:
    """The row, saying that the present term inherited it."""
    if not commitment.is_watched or not is_inherited(commitment.entered_on, term):
        return item
    return replace(item, clocks=[*item.clocks, ("plain", _("inherited"))])


def _narrowed(place: Place, filters: Filters) -> list[dict[str, Any]]:
    """Filters that only a figure sets: each in words, and the address without it."""
    set_by = ((KEPT_WORDS.get(filters.kept), {"kept": ""}), (DATE_WORDS.get(filters.on_date), {"on_date": ""}))
    return [
        {"text": words, "url": address_of(place, filters.with_(**without)), "removes": True}
        for words, without in set_by
        if words is not None
    ]


def _chips(place: Place, filters: Filters, term: Term | None) -> list[dict[str, Any]]:
    """States to choose from; with another state what a figure asked for is asked no longer."""
    shown = {"draft": g.visitor.scope.is_inside(place), "inherited": term is not None}
    return [
        {
            "text": STATE_WORDS[name],
            "url": address_of(place, filters.with_(state=name, kept="", on_date="")),
            "current": name == filters.state,
        }
        for name in STATES
        if shown.get(name, True)
    ]


def _sheets(place: Place, filters: Filters) -> list[tuple[str, str]]:
    """Where this selection, all pages of it, leaves as a file."""
    words = address_words(filters.with_())
    return [(name, url_for(f"exchange.{kind}", place=place, **words)) for name, kind in SHEET_KINDS]


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
