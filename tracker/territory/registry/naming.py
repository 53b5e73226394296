"""Municipalities as people write them in a list: by code, by name, or a whole state by its code."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from tracker.core.db import db
from tracker.territory.models import Municipality, State
from tracker.territory.queries import in_sight
from tracker.territory.rules import Scope, name_key

#: Lines read at once.
MOST_LINES = 1_000


@dataclass(frozen=True)
class Named:
    """What a line says: the municipalities meant, or why none is."""

    text: str
    ids: tuple[int, ...] = ()
    #: Codes of those that bear the name, where there are several.
    choices: tuple[str, ...] = ()


def municipalities_named(texts: Sequence[str], scope: Scope, country_code: str = "") -> list[Named]:
    """What each of these texts means, in the same order.

    `mx-15033` is one municipality, `MX-15` all that a state has, anything else a name (accents, case and
    punctuation ignored), of the given country where one is given. Closed municipalities are left out of names.
    """
    codes = {text.lower() for text in texts}
    keys = {name_key(text) for text in texts}
    one = Municipality
    statement = (
        select(one.id, one.code, one.name_key, one.country_code, one.valid_until)
        .where(or_(one.code.in_(codes), one.name_key.in_(keys)), in_sight(scope))
        .order_by(one.id)
    )
    by_code: dict[str, int] = {}
    by_name: dict[str, list[tuple[int, str]]] = {}
    for row in db.session.execute(statement):
        by_code[row.code] = row.id
        if row.valid_until is None and country_code.upper() in ("", row.country_code):
            by_name.setdefault(row.name_key, []).append((row.id, row.code))
    states = _states(codes, scope)
    answer = []
    for text in texts:
        key, called = text.lower(), by_name.get(name_key(text), [])
        if key in by_code:
            answer.append(Named(text, (by_code[key],)))
        elif key in states:
            answer.append(Named(text, tuple(states[key])))
        elif len(called) == 1:
            answer.append(Named(text, (called[0][0],)))
        else:
            answer.append(Named(text, choices=tuple(code for _id, code in called)))
    return answer


def _states(codes: set[str], scope: Scope) -> dict[str, list[int]]:
    """Ids of the municipalities of states called like `MX-15`, by that code in small letters."""
    parts = {tuple(code.split("-", 1)) for code in codes if code.count("-") == 1}
    wanted = [
        (State.country_code == country.upper()) & (State.code.in_({own.upper(), own})) for country, own in parts
    ]
    if not wanted:
        return {}
    statement = (
        select(State.country_code, State.code, Municipality.id)
        .join(Municipality, Municipality.state_id == State.id)
        .where(
            or_(*wanted), in_sight(scope), Municipality.valid_until.is_(None), Municipality.kind == "municipality"
        )
        .order_by(Municipality.id)
    )
    found: dict[str, list[int]] = {}
    for country, own, municipality_id in db.session.execute(statement):
        found.setdefault(f"{country}-{own}".lower(), []).append(municipality_id)
    return found
