"""Reads of places, units and policies; and the lock that makes one writer per municipality."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from tracker.core.db import begin_write, db, dialect_name
from tracker.core.errors import NotHere
from tracker.territory.models import (
    Country,
    Member,
    Municipality,
    Partner,
    PolicySetting,
    State,
    Unit,
    UnitPerson,
    WorkshopMunicipality,
)
from tracker.territory.rules import Place, Policy, Scope, name_key, policy_with

#: Ids named in one statement.
_AT_ONCE = 5_000


def hold(municipality_id: int) -> None:
    """Begin a write as the only writer of this municipality until the transaction ends."""
    hold_all([municipality_id])


def hold_all(municipality_ids: Sequence[int]) -> None:
    """The same for several municipalities at once, taken in id order so that two writers never wait in a ring."""
    begin_write()
    if dialect_name() == "postgresql":
        statement = select(Municipality.id).where(Municipality.id.in_(municipality_ids)).order_by(Municipality.id)
        db.session.execute(statement.with_for_update()).all()


def hold_free(municipality_ids: Sequence[int]) -> list[int]:
    """Hold those of these municipalities that nobody else is writing at this moment; their ids."""
    begin_write()
    if dialect_name() != "postgresql":
        return list(municipality_ids)
    statement = select(Municipality.id).where(Municipality.id.in_(municipality_ids)).order_by(Municipality.id)
    return list(db.session.scalars(statement.with_for_update(skip_locked=True)))


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """A condition on Municipality: the ones whose agenda somebody with this scope may see."""
    return _reached(scope, Municipality.shared_on.is_not(None))


def in_sight(scope: Scope) -> ColumnElement[bool]:
    """A condition on Municipality: the ones whose name may be seen, shared or not."""
    return _reached(scope, true())


def not_shared(scope: Scope) -> ColumnElement[bool]:
    """A condition on Municipality: the ones of which no more than the name may be seen."""
    return and_(in_sight(scope), not_(in_scope(scope)))


def _reached(scope: Scope, shared: ColumnElement[bool]) -> ColumnElement[bool]:
    if scope.everywhere:
        return true()
    parts: list[ColumnElement[bool]] = []
    if scope.municipality_ids:
        parts.append(Municipality.id.in_(scope.municipality_ids))
    if scope.watches:
        parts.append(and_(_looked_after(scope), shared))
    return or_(*parts) if parts else false()


def _looked_after(scope: Scope) -> ColumnElement[bool]:
    if scope.region:
        return true()
    parts: list[ColumnElement[bool]] = []
    if scope.country_codes:
        parts.append(Municipality.country_code.in_(scope.country_codes))
    if scope.state_ids:
        parts.append(Municipality.state_id.in_(scope.state_ids))
    if scope.member_ids:
        parts.append(Municipality.id.in_(scope.member_ids))
    return or_(*parts)


def within(scope: Scope, municipality_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same on the column of another table that holds a municipality's id."""
    if scope.everywhere:
        return true()
    if not scope.watches:
        return municipality_id.in_(scope.municipality_ids)
    return municipality_id.in_(select(Municipality.id).where(in_scope(scope)))


def is_called(text: str) -> ColumnElement[bool]:
    """A condition on Municipality: its code (`mx-15033`) is this text, or its name begins with it."""
    key = name_key(text).replace("%", "").replace("_", "")
    by_code = Municipality.code == text.lower()
    return or_(by_code, Municipality.name_key.startswith(key, autoescape=True)) if key else by_code


def place_of(municipality: Municipality) -> Place:
    """The municipality as a plain value; its country must be loaded or loadable."""
    country = municipality.country
    return Place(
        id=municipality.id,
        code=municipality.code,
        name=municipality.name,
        country_code=municipality.country_code,
        zone=municipality.timezone or country.timezone,
        kind=municipality.kind,
        languages=tuple(country.languages),
        currency=country.currency,
        state_id=municipality.state_id,
        shared_on=municipality.shared_on,
        closed_on=municipality.valid_until,
        replaced_by=municipality.replaced_by,
    )


#: Read at every request: plain columns instead of instances.
_PLACES: Any = select(
    Municipality.id,
    Municipality.code,
    Municipality.name,
    Municipality.country_code,
    Municipality.timezone,
    Municipality.kind,
    Municipality.state_id,
    Municipality.shared_on,
    Municipality.valid_until,
    Municipality.replaced_by,
    Country.languages,
    Country.currency,
    Country.timezone.label("country_timezone"),
).join(Country, Country.code == Municipality.country_code)
_PLACES_BY_ID = _PLACES.where(Municipality.id.in_(bindparam("ids", expanding=True)))
_UNIT_NAMES = select(Unit.id, Unit.name).where(Unit.municipality_id == bindparam("place")).order_by(Unit.name_key)


def place_by_code(code: str, scope: Scope) -> Place | None:
    """The municipality with this code (`mx-15033`, case ignored) if the scope reaches it."""
    row = db.session.execute(_PLACES.where(Municipality.code == code.lower(), in_scope(scope))).first()
    return _place(row) if row else None


def places_by_id(ids: Sequence[int]) -> dict[int, Place]:
    """Plain values of these municipalities by id."""
    found: dict[int, Place] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = db.session.execute(_PLACES_BY_ID, {"ids": list(ids[start : start + _AT_ONCE])})
        found |= {row.id: _place(row) for row in rows}
    return found


