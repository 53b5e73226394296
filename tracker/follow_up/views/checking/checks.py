"""Checks: did the daily look at dates happen, and what did it find? For the installation, or own municipalities."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import g, render_template, request, url_for

from tracker.agenda.models import Watch
from tracker.core.db import LONG_AGO, NEVER
from tracker.core.i18n import _, format_number, ngettext
from tracker.core.now import utc_now
from tracker.follow_up.models import JobRun, PlaceCheck
from tracker.follow_up.presenting import JOBS, at_words, day_here, here, short_day
from tracker.follow_up.queries.journal import (
    Wanted,
    checks_in,
    places_failing,
    run_with_id,
    runs,
    watch_of,
)
from tracker.follow_up.queries.nobody import COUNTED, count_nobody
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.around import number, stand_at_own_place, typed, watched_scope
from tracker.territory.queries import places_by_id, places_called, places_with_codes
from tracker.territory.rules import Place, Scope

PAGE = 50
#: A check that failed this long ago and was never made good is told on top.
RECENT = timedelta(days=7)
#: Municipalities of one run that are named where it failed.
MOST_NAMED = 5


@follow_up.get("/checks")
def checks() -> str:
    """The journal: of the installation for who sees all of it, else of the own municipalities."""
    scope = watched_scope()
    stand_at_own_place()
    asked = ("place", "run", "show")
    if scope.is_whole and not any(request.args.get(name) for name in asked):
        return _runs_page(scope)
    return _places_page(scope)


def _runs_page(scope: Scope) -> str:
    now, job = utc_now(), request.args.get("job", "")
    job = job if job in JOBS else "check"
    failed, before = bool(request.args.get("failed")) and job == "check", number("before")
    rows = runs(job, failed, before, PAGE + 1)
    shown = rows[:PAGE]
    newest = rows[0] if rows and not failed and before is None else next(iter(runs(job, False, None, 1)), None)
    codes = [code for run in shown for code in run.failed[:MOST_NAMED]]
    names = {place.code: place.name for place in places_with_codes(codes)} if codes else {}
    failing = places_failing(scope, now - RECENT)
    address = {"job": job if job != "check" else None, "failed": 1 if failed else None}
    return render_template(
        "follow_up/runs.html",
        job=job,
        columns=_run_columns(job),
        chips=[
            {
                "text": str(words),
                "url": url_for(".checks", job=None if name == "check" else name),
                "current": name == job,
            }
            for name, (words, _columns) in JOBS.items()
        ],
        tabs=_tabs(scope, "runs"),
        lines=[_run_line(run, names, now) for run in shown],
        last=at_words(newest.began_at, UTC, now.date()) if newest else None,
        failing=len(failing),
        **_nobody(scope, None),
        failed=failed,
        is_first=before is None,
        pager=_pager(rows, address),
    )


def _places_page(scope: Scope) -> str:
    now, many = utc_now(), scope.sees_many
    run_id = number("run")
    run = run_with_id(run_id) if run_id and scope.is_whole else None
    wanted = Wanted(typed("place") if many else "", bool(request.args.get("failed")), run, number("before"))
    place = _one_place(scope, wanted.place)
    rows = checks_in(scope, wanted, PAGE + 1)
    shown = rows[:PAGE]
    latest = rows[:1] if wanted == Wanted(wanted.place) else checks_in(scope, Wanted(wanted.place), 1)
    places = places_by_id(sorted({row.municipality_id for row in (*shown, *latest)}))
    failing = places_failing(scope, now - RECENT)
    address = {
        "show": "places" if scope.is_whole else None,
        "place": wanted.place or None,
        "failed": 1 if wanted.failed else None,
        "run": run.id if run else None,
    }
    watch = watch_of(place.id) if place else None
    return render_template(
        "follow_up/checks.html",
        tabs=_tabs(scope, "places"),
        many=many,
        place=place,
        wanted=wanted,
        everywhere=scope.is_whole,
        run_words=at_words(run.began_at, UTC, now.date()) if run else None,
        lines=[_check_line(row, places[row.municipality_id], now) for row in shown],
        lead=_one_lead(place, watch, latest, now) if place else _many_lead(latest, places, failing, now),
        next_check=_next_check(place, watch, now) if place else None,
        failing=len(failing),
        columns=_check_columns(many),
        **_nobody(scope, place.id if place else None),
        is_filtered=wanted != Wanted(),
        pager=_pager(rows, address),
    )


def _one_place(scope: Scope, text: str) -> Place | None:
    """The municipality the page is about, where it is a single one."""
    if text:
        found = places_called(scope, text, 2)
        return found[0] if len(found) == 1 else None
    if scope.sees_many or not scope.municipality_ids:
        return None
    (own,) = scope.municipality_ids
    place: Place | None = g.place if g.place and g.place.id == own else places_by_id([own]).get(own)
    return place


def _one_lead(place: Place, watch: Watch | None, latest: Sequence[PlaceCheck], now: datetime) -> str:
    """The answer for one municipality: when it was checked last, and how it went."""
    if watch is None:
        return _("There is no agenda yet, so there is nothing to check.")
    today, last = day_here(now, place), latest[0] if latest else None
    if last is not None and last.error and watch.checked_on <= last.day:
        return _(
            "The check of %(when)s failed. It is tried again every minute, and what it has to tell is not lost.",
            when=at_words(last.at, here(place), today),
        )
    if last is not None and last.day >= watch.checked_on:
        return _("The last check was %(when)s; nothing failed.", when=at_words(last.at, here(place), today))
    if watch.checked_on == LONG_AGO:
        return _("No check was made yet.")
    return _("The last check was on %(day)s and found nothing new.", day=short_day(watch.checked_on, today))


def _many_lead(
    latest: Sequence[PlaceCheck], places: Mapping[int, Place], failing: Sequence[int], now: datetime
) -> str:
    """The answer for several municipalities."""
    if not latest:
        return _("No check was made yet.")
    place = places[latest[0].municipality_id]
    when = at_words(latest[0].at, here(place), day_here(now, place))
    if failing:
        return ngettext(
            "The last check was %(when)s in %(place)s. In %(num)s municipality the last check failed.",
            "The last check was %(when)s in %(place)s. In %(num)s municipalities the last check failed.",
            len(failing),
            when=when,
            place=place.name,
        )
    return _("The last check was %(when)s in %(place)s; nothing failed.", when=when, place=place.name)


def _next_check(place: Place, watch: Watch | None, now: datetime) -> dict[str, Any]:
    """When a municipality is checked next, in words."""
    today = day_here(now, place)
    if watch is None or watch.next_check_on == NEVER:
        return {
            "count": None,
            "words": _("nothing to check"),
            "hint": _("no open commitment has a date"),
            "day": None,
        }
    day = max(watch.next_check_on, today)
    hint = _("within minutes") if day == today else _("when the next date comes near or passes")
    return {"count": short_day(day, today), "words": _("next check"), "hint": hint, "day": day}


def _run_line(run: JobRun, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    day = run.did.get("day")
    return {
        "when": at_words(run.began_at, UTC, now.date()),
        "url": url_for(".checks", run=run.id) if run.job == "check" else None,
        "day": short_day(date.fromisoformat(day), now.date()) if isinstance(day, str) else None,
        "counts": [(str(label), format_number(int(run.did.get(name) or 0))) for name, label in JOBS[run.job][1]],
        "failed": [
            (names.get(code, code), url_for(".checks", show="places", place=code))
            for code in run.failed[:MOST_NAMED]
        ],
        "rest": max(0, len(run.failed) - MOST_NAMED),
    }


def _check_line(check: PlaceCheck, place: Place, now: datetime) -> dict[str, Any]:
    url = url_for(".check", place=place, check_id=check.id)
    counts = (
        ("told", _("Told"), check.told),
        ("not_told", _("Not told"), check.skipped),
        ("nobody", _("Nobody to tell"), check.nobody),
    )
    return {
        "when": at_words(check.at, here(place), day_here(now, place)),
        "url": url,
        "place": place.name,
        "looked_at": format_number(check.looked_at),
        "changed": format_number(check.changed),
        "counts": [
            (label, format_number(count), f"{url}?show={name}" if count else None) for name, label, count in counts
        ],
        "error": check.error,
    }


def _run_columns(job: str) -> list[dict[str, Any]]:
    counts = [{"label": str(label), "num": True} for _name, label in JOBS[job][1]]
    if job != "check":
        return [{"label": _("When (UTC)")}, *counts]
    return [{"label": _("When (UTC)")}, {"label": _("Day")}, *counts, {"label": _("Failed")}]


def _check_columns(many: bool) -> list[dict[str, Any]]:
    labels = (_("Looked at"), _("Newly due or late"), _("Told"), _("Not told"), _("Nobody to tell"))
    own = [{"label": _("Municipality")}] if many else []
    return [{"label": _("When")}, *own, *[{"label": label, "num": True} for label in labels]]


def _nobody(scope: Scope, municipality_id: int | None) -> dict[str, Any]:
    count = count_nobody(scope, municipality_id)
    more = _("more than %(count)s", count=format_number(COUNTED))
    return {"nobody": count, "nobody_words": more if count > COUNTED else format_number(count)}


def _tabs(scope: Scope, current: str) -> list[dict[str, Any]]:
    """The two sides of the journal, for who sees both."""
    if not scope.is_whole:
        return []
    return [
        {"label": _("Whole installation"), "url": url_for(".checks"), "current": current == "runs"},
        {"label": _("By municipality"), "url": url_for(".checks", show="places"), "current": current == "places"},
    ]


def _pager(rows: Sequence[JobRun] | Sequence[PlaceCheck], address: Mapping[str, Any]) -> dict[str, Any] | None:
    if len(rows) <= PAGE:
        return None
    older = url_for(".checks", **{k: v for k, v in address.items() if v}, before=rows[PAGE - 1].id)
    return {"words": _("newest first"), "previous_url": None, "next_url": older}
