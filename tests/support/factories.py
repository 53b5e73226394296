"""Plain functions that make rows for tests, through the product's own operations wherever there is one.

All need an application context; none commits.
"""

import json
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from config import ROOT
from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.passwords import hash_password
from tracker.accounts.rules import Role
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import add_milestone, create_commitment
from tracker.agenda.operations.promise import Promise
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.territory.models import Country, Municipality, Partner, Unit, UnitPerson
from tracker.territory.operations import add_person, find_or_create_partner, find_or_create_unit
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import place_of
from tracker.territory.rules import Place, name_key, place_code

#: A Monday.
DAY = date(2026, 11, 23)
PASSWORD = "cuarenta pozos nuevos"

_numbers = count(1)


def act(day: date = DAY, user: User | None = None, name: str = "Ana Prueba", door: str = "page") -> Act:
    """Somebody who acts at 15:00 UTC of a local day."""
    instant = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return Act(user.id if user else None, user.name if user else name, door, instant, day)


def make_place(
    country: str = "MX",
    code: str = "",
    *,
    name: str = "",
    zone: str | None = None,
    kind: str = "municipality",
    shared: bool = True,
) -> Place:
    """A municipality whose agenda is shared unless said otherwise; without a code a new one each time."""
    begin_write()
    number = next(_numbers)
    code, name = code or f"9{number:04d}", name or f"Municipio {number}"
    if db.session.get(Country, country) is None:
        known = json.loads((ROOT / "tracker" / "territory" / "countries.json").read_text(encoding="utf-8"))
        db.session.add(Country(**next(entry for entry in known if entry["code"] == country)))
        db.session.flush()
    municipality = Municipality(
        code=place_code(country, code),
        country_code=country,
        official_code=code,
        name=name,
        name_key=name_key(name),
        kind=kind,
        timezone=zone,
        shared_on=DAY if shared else None,
    )
    db.session.add(municipality)
    db.session.flush()
    return place_of(municipality)


def make_unit(place: Place, name: str = "", mailbox: str | None = None) -> Unit:
    """A unit of a municipality."""
    begin_write()
    return find_or_create_unit(act(), place.id, name or f"Dirección {next(_numbers)}", mailbox)[0]


def make_person(unit: Unit, name: str = "", email: str | None = None) -> UnitPerson:
    """Somebody who works in a unit; without e-mail unless one is given."""
    begin_write()
    return add_person(act(), unit, name or f"Persona {next(_numbers)}", email=email)


def make_partner(name: str = "", email: str | None = None) -> Partner:
    """An organisation outside the municipality."""
    begin_write()
    return find_or_create_partner(act(), name or f"Socio {next(_numbers)}", email)[0]


def make_user(
    role: str = "coordinator",
    *,
    place: Place | None = None,
    unit: Unit | None = None,
    country: str | None = None,
    partner: Partner | None = None,
    email: str = "",
    name: str = "",
    locale: str | None = None,
    password: str = "",
    until_on: date | None = None,
) -> User:
    """Somebody with an account and one role; nobody can sign in without a `password` given (slow to hash)."""
    begin_write()
    number = next(_numbers)
    place_id = unit.municipality_id if unit and not place else place.id if place else None
    held = Role(
        role, place_id, unit.id if unit else None, country, partner.id if partner else None, until_on=until_on
    )
    secret = hash_password(password) if password else "-"
    email = email or f"persona{number}@example.org"
    return create_user(act(), email, name or f"Persona {number}", secret, [held], locale)


def be_patient(place: Place) -> None:
    """Nothing counts as silent for a year, nor is asked for a date: for tests that are about dates alone."""
    begin_write()
    days = dict.fromkeys(("silence_days", "silence_least_days", "undated_repeat_days"), 365)
    set_policy(act(), place.code, days)


def make_commitment(
    place: Place,
    title: str = "",
    due_on: date | None = None,
    *,
    unit: Unit | None = None,
    day: date = DAY,
    code: str = "",
    **promise: Any,
) -> Commitment:
    """A commitment entered on `day`; further facts as fields of a Promise."""
    begin_write()
    promised = Promise(
        title=title or f"Compromiso {next(_numbers)}",
        due_on=due_on,
        unit_id=unit.id if unit else None,
        **promise,
    )
    return create_commitment(act(day), place, promised, code)


def make_milestone(
    place: Place,
    commitment: Commitment,
    due_on: date | None = None,
    *,
    title: str = "",
    day: date = DAY,
    weight: int = 1,
    precision: str = "day",
) -> Milestone:
    """A milestone of a commitment, entered on `day`."""
    begin_write()
    title = title or f"Hito {next(_numbers)}"
    return add_milestone(act(day), place, commitment.code, title, due_on, precision, weight)
