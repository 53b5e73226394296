"""Looking for a name: municipalities in scope, units and people of one's own municipalities, by prefix."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.accounts.models import Membership, User
from tracker.core.db import db
from tracker.core.folding import folded_column, pattern_of
from tracker.territory.models import Municipality, Unit, UnitPerson
from tracker.territory.queries import places_called
from tracker.territory.rules import Place, Scope

#: Names of one kind shown; whoever has more to find types more of it.
MOST = 20
#: Fewest signs of what is looked for among names.
LEAST = 2


@dataclass(frozen=True)
class Named:
    """A unit or a person that was found: the name, what and where it is, and the municipality's code."""

    name: str
    where: str
    code: str


@dataclass(frozen=True)
class Names:
    """What was found among names, each kind by name."""

    places: Sequence[Place]
    units: Sequence[Named]
    people: Sequence[Named]


def names_called(scope: Scope, place: Place | None, text: str) -> Names:
    """Names that begin with the text, or of which a word does; nothing for fewer than two signs.

    Units and people are those of one's own municipalities, and of `place` where drafts and notes of it are seen.
    """
    if len(text) < LEAST:
        return Names([], [], [])
    inside = set(scope.municipality_ids)
    if place is not None and scope.is_inside(place):
        inside.add(place.id)
    units = (
        select(Unit.name, Municipality.name, Municipality.code)
        .join(Municipality, Municipality.id == Unit.municipality_id)
        .where(Unit.municipality_id.in_(inside), _begins(Unit.name, text))
        .order_by(Unit.name_key)
        .limit(MOST)
    )
    found = [Named(*row) for row in db.session.execute(units)]
    return Names(places_called(scope, text, MOST), found, _people(inside, text))


def _people(inside: set[int], text: str) -> list[Named]:
    """People of units, then accounts, each name once in a place."""
    in_units = (
        select(UnitPerson.name, Unit.name, Municipality.code)
        .join(Unit, (Unit.municipality_id == UnitPerson.municipality_id) & (Unit.id == UnitPerson.unit_id))
        .join(Municipality, Municipality.id == UnitPerson.municipality_id)
        .where(UnitPerson.municipality_id.in_(inside), _begins(UnitPerson.name, text))
    )
    accounts = (
        select(User.name, Municipality.name, Municipality.code)
        .join(Membership, Membership.user_id == User.id)
        .join(Municipality, Municipality.id == Membership.municipality_id)
        .where(Membership.municipality_id.in_(inside), Membership.role != "monitor", User.active)
        .where(_begins(User.name, text))
    )
    found: dict[tuple[str, str], Named] = {}
    for statement in (in_units, accounts):
        for row in db.session.execute(statement.limit(MOST)):
            found.setdefault((row[0], row[2]), Named(*row))
    return sorted(found.values(), key=lambda named: named.name)[:MOST]


def _begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Whether the text, or one of its words, begins so."""
    anywhere = pattern_of(text)
    name = folded_column(column)
    return or_(name.like(anywhere[1:], escape="\\"), name.like(f"% {anywhere[1:]}", escape="\\"))
