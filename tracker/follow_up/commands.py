"""`flask check`, `flask notices`, `flask standings`: the jobs of follow-up by hand."""

from datetime import date

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.agenda.models import Watch
from tracker.agenda.operations import recount_many
from tracker.agenda.queries.standing import differences
from tracker.audit.models import Act
from tracker.core.commands import DAY, answer, format_option, refuse
from tracker.core.db import db
from tracker.core.now import local_day, today, utc_now
from tracker.core.ticks import transaction
from tracker.follow_up import ticks
from tracker.follow_up.checked import Checked, list_states
from tracker.follow_up.checks import Way
from tracker.notices.deciding import approve_mass
from tracker.notices.queries import listed
from tracker.notices.queries.held import masses_of
from tracker.notices.rules import leaving_day
from tracker.territory.queries import hold, hold_all, place_by_code, places_by_id, policy_for
from tracker.territory.rules import EVERYWHERE, Place

notices_cli = AppGroup("notices", help="What people are to hear.")
standings_cli = AppGroup("standings", help="Counts of each municipality.")


@click.command("check")
@click.option(
    "--day", type=DAY, default=None, help="Local day to check for; today of each municipality by default."
)
@click.option("--municipality", "code", default="", metavar="CODE", help="Only this municipality.")
@click.option("--dry-run", is_flag=True, help="Say what would be told, write nothing.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Look at every open row, not only at those whose check has come.",
)
@format_option
def check(day: date | None, code: str, dry_run: bool, everything: bool, form: str) -> None:
    """Find what is overdue or due soon and raise the notices of the day, each once."""
    groups: dict[date, list[Place]] = {}
    for place in _places(code):
        local = today(place.zone)
        if day and day > local and not dry_run:
            refuse(f"{day} is still to come in {place.code}; a future day needs --dry-run.")
        groups.setdefault(day or local, []).append(place)
    total = Checked(day or today("UTC"))
    for group_day, places in groups.items():
        done = ticks.check_in_batches(places, group_day, Way(everything, dry_run))
        with transaction():
            list_states(done, places, group_day)
        total.add(done)
        total.failed += done.failed
        for state, lines in done.states.items():
            total.states[state] += lines
    answer(form, total.as_json(), _check_lines(total, dry_run))
    if total.failed:
        refuse(f"Could not be checked: {', '.join(total.failed)}")


@notices_cli.command("compose")
@click.option("--day", type=DAY, default=None, help="As if at the digest hour of this day, whatever the weekday.")
@format_option
def compose(day: date | None, form: str) -> None:
    """Put waiting notices into digests, one a person and day."""
    done = ticks.compose_due(whatever_hour_day=day).as_json()
    answer(form, done, done)


@notices_cli.command("deliver")
@format_option
def deliver(form: str) -> None:
    """Send the mails that wait."""
    done = ticks.deliver_due().as_json()
    answer(form, done, done)


@notices_cli.command("list")
@click.option(
    "--state",
    type=click.Choice(["waiting", "composed", "leaving", "sent", "failed", "cancelled", "nobody"]),
    default=None,
)
@format_option
def list_(state: str | None, form: str) -> None:
    """Show notices and the fate of their mails."""
    rows = listed(state)
    answer(form, rows, [f"{row['state']:<10} {row['recipient'] or '—'}  {row['key']}" for row in rows])


@notices_cli.command("approve")
@click.option("--municipality", "code", required=True, metavar="CODE")
@format_option
def approve(code: str, form: str) -> None:
    """Let held mails of a municipality leave although they are many: today, or on its next working day."""
    (place,) = _places(code)
    now = utc_now()
    today_there = local_day(now, place.zone)
    with transaction():
        hold(place.id)
        day = leaving_day(today_there, place.country_code, policy_for(place))
        mass = masses_of([place.id], day)[place.id]
        mails = mass.waiting
        if not mass.is_held:
            refuse(f"Nothing of {place.name} is held for {day}: a yes beforehand would let a mistake leave.")
        approve_mass(Act(None, "command line", "command", now, today_there), place.id, day)
    done = {"municipality": place.code, "day": day.isoformat(), "mails": mails}
    answer(form, done, [f"Mails of {place.name} may leave on {day}; {mails} wait."])


@standings_cli.command("rebuild")
@click.option("--municipality", "code", default="", metavar="CODE", help="Only this municipality.")
@format_option
def rebuild(code: str, form: str) -> None:
    """Count every municipality's agenda again."""
    places = _places(code)
    for start in range(0, len(places), ticks.BATCH):
        with transaction():
            batch = sorted(places[start : start + ticks.BATCH], key=lambda p: p.id)
            hold_all([place.id for place in batch])
            recount_many({place.id: today(place.zone) for place in batch})
    answer(form, {"municipalities": len(places)}, {"municipalities": len(places)})


@standings_cli.command("verify")
@format_option
def verify(form: str) -> None:
    """Compare today's standings with a live count of the rows; exit code 1 where they differ."""
    with transaction():
        count, different = differences()
    answer(
        form,
        {"municipalities": count, "different": different},
        {"municipalities": count, "different": len(different)},
    )
    if different:
        refuse(*[str(line) for line in different])


def _places(code: str) -> list[Place]:
    """The municipality of that code, or every one that has an agenda."""
    if code:
        place = place_by_code(code, EVERYWHERE)
        if place is None:
            refuse(f"No municipality {code!r}.")
        return [place] if place else []
    return sorted(
        places_by_id(list(db.session.scalars(select(Watch.municipality_id)))).values(), key=lambda p: p.id
    )


def _counted(total: Checked) -> str:
    return ", ".join(f"{state.replace('_', ' ')}: {len(lines)}" for state, lines in total.states.items())


def _check_lines(total: Checked, dry_run: bool) -> list[str]:
    verb = "would be told" if dry_run else "notices"
    lines = [
        f"day: {total.day}",
        f"municipalities: {total.municipalities}, looked at: {total.looked_at}",
        f"{_counted(total)}, {verb}: {len(total.notices)}",
    ]
    return lines + [
        f"  {n['recipient'] or '(nobody)'}  {n['step']}  {n['municipality']} {n['commitment']}"
        for n in total.notices
    ]
