"""`flask policy`, `association` and `workshop`: figures of follow-up, and who belongs together."""

from dataclasses import asdict, fields
from typing import Any

import click
from flask.cli import AppGroup

from tracker.audit.models import Act
from tracker.core.commands import answer, format_option, refuse
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.core.now import today, utc_now
from tracker.territory.models import Country, PolicySetting
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import place_by_code, policy_for
from tracker.territory.registry.associations import add_members
from tracker.territory.registry.workshops import add_to_workshop
from tracker.territory.rules import EVERYWHERE, Place, Policy, policy_with, read_policy_value

association_cli = AppGroup("association", help="Associations of municipalities and who belongs to them.")
workshop_cli = AppGroup("workshop", help="Workshops and the municipalities that came.")
policy_cli = AppGroup("policy", help="The figures of follow-up: reminder days, hours, working days.")

_where = [
    click.option("--country", default="", metavar="CC", help="Only for this country."),
    click.option("--municipality", "code", default="", metavar="CODE", help="Only for this municipality."),
]


@association_cli.command("add")
@click.argument("code", metavar="ASSOCIATION")
@click.option("--municipality", "codes", multiple=True, required=True, metavar="CODE", help="May be repeated.")
def add_to_association(code: str, codes: tuple[str, ...]) -> None:
    """Note which municipalities belong to an association, itself in the registry (kind `association`)."""
    association = _municipality(code)
    if association.kind != "association":
        refuse(f"{code!r} is no association; its kind in the registry is {association.kind}.")
    members = [_municipality(member).id for member in codes]
    act = _begin()
    try:
        new = add_members(act, association.id, members)
    except Refused as refused:
        refuse(refused.message)
    db.session.commit()
    click.echo(f"{association.name}: {new} new, {len(members) - new} belonged to it already.")


@workshop_cli.command("add")
@click.argument("name")
@click.option("--municipality", "codes", multiple=True, required=True, metavar="CODE", help="May be repeated.")
def add_to_workshop_(name: str, codes: tuple[str, ...]) -> None:
    """Note which municipalities came to the workshop NAME; it is made where there is none of that name."""
    came = [_municipality(code).id for code in codes]
    workshop, new = add_to_workshop(_begin(), name, came)
    db.session.commit()
    click.echo(f"{workshop.name}: {new} new, {len(came) - new} were noted already.")


def _municipality(code: str) -> Place:
    place = place_by_code(code, EVERYWHERE)
    if place is None:
        refuse(f"No municipality {code!r}. Bring the registry in first: flask registry import FILE")
        raise AssertionError
    return place


def _begin() -> Act:
    db.session.rollback()
    begin_write()
    return Act(None, "command line", "command", utc_now(), today("UTC"))


@policy_cli.command("set")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE...")
@_where[0]
@_where[1]
def set_(pairs: tuple[str, ...], country: str, code: str) -> None:
    """Change figures, for the installation or for one place.

    \b
    soon_days=14              due soon so many days before the due day
    remind_days=14,3          reminders before the due day
    late_days=1,10,30         rungs of the ladder after it
    repeat_days=30            again every so many days
    quiet_days=45             rest after what came in late was told once
    silence_days=90           silent after so many days without a sign of life
    silence_before_due_days=60  or so many days before the due day
    silence_least_days=30     but never before so many days without a sign
    behind_points=15          too slow so many percent points below the share of time gone
    behind_share=25           never before this percent of the time
    behind_days=15            nor before so many days after the start
    blocked_repeat_days=30    an obstacle again every so many days
    undated_repeat_days=30    a date is asked for every so many days where there is none
    digest_hour=7             mails leave from this local hour on
    working_days=mon,tue,...  or all
    holidays_off=yes          no mails on the country's public holidays
    days_off=24/12,2026-12-20/2027-01-05   nor on these days: every year, or from a day to a day
    """
    known = {f.name for f in fields(Policy)}
    figures: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or key not in known:
            raise click.UsageError(f"{pair!r}: give KEY=VALUE with KEY one of {', '.join(sorted(known))}")
        try:
            figures[key] = read_policy_value(key, text)
        except ValueError as error:
            raise click.UsageError(f"{pair!r}: {error}") from error
    place = _place(country, code)
    set_policy(_begin(), place, figures)
    db.session.commit()
    click.echo(f"Set for {place}: {', '.join(pairs)}. Dates are reckoned anew by the next tick.")


@policy_cli.command("show")
@_where[0]
@_where[1]
@format_option
def show(country: str, code: str, form: str) -> None:
    """Print the figures in force."""
    key = _place(country, code)
    if code:
        place = place_by_code(code, EVERYWHERE)
        policy = policy_for(place) if place else Policy()
    else:
        policy = Policy()
        for setting in (
            db.session.query(PolicySetting)
            .filter(PolicySetting.place.in_(["*", key]))
            .order_by(PolicySetting.place)
        ):
            policy = policy_with(policy, setting.figures)
    figures = asdict(policy)
    answer(form, figures, figures)


def _place(country: str, code: str) -> str:
    if country and code:
        raise click.UsageError("Give --country or --municipality, not both.")
    if country:
        if db.session.get(Country, country.upper()) is None:
            refuse(f"No country {country!r}; give a code such as MX.")
        return country.upper()
    if code:
        place = place_by_code(code, EVERYWHERE)
        if place is None:
            refuse(f"No municipality {code!r}.")
        return code.lower()
    return "*"
