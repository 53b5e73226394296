"""Puts the demo world into a database, as if it had been kept there all along.

Units, people and promises are invented, the places are real. Everything goes through the rooms' own
operations, each with an `Act` of the day on which it would have happened, so that the trail, the ledger of
dates and the standings read true. Commits nothing.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.accounts.operations import create_user
from tracker.accounts.passwords import hash_password
from tracker.accounts.rules import Role
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.now import local_day
from tracker.demo.accounts import PASSWORD, REGION, Account, accounts_at
from tracker.demo.history import Writer, at_hour, replay
from tracker.demo.story import on_day
from tracker.demo.world_files import Json, world_codes, world_of
from tracker.plan.operations import add_action, add_line, create_plan
from tracker.territory.governing import Office, add_term
from tracker.territory.models import Country, Municipality, State, Unit
from tracker.territory.operations import add_person, find_or_create_partner, find_or_create_unit, share_agenda
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE, Place, name_key, place_code

LOADER = "Demostración"
#: Longer ago than the first day of any plan.
BEFORE_ALL = timedelta(days=500)
#: Who does not let the institute look yet.
NOT_SHARED = ("uy-14",)


def load_world(now: datetime) -> None:
    """Put the whole demo world into an empty database, alive around `now`."""
    password_hash = hash_password(PASSWORD)
    load_region(now, password_hash)
    for code in world_codes():
        load_municipality(now, code, password_hash)


def load_region(now: datetime, password_hash: str) -> None:
    """The accounts that belong to no municipality; made first, so they tell whose database it is."""
    begin_write()
    at = now - BEFORE_ALL
    act = Act(None, LOADER, "demo", at, local_day(at, "UTC"))
    for account in REGION:
        role = Role(account.role, country_code=account.country)
        create_user(act, account.email, account.name, password_hash, [role], account.locale)


def load_municipality(now: datetime, code: str, password_hash: str) -> Place:
    """One municipality with its people, plan, accounts and the whole history of its agenda up to now."""
    begin_write()
    world = world_of(code)
    zone = world["municipality"]["timezone"] or _country(world).timezone
    today = local_day(now, zone)
    begun = on_day(today, world["plan"]["from_on"])
    act = Act(None, LOADER, "demo", at_hour(begun, zone), begun)
    place = _municipality(act, world)
    units = {unit["name"]: _unit(act, place, unit) for unit in world["units"]}
    partners = {p["name"]: find_or_create_partner(act, p["name"])[0].id for p in world["partners"]}
    for term in world.get("terms", ()):
        days = on_day(today, term["from"]), on_day(today, term["until"])
        add_term(act, place.id, Office(*days, term["authority"], term["post"]))
    if code not in NOT_SHARED:
        share_agenda(act, place.id)
    users: list[tuple[Account, tuple[int, str]]] = []
    for account in accounts_at(code):
        roles = [_role(place, account, units, partners)]
        user = create_user(act, account.email, account.name, password_hash, roles, account.locale)
        users.append((account, (user.id, user.name)))
    replay(
        world,
        Writer(
            place=place,
            today=today,
            units=units,
            partners=partners,
            actions=_plan(act, place, world["plan"], today),
            coordinator=next(user for account, user in users if account.role == "coordinator"),
            officers={units[a.unit]: user for a, user in users if a.role == "officer" and a.unit},
        ),
    )
    return place


def _country(world: Json) -> Country:
    country = db.session.get(Country, world["municipality"]["country"])
    assert country is not None, "migrations bring the countries"
    return country


def _municipality(act: Act, world: Json) -> Place:
    facts = world["municipality"]
    municipality = Municipality(
        code=place_code(facts["country"], facts["code"]),
        country_code=facts["country"],
        official_code=facts["code"],
        state_id=_state(facts).id,
        name=facts["name"],
        name_key=name_key(facts["name"]),
        kind=facts["kind"],
        latitude=facts["lat"],
        longitude=facts["lon"],
        population=facts["population"],
        timezone=facts["timezone"],
    )
    db.session.add(municipality)
    db.session.flush()
    changes = {"name": (None, facts["name"]), "notice": (None, world["invented"])}
    record(act, "create", municipality.id, f"municipality:{municipality.id}", changes)
    place = place_by_code(municipality.code, EVERYWHERE)
    assert place is not None
    return place


def _state(facts: Json) -> State:
    country, code = facts["country"], facts["admin1_code"]
    state = db.session.scalar(select(State).where(State.country_code == country, State.code == code))
    if state is None:
        state = State(country_code=country, code=code, name=facts["admin1_name"])
        db.session.add(state)
        db.session.flush()
    return state


def _unit(act: Act, place: Place, facts: Json) -> int:
    unit: Unit = find_or_create_unit(act, place.id, facts["name"], facts["mailbox"])[0]
    for person in facts["people"]:
        add_person(act, unit, person["name"], person["post"], person["phone"], person["email"])
    return unit.id


def _role(place: Place, account: Account, units: dict[str, int], partners: dict[str, int]) -> Role:
    return Role(
        account.role,
        municipality_id=None if account.role == "partner" else place.id,
        unit_id=units[account.unit] if account.unit else None,
        partner_id=partners[account.partner] if account.partner else None,
    )


def _plan(act: Act, place: Place, facts: Json, today: date) -> dict[str, int]:
    """The plan with its lines and matrix; ids of its actions by code."""
    begins, ends = on_day(today, facts["from_on"]), on_day(today, facts["until_on"])
    plan = create_plan(
        act,
        place,
        facts["title"],
        from_on=begins,
        until_on=ends,
        goal_code=facts["goal"],
        workshop=facts["workshop"],
    )
    actions: dict[str, int] = {}
    for line_facts in facts["lines"]:
        line = add_line(act, place, plan.id, line_facts["title"], code=line_facts["code"])
        for action in line_facts["actions"]:
            row = add_action(act, place, line.id, action["title"], code=action["code"])
            actions[row.code] = row.id
    return actions
