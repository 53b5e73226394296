"""`flask user`: accounts from the command line."""

import getpass
import secrets
import sys

import click
from flask.cli import AppGroup

from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.operations.users import drop_factor, end_membership
from tracker.accounts.passwords import SHORTEST, hash_password
from tracker.accounts.queries import user_by_email
from tracker.accounts.rules import ROLES, Role
from tracker.audit.models import Act
from tracker.core.commands import WRONG_USE, refuse
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.core.mail import is_address
from tracker.core.now import today, utc_now
from tracker.territory.models import Country
from tracker.territory.operations import find_or_create_partner, find_or_create_unit
from tracker.territory.queries import place_by_code, state_called
from tracker.territory.registry.workshops import workshop_called
from tracker.territory.rules import EVERYWHERE

user_cli = AppGroup("user", help="Accounts.")


@user_cli.command("create")
@click.argument("email")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help="May be repeated.")
@click.option("--name", default="", help="How the person is called; the part before @ where left out.")
@click.option("--municipality", "codes", multiple=True, metavar="CODE", help="Such as mx-15033; may be repeated.")
@click.option("--unit", default="", help="Unit of an officer; made where the municipality has none of that name.")
@click.option(
    "--country", "country_codes", multiple=True, metavar="CC", help="Of a monitor; none means the region."
)
@click.option("--state", "states", multiple=True, metavar="CC-CODE", help="Of a monitor: a state, such as MX-15.")
@click.option("--association", "associations", multiple=True, metavar="CODE", help="Of a monitor: its members.")
@click.option("--workshop", "workshops", multiple=True, metavar="NAME", help="Of a monitor: who came to it.")
@click.option("--partner", default="", help="Organisation of a partner; made where there is none of that name.")
@click.option(
    "--locale",
    type=click.Choice(["es", "en", "pt_BR", "fr"]),
    default=None,
    help="Language to read and hear in.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(
    email: str,
    roles: tuple[str, ...],
    name: str,
    codes: tuple[str, ...],
    unit: str,
    country_codes: tuple[str, ...],
    states: tuple[str, ...],
    associations: tuple[str, ...],
    workshops: tuple[str, ...],
    partner: str,
    locale: str | None,
    password_stdin: bool,
) -> None:
    """Make an account, or give an existing one further roles (and, with --password-stdin, a new password)."""
    if not is_address(email):
        refuse(f"{email!r} is not a mail address.")
    is_known = user_by_email(email) is not None
    db.session.rollback()
    password, shown = ("", False) if is_known and not password_stdin else _password(password_stdin)
    password_hash = hash_password(password) if password else None
    act = Act(None, "command line", "command", utc_now(), today("UTC"))
    begin_write()
    wanted: list[Role] = []
    for role in roles:
        if role == "monitor":
            wanted += _watched(country_codes, states, associations, workshops)
        else:
            wanted += _roles(act, role, codes, unit, partner)
    create_user(act, email, name or email.partition("@")[0], password_hash, wanted, locale)
    db.session.commit()
    click.echo(f"{email.lower()} can sign in as {', '.join(roles)}." + (f" Password: {password}" if shown else ""))


@user_cli.command("remove")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="The role to take away.")
@click.option("--municipality", "code", default="", metavar="CODE", help="Where the role is held; else everywhere.")
def remove(email: str, role: str, code: str) -> None:
    """Take a role away from somebody, who is signed out; the last administrator stays."""
    begin_write()
    act, user = _act(), _known(email)
    held = [m for m in user.memberships if m.role == role and _is_at(m.municipality_id, code)]
    if not held:
        refuse(f"{user.email} does not have this role there.")
    try:
        for membership in held:
            at = None if role == "monitor" else membership.municipality_id
            end_membership(act, membership.id, at, frozenset(ROLES))
    except Refused as reason:
        db.session.rollback()
        refuse(reason)
    db.session.commit()
    click.echo(f"{email.lower()} is no longer {role} ({len(held)}).")


@user_cli.command("factor-off")
@click.argument("email")
def factor_off(email: str) -> None:
    """Take a lost second factor off somebody, who is told by mail; for the last administrator without phone."""
    begin_write()
    user = _known(email)
    if user.factor_at is None:
        refuse(f"{user.email} has no second factor.")
    drop_factor(_act(), user, "factor_taken")
    db.session.commit()
    click.echo(f"{email.lower()} signs in with the password alone.")


def _act() -> Act:
    return Act(None, "command line", "command", utc_now(), today("UTC"))


def _known(email: str) -> User:
    user = user_by_email(email)
    if user is None:
        refuse(f"No account {email!r}.")
        raise AssertionError
    return user


def _is_at(municipality_id: int | None, code: str) -> bool:
    if not code:
        return True
    place = place_by_code(code, EVERYWHERE)
    return place is not None and place.id == municipality_id


def _roles(act: Act, role: str, codes: tuple[str, ...], unit: str, partner: str) -> list[Role]:
    if role == "administrator":
        return [Role(role)]
    if role == "partner":
        if not partner:
            _wrong("A partner's account needs --partner NAME.")
        return [Role(role, partner_id=find_or_create_partner(act, partner)[0].id)]
    if not codes:
        _wrong(f"The role {role} needs --municipality CODE.")
    answer = []
    for code in codes:
        place = place_by_code(code, EVERYWHERE)
        if place is None:
            refuse(f"No municipality {code!r}. Bring the registry in first: flask registry import FILE")
            raise AssertionError
        unit_id = None
        if role == "officer":
            if not unit:
                _wrong("The role officer needs --unit NAME.")
            unit_id = find_or_create_unit(act, place.id, unit)[0].id
        answer.append(Role(role, municipality_id=place.id, unit_id=unit_id))
    return answer


def _watched(
    countries: tuple[str, ...], states: tuple[str, ...], associations: tuple[str, ...], workshops: tuple[str, ...]
) -> list[Role]:
    """What a monitor looks after; the whole region where nothing is named."""
    found: list[Role] = []
    for code in countries:
        if db.session.get(Country, code.upper()) is None:
            refuse(f"No country {code!r}; give a code such as MX.")
        found.append(Role("monitor", country_code=code.upper()))
    for code in states:
        state_id = state_called(code)
        if state_id is None:
            refuse(f"No state {code!r}; give country and code as in the registry, such as MX-15.")
        found.append(Role("monitor", state_id=state_id))
    for code in associations:
        place = place_by_code(code, EVERYWHERE)
        if place is None or place.kind != "association":
            refuse(f"No association {code!r} in the registry.")
            raise AssertionError
        found.append(Role("monitor", municipality_id=place.id))
    for name in workshops:
        workshop = workshop_called(name)
        if workshop is None:
            refuse(f"No workshop {name!r}. Note who came first: flask workshop add NAME --municipality CODE")
            raise AssertionError
        found.append(Role("monitor", workshop_id=workshop.id))
    return found or [Role("monitor")]


def _wrong(reason: str) -> None:
    click.echo(reason, err=True)
    raise SystemExit(WRONG_USE)


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password and whether it was made up here and must be shown."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password (empty: one is made up): ")
    else:
        password = ""
    if not password:
        return secrets.token_urlsafe(12), True
    if len(password) < SHORTEST:
        refuse(f"A password needs {SHORTEST} characters or more.")
    return password, False
