"""What the address of the agenda says, read in one way by the page and by whatever leaves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.agenda.queries.keeping import DATES, KEPT, LEADS
from tracker.agenda.queries.listing import SORTS, STATES, Filters
from tracker.core.i18n import _l
from tracker.core.signs import unfit_sign
from tracker.plan.queries import lines_of
from tracker.territory.governing import terms_of
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place, Scope
from tracker.territory.terms import Term, term_on

STATE_WORDS = {
    "open": _l("open"),
    "overdue": _l("late"),
    "due_soon": _l("due soon"),
    "late_step": _l("with a late step"),
    "behind": _l("too slow"),
    "silent": _l("without news"),
    "blocked": _l("blocked"),
    "suspended": _l("suspended"),
    "inherited": _l("inherited"),
    "undated": _l("without a date"),
    "completed": _l("completed"),
    "cancelled": _l("dropped"),
    "draft": _l("drafts"),
    "all": _l("all"),
}
#: Characters of what somebody looks for.
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Choices:
    """What somebody may choose from here, as (id, name); a partner does not choose."""

    units: Sequence[tuple[int, str]] = ()
    lines: Sequence[tuple[int, str]] = ()
    #: The term of office that runs; without one nothing is inherited.
    term: Term | None = None


NO_CHOICES = Choices()


def choices_at(place: Place, scope: Scope, day: date) -> Choices:
    """Units, lines and the term of the municipality's local day for those who see all of it."""
    if not scope.covers(place):
        return NO_CHOICES
    return Choices(
        unit_names_of(place.id),
        [(line.id, line.title) for line in lines_of(place.id)],
        term_on(terms_of(place.id), day),
    )


def filters_of(args: Mapping[str, str], choices: Choices) -> Filters:
    """The filters of an address; what is not on a list counts as not given."""
    state = _of(args.get("state"), STATES, "open")
    if state == "inherited" and choices.term is None:
        state = "open"
    return Filters(
        state=state,
        since=choices.term.starts_on if choices.term and state == "inherited" else None,
        unit_id=_id_of(args.get("unit"), choices.units),
        no_unit=args.get("unit") == "none",
        line_id=_id_of(args.get("line"), choices.lines),
        led_by=_of(args.get("unit"), LEADS, ""),
        kept=_of(args.get("kept"), KEPT, ""),
        on_date=_of(args.get("date"), DATES, ""),
        text=_text_of(args.get("q")),
        sort=_of(args.get("sort"), SORTS, "due"),
        page=_page_of(args.get("page")),
    )


def address_words(filters: Filters) -> dict[str, Any]:
    """The words of an address that shows this selection."""
    return {
        "q": filters.text or None,
        "state": filters.state if filters.state != "open" else None,
        "unit": "none" if filters.no_unit else filters.unit_id or filters.led_by or None,
        "line": filters.line_id,
        "kept": filters.kept or None,
        "date": filters.on_date or None,
        "sort": filters.sort if filters.sort != "due" else None,
        "page": filters.page if filters.page > 1 else None,
    }


def _text_of(value: str | None) -> str:
    text = " ".join((value or "").split())
    return "" if len(text) > LONGEST_SEARCH or unfit_sign(text) else text


def _of(value: str | None, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise


def _id_of(value: str | None, allowed: Sequence[tuple[int, str]]) -> int | None:
    return next((i for i, _name in allowed if str(i) == value), None)


def _page_of(value: str | None) -> int:
    if not (value and value.isascii() and value.isdigit() and len(value) < 7 and int(value)):
        return 1
    return min(int(value), 100_000)
