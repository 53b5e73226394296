"""A small world: two municipalities with one of everything, two with next to nothing, and people of every role."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.support.factories import PASSWORD, act, make_partner, make_place, make_user
from tests.walk.entering import wait_at_the_door
from tests.walk.journal import fail_once, keep_journal, make_desert, note_runs
from tests.walk.posts import send_what_waits
from tests.walk.towns import Town, make_town
from tracker.accounts.consent.giving import give_consent
from tracker.accounts.models import Invitation, Membership
from tracker.accounts.operations.invitations import revoke
from tracker.core.db import db
from tracker.core.storage import store
from tracker.follow_up.checks import check_places
from tracker.follow_up.handing.moving import Successor, hand_over
from tracker.territory.models import Partner, Unit
from tracker.territory.queries import units_of
from tracker.territory.registry.associations import add_members
from tracker.territory.registry.workshops import add_to_workshop
from tracker.territory.rules import Place

#: Who signs in through the page.
EMAIL = "coordinator-a@example.org"


@dataclass(frozen=True)
class World:
    """Two municipalities, an empty one, one without anybody, and the ids of people by what they are."""

    day: date
    a: Town
    b: Town
    empty: Place
    #: Nobody can be told of anything there.
    desert: Place
    association: Place
    users: dict[str, int]


def make_world(day: date, uploads: Path) -> World:
    """Build it in the present database as of `day`; commits nothing."""
    partner, stranger = make_partner("⟦Fundación Puente⟧"), make_partner("⟦Agencia Lejana⟧")
    a = make_town("MX", "⟦Aldea⟧", "a", day, uploads, partner)
    b = make_town("CL", "⟦Bahía⟧", "b", day, uploads, None)
    empty = make_place("MX", "9c", name="⟦Campo⟧")
    users = {who: make_user(**held).id for who, held in _people(a, b, empty, partner, stranger).items()}
    desert = make_desert(day)
    fail_once(a.place, day - timedelta(days=1))
    check_places([a.place, b.place, desert], day, act(day).at)
    fail_once(desert, day)
    note_runs(day, desert.code)
    a, b = keep_journal(a, day), keep_journal(b, day)
    a, b = send_what_waits(a, "a", act(day).at), send_what_waits(b, "b", act(day).at)
    a, b = wait_at_the_door(a, "A", users, day), wait_at_the_door(b, "B", users, day)
    association = make_place("MX", "9e", name="⟦Mancomunidad⟧", kind="association")
    add_members(act(day), association.id, [a.place.id])
    a, b = (_hold_workshop(town, a, desert, day) for town in (a, b))
    names = {
        "association_id": association.id,
        "partner_id": partner.id,
        "empty_id": empty.id,
        "empty_name": empty.name,
    }
    a, b = (
        _handed_over(a, users["coordinator of A"], day, uploads),
        _handed_over(b, users["coordinator of B"], day, uploads),
    )
    a, b = (replace(town, monitor_id=users["monitor"], consent_id=_consent(town, day)) for town in (a, b))
    units = (*(unit.id for unit in units_of(desert.id)), 0)
    a, b = (replace(town, free_units=units, **names) for town in (a, b))
    db.session.flush()
    return World(day, a, b, empty, desert, association, users)


def _hold_workshop(town: Town, came: Town, free: Place, day: date) -> Town:
    """A workshop that one municipality came to, and another one that nobody coordinates."""
    workshop, _new = add_to_workshop(act(day), "⟦Taller de la Sierra⟧", [came.place.id, free.id])
    return replace(town, workshop_id=workshop.id, free_id=free.id, free_name=free.name)


def _consent(town: Town, day: date) -> int:
    """A consent of the municipality that stands."""
    mona = make_user(role="monitor", country=town.place.country_code, name="⟦Mona Ruiz⟧")
    return give_consent(act(day), town.place, mona.id, day + timedelta(days=30), "⟦Sin luz⟧").id


def _handed_over(town: Town, coordinator_id: int, day: date, uploads: Path) -> Town:
    """The town with a handover by letter that was, and an officer whose role may be handed over."""
    left = make_user(role="coordinator", place=town.place, name="⟦Nora Paz⟧")
    letter = store(uploads, "⟦carta⟧.pdf", b"%PDF-1.4\n%%EOF\n")
    new = Successor(None, "⟦Lía Mar⟧", f"lia-{town.code}@example.org", "es")
    made = hand_over(
        act(day), town.place, left.id, frozenset({"coordinator"}), "monitor", new, letter, "⟦Elecciones⟧"
    )
    invited = Invitation.municipality_id == town.place.id, Invitation.email == new.email
    revoke(act(day), db.session.scalars(select(Invitation).where(*invited)).one())
    held = Membership.municipality_id == town.place.id, Membership.role == "officer"
    role_id = db.session.scalar(select(Membership.id).where(*held, Membership.unit_id == town.other_unit_id)) or 0
    return replace(town, officer_role_id=role_id, handover_id=made.id, coordinator_id=coordinator_id)


def _people(a: Town, b: Town, empty: Place, partner: Partner, stranger: Partner) -> dict[str, dict[str, Any]]:
    """Everybody by what they are, with what makes them so."""
    people: dict[str, dict[str, Any]] = {
        "administrator": {"role": "administrator"},
        "monitor": {"role": "monitor"},
        "monitor of MX": {"role": "monitor", "country": "MX"},
        "partner": {"role": "partner", "partner": partner},
        "other partner": {"role": "partner", "partner": stranger},
        "coordinator of C": {"role": "coordinator", "place": empty},
        "authority of C": {"role": "authority", "place": empty},
        # Has given the password, not yet the code of the second factor.
        "halfway": {"role": "authority", "place": a.place},
    }
    people["assistant of A"] = {"role": "assistant", "place": a.place, "until_on": date(2099, 12, 31)}
    for letter, town in (("A", a), ("B", b)):
        people |= {
            f"coordinator of {letter}": {"role": "coordinator", "place": town.place},
            f"authority of {letter}": {"role": "authority", "place": town.place},
        }
        for who, unit_id in (("officer", town.unit_id), ("other officer", town.other_unit_id)):
            people[f"{who} of {letter}"] = {"role": "officer", "unit": db.session.get_one(Unit, unit_id)}
    for who in ("coordinator of A", "authority of A", "administrator"):
        people[who]["password"] = PASSWORD
    for who, held in people.items():
        name = who.replace(" of ", "-").replace(" ", "-").lower()
        held |= {"email": f"{name}@example.org", "name": f"⟦{who.title()}⟧"}
    return people
