"""What would be told on a day: by person, with the reason. Writes nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, g, request, url_for
from sqlalchemy.exc import OperationalError

from tracker.core.db import NEVER, db
from tracker.core.i18n import _, format_number, ngettext
from tracker.core.log import log
from tracker.core.now import utc_now
from tracker.core.web import page
from tracker.follow_up.checked import Checked
from tracker.follow_up.checks import Way, check_part
from tracker.follow_up.forms.reporting import DryRunForm
from tracker.follow_up.presenting import day_here, ladder_words, on_words, short_day, step_words
from tracker.follow_up.views import follow_up
from tracker.notices.presenting import AUDIENCE_WORDS, TONES, said_words
from tracker.notices.rules import leaving_day
from tracker.notices.words import period_words
from tracker.permissions import WRITERS
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place

#: Days that can be asked about, from today on.
MOST_DAYS = 366
#: Parts of so many rows as a check looks at in one go.
MOST_PARTS = 10
#: People named, and lines of each.
MOST_PEOPLE, MOST_LINES = 100, 40


@follow_up.get("/<place:place>/checks/dry-run")
def dry_run(place: Place) -> Response:
    """Who would be told what on a day, tomorrow unless another is asked for."""
    today = day_here(utc_now(), place)
    form = DryRunForm(formdata=request.args, meta={"csrf": False})
    day = today + timedelta(days=1)
    wrong = not form.validate()
    if not wrong and form.day.data is not None:
        day = form.day.data
        if not today <= day <= today + timedelta(days=MOST_DAYS):
            last = short_day(today + timedelta(days=MOST_DAYS), today)
            form.day.errors = [_("Choose a day from today to %(last)s.", last=last)]
            wrong = True
    if wrong:
        return page("follow_up/dry_run.html", 422, place=place, form=form, day=None, limits=_limits(today))
    form.day.data = day
    try:
        answer = _answer(place, day, today)
    except OperationalError:
        raise
    except Exception as error:
        # What breaks the check of a municipality breaks its trial: said here, where somebody looks for the reason.
        db.session.rollback()
        log("follow_up").error("trial of a check failed", municipality=place.code, error=repr(error), exc_info=True)
        answer = {"day": day, "broken": type(error).__name__}
    return page("follow_up/dry_run.html", place=place, form=form, limits=_limits(today), **answer)


def _limits(today: date) -> dict[str, str]:
    return {"min": today.isoformat(), "max": (today + timedelta(days=MOST_DAYS)).isoformat()}


def _answer(place: Place, day: date, today: date) -> dict[str, Any]:
    """What the page shows: lines of the day by person, and what is to be known beside them."""
    done, is_whole = _looked(place, day)
    watch, policy = done.known.get(place.id) or (None, policy_for(place))
    on_day = [line for line in done.notices if _told_on(line, today) == day]
    passed = [line for line in done.not_told if _told_on(line, today) == day]
    # A step that a later one overtakes is told on its own day, where the daily check comes.
    overtaken = [
        line for line in done.not_told if line["state"] == "skipped" and line["falls_on"] >= today.isoformat()
    ]
    earlier = [line for line in (*done.notices, *overtaken) if _told_on(line, today) < day]
    told = [line for line in on_day if line["recipient"]]
    people = _by_person(told, place, day)
    leaves = leaving_day(day, place.country_code, policy)
    following = watch.next_check_on if watch and watch.next_check_on < NEVER else None
    return {
        "day": day,
        "day_words": on_words(day, today),
        "lead": _lead(len(people), len({line["subject"] for line in told})),
        "people": people[:MOST_PEOPLE],
        "people_rest": max(0, len(people) - MOST_PEOPLE),
        "nobody": [_line(line, place, day) for line in on_day if not line["recipient"]][:MOST_PEOPLE],
        "passed": [_line(line, place, day) for line in passed][:MOST_PEOPLE],
        "passed_count": len(passed),
        "earlier": len(earlier),
        "earlier_day": min((_told_on(line, today) for line in earlier), default=None),
        "checked_today": day == today and watch is not None and watch.checked_on >= today,
        "next_day": max(following, today) if following and following != day else None,
        "leaves": on_words(leaves, today),
        "leaves_later": leaves != day,
        "hour": f"{policy.digest_hour:02d}:00",
        "is_whole": is_whole,
        "ladder": ladder_words(policy),
        "may_see_addresses": bool(g.visitor.roles_at(place) & WRITERS),
        "short": lambda any_day: short_day(any_day, today),
    }


def _looked(place: Place, day: date) -> tuple[Checked, bool]:
    """The dry run, of so many rows at most; and whether these were all."""
    way, now = Way(dry_run=True, listing=True), utc_now()
    done, go_on = check_part([place], day, now, way)
    for _part in range(1, MOST_PARTS):
        if go_on is None:
            break
        part, go_on = check_part([place], day, now, way, go_on)
        done.add(part)
    return done, go_on is None


def _told_on(line: dict[str, Any], today: date) -> date:
    """The day on which the daily check comes to it: what has fallen already is the next one's."""
    return max(date.fromisoformat(line["falls_on"]), today)


def _lead(people: int, things: int) -> str:
    if not things:
        return _("nobody would be told anything.")
    whom = ngettext("%(num)s person", "%(num)s people", people)
    what = ngettext("%(num)s thing", "%(num)s things", things)
    return _("%(people)s would be told of %(things)s.", people=whom, things=what)


def _by_person(lines: Iterable[dict[str, Any]], place: Place, day: date) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["recipient"], []).append(line)
    people = [
        {
            "name": own[0]["name"] or address,
            "address": address,
            "count": format_number(len(own)),
            "lines": [_line(line, place, day) for line in _worst_first(own)[:MOST_LINES]],
            "rest": max(0, len(own) - MOST_LINES),
        }
        for address, own in found.items()
    ]
    return sorted(people, key=lambda person: (str(person["name"]).casefold(), person["address"]))


def _worst_first(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: (line["due_on"] or "", line["title"]))


def _line(line: dict[str, Any], place: Place, day: date) -> dict[str, Any]:
    due_on = date.fromisoformat(line["due_on"]) if line["due_on"] else None
    return {
        "to": line["name"] or line["recipient"] or _("nobody"),
        "title": line["title"],
        "of": line["of"],
        "code": line["commitment"],
        "unit": line["unit"],
        "url": url_for(".commitment", place=place, code=line["commitment"]),
        "clock": TONES[line["clock"]],
        "what": said_words(line, date.fromisoformat(line["struck_on"]), day),
        "due": period_words(due_on, line["precision"]) if due_on else _("no date"),
        "step": step_words(line["step"], line["quiet_start"]),
        "why": str(AUDIENCE_WORDS[line["why"]]),
        "reason": {
            "skipped": _("its day passed without a check"),
            "unwanted": _("its reader chose to do without it"),
        }.get(line["state"], ""),
    }
