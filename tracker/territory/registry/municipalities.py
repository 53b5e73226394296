"""Municipalities and associations by hand: written down, corrected, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.models import Country, Municipality, State
from tracker.territory.queries import hold
from tracker.territory.rules import FIRST_DAY, KINDS, LAST_DAY, NAME_LENGTH, OFFICIAL_CODE, name_key, place_code
from tracker.territory.zones import zone_of

#: More people live in none.
MOST_PEOPLE = 100_000_000


@dataclass(frozen=True)
class Registered:
    """What a person may type about a municipality; country and code stay as they were written down."""

    name: str
    country_code: str = ""
    official_code: str = ""
    kind: str = "municipality"
    #: Id of its state; None where it has none.
    state_id: int | None = None
    population: int | None = None
    valid_from: date | None = None


def states(country_code: str | None = None) -> Sequence[State]:
    """The states of a country, or of all, by country and name."""
    statement = select(State).order_by(State.country_code, State.name)
    if country_code is not None:
        statement = statement.where(State.country_code == country_code)
    return db.session.scalars(statement).all()


def municipality_at(municipality_id: int) -> Municipality:
    """The municipality with this id; NotHere otherwise."""
    row = db.session.get(Municipality, municipality_id)
    if row is None:
        raise NotHere(municipality_id)
    return row


def register(act: Act, facts: Registered) -> Municipality:
    """Write a municipality or an association down; Refused with a message per field."""
    begin_write()
    _check(facts, is_new=True)
    code = place_code(facts.country_code, facts.official_code)
    if db.session.scalar(select(Municipality.id).where(Municipality.code == code)) is not None:
        raise Refused(fields={"official_code": _l("The registry has %(code)s already.", code=code)})
    row = Municipality(
        code=code,
        country_code=facts.country_code,
        official_code=facts.official_code,
        timezone=zone_of(facts.country_code, facts.official_code),
        **_plain(facts),
    )
    db.session.add(row)
    db.session.flush()
    changes: dict[str, tuple[object, object]] = {name: (None, value) for name, value in _told(row).items()}
    record(act, "create", row.id, f"municipality:{row.id}", changes | {"code": (None, code)})
    return row


def correct(act: Act, municipality_id: int, facts: Registered, stood: str) -> Municipality:
    """Correct what is known of one; EditConflict when it is not as it `stood` (`mark_of`) in the form."""
    hold(municipality_id)
    row = municipality_at(municipality_id)
    _check(facts, is_new=False)
    check_stood(row, stood)
    before = _told(row)
    for name, value in _plain(facts).items():
        setattr(row, name, value)
    db.session.flush()
    changes = {name: (before[name], value) for name, value in _told(row).items()}
    if any(old != new for old, new in changes.values()):
        record(act, "edit", row.id, f"municipality:{row.id}", changes)
    return row


def close(act: Act, row: Municipality, until_on: date, replaced_by: str) -> None:
    """Note its last day and what took its place ("" for nothing); the municipality is held.

    One that a list closed keeps its day: what was left open there may still find its place.
    """
    if row.valid_until is not None:
        if row.replaced_by or not replaced_by:
            raise Refused(_l("It was closed already."))
        until_on = row.valid_until
    if not FIRST_DAY <= until_on <= act.day or (row.valid_from is not None and until_on < row.valid_from):
        raise Refused(fields={"until_on": _l("Give its last day, today at the latest.")})
    row.valid_until, row.replaced_by = until_on, replaced_by or None
    changes = {"until_on": (None, until_on), "replaced_by": (None, replaced_by or None)}
    record(act, "close_place", row.id, f"municipality:{row.id}", changes)


def mark_of(row: Municipality) -> str:
    """What travels in a form, so that a second editor is noticed."""
    told = "|".join(str(value) for value in (*_told(row).values(), row.valid_until))
    return sha256(told.encode()).hexdigest()[:16]


def check_stood(row: Municipality, stood: str) -> None:
    """Raise EditConflict where the row is not as it stood."""
    if stood != mark_of(row):
        raise EditConflict(_l("Somebody else changed this municipality while you were writing."))


def _plain(facts: Registered) -> dict[str, object]:
    name = " ".join(facts.name.split())
    return {
        "name": name,
        "name_key": name_key(name),
        "kind": facts.kind,
        "state_id": facts.state_id,
        "population": facts.population,
        "valid_from": facts.valid_from,
    }


def _told(row: Municipality) -> dict[str, object]:
    """What the trail tells of it."""
    state = db.session.get(State, row.state_id) if row.state_id else None
    return {
        "name": row.name,
        "kind": row.kind,
        "province": state.name if state else None,
        "population": row.population,
        "from_on": row.valid_from,
    }


def _check(facts: Registered, is_new: bool) -> None:
    wrong: dict[str, object] = {}
    if not any(sign.isalnum() for sign in facts.name):
        wrong["name"] = _l("Write how it is called.")
    elif len(facts.name) > NAME_LENGTH:
        wrong["name"] = _l("At most %(count)s characters.", count=NAME_LENGTH)
    if is_new and db.session.get(Country, facts.country_code) is None:
        wrong["country_code"] = _l("Choose a country of the list.")
    if is_new and not OFFICIAL_CODE.fullmatch(facts.official_code):
        wrong["official_code"] = _l("Write the official code in letters and figures, such as 15033.")
    if facts.kind not in KINDS:
        wrong["kind"] = _l("Choose what it is.")
    if facts.state_id is not None:
        state = db.session.get(State, facts.state_id)
        if state is None or (is_new and state.country_code != facts.country_code):
            wrong["state_id"] = _l("Choose a state of its country.")
    if facts.population is not None and not 0 <= facts.population <= MOST_PEOPLE:
        wrong["population"] = _l("Give a number of people from 0 to %(most)s.", most=MOST_PEOPLE)
    if facts.valid_from is not None and not FIRST_DAY <= facts.valid_from <= LAST_DAY:
        wrong["valid_from"] = _l("Give a day between 1990 and 2100.")
    if wrong:
        raise Refused(fields=wrong)
