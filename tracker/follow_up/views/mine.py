"""My agenda: what must I do today?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.rules import Visitor
from tracker.agenda.guards import may_report
from tracker.agenda.models import Milestone
from tracker.agenda.presenting import Row, row_of
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.mine import Group, Mine, my_agenda
from tracker.agenda.queries.recurring import held_of
from tracker.agenda.queries.scoping import places_of_partners
from tracker.agenda.queries.sorting import unsorted_count
from tracker.agenda.rules import Held
from tracker.core.i18n import _, format_day, format_long_day, ngettext
from tracker.core.now import today, utc_now
from tracker.follow_up.forms.reporting import SteadyForm
from tracker.follow_up.queries.assessments import verdicts_unanswered
from tracker.follow_up.queries.dates import count_date_requests
from tracker.follow_up.queries.obstacles import count_to_clear
from tracker.follow_up.views import follow_up
from tracker.notices.queries.held import held_at
from tracker.notices.queries.mails import failed_about
from tracker.notices.rules import leaving_day
from tracker.notices.words import ago_words
from tracker.territory.queries import places_by_id, policy_for
from tracker.territory.rules import Place

#: How long a mail that failed stands on the start page.
WEEK = timedelta(days=7)
#: Rows of a group shown at first; the rest is one click away.
SHOWN = 20
#: Of what is far away, fewer.
SHOWN_LATER = 6
#: Rows of a group on paper.
ON_PAPER = 200
ONLY = ("late", "due_soon", "this_week", "next_days", "later", "silent", "blocked")


@follow_up.get("/")
def home() -> Response | str:
    """The start page by role: My agenda of those who act, the municipalities of those who oversee."""
    visitor: Visitor = g.visitor
    places = _places_of(visitor)
    if not places:
        if visitor.roles_at(None) & {"administrator", "monitor"}:
            return redirect(url_for("monitoring.places"), 303)
        return render_template("follow_up/nothing.html")
    place = _chosen(places)
    only = request.args.get("show", "")
    return _agenda_page(place, places, only if only in ONLY else "", SHOWN if only not in ONLY else ON_PAPER)


@follow_up.get("/print")
def print_page() -> Response | str:
    """My agenda on paper, with boxes to fill."""
    places = _places_of(g.visitor)
    if not places:
        return redirect(url_for("follow_up.home"), 303)
    return _agenda_page(_chosen(places), places, "", ON_PAPER, template="follow_up/print.html")


def _agenda_page(
    place: Place, places: Sequence[Place], only: str, limit: int, template: str = "follow_up/mine.html"
) -> str:
    g.place, g.country_code = place, place.country_code
    day = today(place.zone)
    visitor: Visitor = g.visitor
    roles = visitor.roles_at(place)
    units = visitor.unit_ids_at(place) if "coordinator" not in roles else frozenset()
    policy = policy_for(place)
    mine = my_agenda(place, visitor.scope, units, policy.soon_days, day, only, limit)
    rows = [row for group in mine.groups for row in group.rows]
    moves = moves_of(rows)
    may_write = "coordinator" in roles
    occurrences = held_of(rows, day)
    shown = [_group(group, place, day, moves, occurrences, only) for group in mine.groups if group.count]
    return render_template(
        template,
        steady=SteadyForm(formdata=None),
        picks=any(item.pick_value for group in shown for item in group["rows"]),
        place=place,
        places=places,
        mine=mine,
        groups=shown,
        lead=_lead(mine, day),
        day_words=format_long_day(day),
        soon_days=policy.soon_days,
        only=only,
        unit_only=bool(units),
        may_write=may_write,
        held=held_at(place, leaving_day(day, place.country_code, policy)) if may_write else None,
        failed=failed_about(place.id, utc_now() - WEEK) if may_write else 0,
        asked=_asked(place, day, units, may_write),
        unsorted=unsorted_count(place.id, day) if may_write else 0,
    )


def _group(
    group: Group, place: Place, day: date, moves: dict[str, int], held: dict[int, Held], only: str
) -> dict[str, Any]:
    rows: list[Row] = []
    shown = SHOWN_LATER if group.name == "later" and not only else len(group.rows)
    for row in group.rows[:shown]:
        commitment = row.commitment if isinstance(row, Milestone) else row
        rows.append(row_of(row, place, day, moves, may_report(place, commitment), held))
    more = url_for("follow_up.home", place=place.code, show=group.name)
    return {
        "name": group.name,
        "title": {
            "late": _("Late"),
            "due_soon": _("Due soon"),
            "this_week": _("Due within a week"),
            "next_days": _("Next 30 days"),
            "later": _("Later"),
            "silent": _("Without news"),
            "blocked": _("Blocked"),
        }[group.name],
        "rows": rows,
        "count": group.count,
        "more_url": more if group.count > len(rows) and not only else None,
    }


def _lead(mine: Mine, day: date) -> list[str]:
    """The sentence that says it, as parts: the first is set off."""
    if not mine.late and not mine.due_soon:
        return [_("Nothing is late, and nothing is due soon.")]
    if mine.late:
        first = ngettext("%(num)s thing is late", "%(num)s things are late", mine.late)
        oldest = mine.oldest_due_on
        rest = (
            _(
                "the oldest since %(day)s, %(ago)s",
                day=format_day(oldest, oldest.year != day.year),
                ago=ago_words(oldest, day),
            )
            if oldest
            else ""
        )
    else:
        first, rest = _("Nothing is late"), ""
    week = ngettext("%(num)s is due within a week.", "%(num)s are due within a week.", mine.this_week)
    if not mine.this_week:
        week = _("Nothing is due within a week.")
    return [first, rest, week]


def _asked(place: Place, day: date, units: frozenset[int], decides: bool) -> str:
    """What waits for the visitor's answer, in words; empty where nothing does."""
    parts = []
    if decides and (count := count_date_requests(place.id)):
        parts.append(ngettext("%(num)s new date is asked for.", "%(num)s new dates are asked for.", count))
    partners = g.visitor.scope.partner_ids
    if not decides and (units or partners) and (count := count_to_clear(place.id, units, partners)):
        said = ngettext(
            "%(num)s obstacle waits for you to clear it.", "%(num)s obstacles wait for you to clear them.", count
        )
        parts.append(said)
    # Who coordinates finds them below "What was asked": the page may ask the database no more often.
    judged = 0 if decides or not units else len(verdicts_unanswered(place.id, day, g.visitor.user_id, units))
    if judged:
        said = ngettext("%(num)s verdict can be answered.", "%(num)s verdicts can be answered.", judged)
        parts.append(said)
    return " ".join(parts)


def _places_of(visitor: Visitor) -> list[Place]:
    """Places where the visitor acts or whose agenda is the visitor's own concern, by name."""
    ids = {role.municipality_id for role in visitor.roles if role.municipality_id}
    if visitor.scope.partner_ids:
        ids |= set(places_of_partners(visitor.scope.partner_ids))
    return sorted(places_by_id(sorted(i for i in ids if i)).values(), key=lambda place: place.name)


def _chosen(places: Sequence[Place]) -> Place:
    wanted = request.args.get("place", "")
    return next((place for place in places if place.code == wanted), places[0])
