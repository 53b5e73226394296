"""History: of a municipality with filters, of one commitment, milestone, unit or the plan; and as a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, render_template, request, stream_with_context, url_for
from werkzeug.wsgi import wrap_file

from tracker.agenda.queries.page import commitment_called, milestone_of
from tracker.core.i18n import _, format_number, ngettext
from tracker.core.now import local_day, utc_now
from tracker.core.sheets import csv_parts
from tracker.core.sheets.workbooks import Column, new_book
from tracker.follow_up.history.telling import HEADER, KIND_WORDS, entries_of, rows_of, told_lines
from tracker.follow_up.queries.history import KINDS, PAGE, Asked, history_page, people_of, whole_history
from tracker.monitoring.views import monitoring
from tracker.permissions import PERMISSIONS
from tracker.territory.queries import people_in, unit_of
from tracker.territory.rules import Place

#: Whoever sees the page of a kind of thing sees the history of it.
_PAGES = {
    "commitments": "follow_up.commitment",
    "plan": "plan.show",
    "units": "follow_up.units",
    "notes": "agenda.sharing",
    "agreements": "agenda.agreements",
    "imports": "agenda.sharing",
    "mails": "notices.waiting",
    "people": "agenda.sharing",
    "settings": "agenda.sharing",
}
_LAST_PAGE = 10_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@monitoring.get("/<place:place>/history")
def history(place: Place) -> str:
    """All that happened in a municipality, newest first."""
    people = people_of(place, g.visitor.scope, _kinds(place))
    asked = _asked(place, people)
    lines, count = history_page(place, g.visitor.scope, asked)
    sheets = [
        (name, url_for(f".history_{kind}", place=place, **_words(asked.with_())))
        for name, kind in (("Excel", "xlsx"), ("CSV", "csv"))
    ]
    return render_template(
        "monitoring/history.html",
        place=place,
        entries=entries_of(place, told_lines(place, lines), with_about=True),
        count=count,
        asked=asked,
        kinds=[(name, KIND_WORDS[name]) for name in KINDS if name in asked.kinds],
        people=people,
        is_filtered=bool(_words(asked.with_())),
        sheets=sheets,
        sees_quality=bool(g.visitor.roles_at(place) & PERMISSIONS["monitoring.quality"].roles),
        pager=_pager(asked, count),
    )


@monitoring.get("/<place:place>/history.csv")
def history_csv(place: Place) -> Response:
    """What the page at this address shows, all pages of it; leaves while it is read."""
    asked = _asked(place, people_of(place, g.visitor.scope, _kinds(place)))
    header = [str(caption) for caption in HEADER]
    parts = csv_parts(header, rows_of(place, whole_history(place, g.visitor.scope, asked)))
    begun = [next(parts), next(parts, b"")]
    return _attachment(stream_with_context(chain(begun, parts)), place, "csv")


@monitoring.get("/<place:place>/history.xlsx")
def history_xlsx(place: Place) -> Response:
    """The same as a workbook."""
    asked = _asked(place, people_of(place, g.visitor.scope, _kinds(place)))
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    widths = (8, 17, 24, 16, 18, 10, 36, 48, 20, 36, 36)
    kinds = ["whole", *["line"] * 5, *["paragraph"] * 5]
    with new_book(file, f"{place.name} ({place.code})") as book:
        columns = [
            Column(str(caption), width, kind, wrap=kind == "paragraph")  # type: ignore[arg-type]
            for caption, width, kind in zip(HEADER, widths, kinds, strict=True)
        ]
        table = book.table(_("History")[:31], columns)
        for row in rows_of(place, whole_history(place, g.visitor.scope, asked)):
            table.add(row)
        table.end(0, {}, protected=False)
    size = file.tell()
    file.seek(0)
    answer = _attachment(wrap_file(request.environ, file), place, "xlsx")
    answer.direct_passthrough, answer.content_length = True, size
    return answer


@monitoring.get("/<place:place>/agenda/<code>/history")
def commitment_history(place: Place, code: str) -> str:
    """All that happened to a commitment and its milestones."""
    promise = commitment_called(place, g.visitor.scope, code)
    asked = Asked(frozenset({"commitments"}), page=_page_number(), subjects=(promise.subject,))
    back = url_for("follow_up.commitment", place=place, code=promise.code)
    return _of_one(place, asked, One(_("Commitment"), promise.title, back, promise.code))


@monitoring.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/history")
def milestone_history(place: Place, code: str, milestone_id: int) -> str:
    """All that happened to a milestone."""
    promise = commitment_called(place, g.visitor.scope, code)
    milestone = milestone_of(promise, milestone_id)
    kinds = frozenset({"commitments"})
    asked = Asked(kinds, page=_page_number(), subjects=(promise.subject,), part=milestone.subject)
    back = url_for("follow_up.commitment", place=place, code=promise.code, _anchor=f"milestone-{milestone.id}")
    return _of_one(place, asked, One(_("Milestone"), milestone.title, back, promise.code))


@monitoring.get("/<place:place>/plan/history")
def plan_history(place: Place) -> str:
    """All that happened to the plan, its lines and actions."""
    asked = Asked(frozenset({"plan"}), page=_page_number())
    one = One(_("Plan"), _("Plan"), url_for("plan.show", place=place), _("Plan"), with_about=True)
    return _of_one(place, asked, one)


@monitoring.get("/<place:place>/units/<id:unit_id>/history")
def unit_history(place: Place, unit_id: int) -> str:
    """All that happened to a unit and its people."""
    unit = unit_of(place.id, unit_id)
    subjects = (f"unit:{unit.id}", *[f"person:{person_id}" for person_id in people_in(place.id, unit.id)])
    asked = Asked(frozenset({"units"}), page=_page_number(), subjects=subjects)
    back, words = url_for("follow_up.units", place=place), _("Units and their people")
    return _of_one(place, asked, One(_("Unit"), unit.name, back, words, with_about=True))


@dataclass(frozen=True)
class One:
    """The thing whose history a page tells."""

    #: What it is, and what it is called.
    thing: str
    title: str
    back: str
    back_words: str
    #: Whether each entry says what it is about: there is more than one thing.
    with_about: bool = False


def _of_one(place: Place, asked: Asked, one: One) -> str:
    lines, count = history_page(place, g.visitor.scope, asked)
    return render_template(
        "monitoring/history_of_one.html",
        place=place,
        one=one,
        entries=entries_of(place, told_lines(place, lines), with_about=one.with_about),
        count=count,
        pager=_pager(asked, count),
    )


def _kinds(place: Place) -> frozenset[str]:
    """Kinds of things whose history the visitor may read."""
    roles = g.visitor.roles_at(place)
    return frozenset(kind for kind, page in _PAGES.items() if roles & PERMISSIONS[page].roles)


def _asked(place: Place, people: list[tuple[str, str]]) -> Asked:
    """What the address asks for, as far as it is offered."""
    kinds = _kinds(place)
    kind, by = request.args.get("kind", ""), request.args.get("by", "")
    return Asked(
        kinds=kinds,
        kind=kind if kind in kinds else "",
        by=by if by in {key for key, _name in people} else "",
        from_on=_day("from"),
        until_on=_day("until"),
        page=_page_number(),
    )


def _words(asked: Asked) -> dict[str, Any]:
    """The filters as the address has them."""
    words = {"kind": asked.kind, "by": asked.by, "from": asked.from_on, "until": asked.until_on}
    return {name: str(value) for name, value in words.items() if value}


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None


def _page_number() -> int:
    text = request.args.get("page", "")
    return min(int(text), _LAST_PAGE) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1


def _pager(asked: Asked, count: int) -> dict[str, Any] | None:
    if count <= PAGE and asked.page == 1:
        return None
    first, last = (asked.page - 1) * PAGE + 1, min(asked.page * PAGE, count)
    words = ngettext(
        "%(first)s–%(last)s of %(num)s",
        "%(first)s–%(last)s of %(num)s",
        count,
        first=format_number(first),
        last=format_number(last),
    )

    def to(page: int) -> str:
        words = {**_words(asked), **({"page": page} if page > 1 else {})}
        return f"{request.path}?{urlencode(words)}" if words else request.path

    return {
        "words": words if first <= count else _("This page is past the end."),
        "previous_url": to(asked.page - 1) if asked.page > 1 else None,
        "next_url": to(asked.page + 1) if last < count else None,
    }


def _attachment(body: Iterable[bytes], place: Place, kind: str) -> Response:
    """Never opened inside the site; its name is made of our own codes."""
    answer = Response(body, content_type=_TYPES[kind])
    name = f"{place.code}-history-{local_day(utc_now(), place.zone).isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