def places_called(scope: Scope, text: str, limit: int) -> list[Place]:
    """Municipalities in scope with this code, or whose name begins so, by name."""
    statement = _PLACES.where(is_called(text), in_scope(scope)).order_by(Municipality.name_key, Municipality.id)
    return [_place(row) for row in db.session.execute(statement.limit(limit))]


def places_with_codes(codes: Sequence[str]) -> list[Place]:
    """Municipalities with these codes."""
    return [_place(row) for row in db.session.execute(_PLACES.where(Municipality.code.in_(codes)))]


def _place(row: Row[Any]) -> Place:
    zone = row.timezone or row.country_timezone
    return Place(
        row.id,
        row.code,
        row.name,
        row.country_code,
        zone,
        row.kind,
        tuple(row.languages),
        row.currency,
        row.state_id,
        row.shared_on,
        row.valid_until,
        row.replaced_by,
    )


def countries() -> Sequence[Country]:
    """Every country, by code."""
    return db.session.scalars(select(Country).order_by(Country.code)).all()


def members_of(association_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Ids of the municipalities that belong to each of these associations."""
    of = Member
    statement = select(of.association_id, of.municipality_id).where(of.association_id.in_(association_ids))
    return _grouped(statement) if association_ids else {}


def municipalities_at(workshop_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Ids of the municipalities that came to each of these workshops."""
    of = WorkshopMunicipality
    statement = select(of.workshop_id, of.municipality_id).where(of.workshop_id.in_(workshop_ids))
    return _grouped(statement) if workshop_ids else {}


def state_called(code: str) -> int | None:
    """Id of the state that is called like `MX-15`: country and its code in the registry."""
    country, _dash, own = code.partition("-")
    return db.session.scalar(select(State.id).where(State.country_code == country.upper(), State.code == own))


def _grouped(statement: Select[int, int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for key, member in db.session.execute(statement):
        found.setdefault(key, set()).add(member)
    return {key: frozenset(ids) for key, ids in found.items()}


def units_of(municipality_id: int) -> Sequence[Unit]:
    """Units of a municipality with their people, by name."""
    statement = (
        select(Unit)
        .options(selectinload(Unit.people))
        .where(Unit.municipality_id == municipality_id)
        .order_by(Unit.name_key)
    )
    return db.session.scalars(statement).all()


def unit_names_of(municipality_id: int) -> list[tuple[int, str]]:
    """(id, name) of a municipality's units, by name."""
    return [(row.id, row.name) for row in db.session.execute(_UNIT_NAMES, {"place": municipality_id})]


def unit_called(municipality_id: int, name: str) -> Unit | None:
    """The unit of that name (accents, case and punctuation ignored)."""
    return db.session.scalar(
        select(Unit).where(Unit.municipality_id == municipality_id, Unit.name_key == name_key(name))
    )


def people_in(municipality_id: int, unit_id: int) -> list[int]:
    """Ids of those who work in a unit of this very municipality."""
    own = UnitPerson.municipality_id == municipality_id, UnitPerson.unit_id == unit_id
    return list(db.session.scalars(select(UnitPerson.id).where(*own).order_by(UnitPerson.id)))


def unit_of(municipality_id: int, unit_id: int) -> Unit:
    """The unit of this very municipality; NotHere otherwise."""
    unit = db.session.scalar(select(Unit).where(Unit.municipality_id == municipality_id, Unit.id == unit_id))
    if unit is None:
        raise NotHere(unit_id)
    return unit


def partner_called(name: str) -> Partner | None:
    """The partner of that name (accents, case and punctuation ignored)."""
    return db.session.scalar(select(Partner).where(Partner.name_key == name_key(name)))


def partners_called(keys: Sequence[str]) -> dict[str, Partner]:
    """Partners by name key, of these keys."""
    found: dict[str, Partner] = {}
    for start in range(0, len(keys), 500):
        statement = select(Partner).where(Partner.name_key.in_(keys[start : start + 500]))
        found |= {partner.name_key: partner for partner in db.session.scalars(statement)}
    return found


_SETTINGS = select(PolicySetting)


def policies_for(places: Sequence[Place]) -> dict[int, tuple[Policy, int]]:
    """For each place its effective policy and that policy's version (0 where nothing was ever set)."""
    rows = {row.place: row for row in db.session.scalars(_SETTINGS)} if places else {}
    answer = {}
    cache: dict[tuple[str, ...], tuple[Policy, int]] = {}
    for place in places:
        keys = tuple(key for key in ("*", place.country_code, place.code) if key in rows)
        if keys not in cache:
            policy, version = Policy(), 0
            for key in keys:
                policy, version = policy_with(policy, rows[key].figures), max(version, rows[key].version)
            cache[keys] = policy, version
        answer[place.id] = cache[keys]
    return answer


def newest_policy() -> int:
    """The version of the newest change of any policy; 0 where nothing was ever set."""
    return db.session.scalar(select(func.max(PolicySetting.version))) or 0


def policy_for(place: Place) -> Policy:
    """The effective policy: default, then installation, then country, then municipality."""
    return policies_for([place])[place.id][0]
