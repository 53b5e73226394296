"""A list of municipalities becomes the registry: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from tracker.agenda.intake.incoming import Fault
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.i18n import _l
from tracker.core.sheets import SheetError, read_sheet
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import MappingError, RegistryMapping
from tracker.exchange.registry.listed import Listed, read_list
from tracker.exchange.wrong import Wrong, wrongs_of
from tracker.territory.models import Country, Municipality, State
from tracker.territory.rules import name_key, place_code

_STATE_CODE_LENGTH = 20
#: Facts of a row that leave what is there when they are empty.
_FACTS = ("latitude", "longitude", "population", "timezone", "kind", "valid_from", "valid_until", "replaced_by")


@dataclass
class RegistryResult:
    """What an import did, or why it did nothing; counts are rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[int] = field(default_factory=list)
    states_created: int = 0
    notices: list[object] = field(default_factory=list)
    errors: list[Wrong] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": len(self.skipped),
            "states_created": self.states_created,
            "errors": [wrong.to_json() for wrong in self.errors],
            "skipped_rows": self.skipped,
            "notices": [str(notice) for notice in self.notices],
        }


def import_registry(
    act: Act, content: bytes, file_name: str, mapping: RegistryMapping | None = None
) -> RegistryResult:
    """Create or update municipalities by country and official code, and the states they name.

    Countries must be known. With errors nothing was written.
    """
    mapping = mapping or RegistryMapping()
    try:
        sheet = read_sheet(content, file_name, mapping.sheet)
    except SheetError as error:
        return RegistryResult(errors=[Wrong(mapping.sheet or file_name, None, None, "", error.reason)])
    try:
        layout = layout_of(sheet, mapping.header_rows, mapping.columns, "registry", "code")
        listed, notes = read_list(sheet, layout, mapping)
    except MappingError as error:
        errors = [Wrong(sheet.name, None, None, "", reason) for reason in error.reasons]
        return RegistryResult(errors=errors)
    begin_write()
    faults = notes.faults + _unknown_countries(listed)
    if faults:
        return RegistryResult(skipped=notes.skipped, errors=wrongs_of(sheet, layout, faults))
    result = _write(act, listed, file_name)
    result.skipped = notes.skipped
    ignored = layout.ignored()
    if ignored and mapping.columns is None:
        names = ", ".join(f"“{caption}”" for caption in ignored)
        result.notices.append(_l("Columns that were not read: %(names)s.", names=names))
    return result


def _unknown_countries(listed: Sequence[Listed]) -> list[Fault]:
    known = set(db.session.scalars(select(Country.code)))
    reason = _l("There is no such country here. Give its code of two letters, such as MX.")
    return [
        Fault(row.row, "country", row.country, reason) for row in listed if row.country and row.country not in known
    ]


def _write(act: Act, listed: Sequence[Listed], file_name: str) -> RegistryResult:
    result = RegistryResult()
    countries = sorted({row.country for row in listed})
    states = _States(countries)
    statement = select(Municipality).where(Municipality.country_code.in_(countries)).order_by(Municipality.id)
    held = {(m.country_code, m.official_code.lower()): m for m in db.session.scalars(statement.with_for_update())}
    for row in listed:
        states.learn(row)
    result.states_created = states.make()
    new: list[Municipality] = []
    for row in listed:
        municipality = held.get((row.country, row.code.lower()))
        is_new = municipality is None
        if municipality is None:
            municipality = Municipality(
                country_code=row.country,
                official_code=row.code,
                code=place_code(row.country, row.code),
                kind="municipality",
            )
            new.append(municipality)
        facts: dict[str, Any] = {"name": row.name, "name_key": name_key(row.name), "state_id": states.id_of(row)}
        facts |= {name: getattr(row, name) for name in _FACTS}
        differs = {k: v for k, v in facts.items() if v is not None and getattr(municipality, k) != v}
        for name, value in differs.items():
            setattr(municipality, name, value)
        result.created += is_new
        result.updated += bool(differs) and not is_new
        result.unchanged += not differs and not is_new
    db.session.add_all(new)
    if result.created or result.updated:
        counts = {"created": (None, result.created), "updated": (None, result.updated)}
        record(act, "import", None, "registry", counts | {"file": (None, file_name)})
    db.session.flush()
    return result


class _States:
    """States by what rows call them: a code, a name, or both."""

    def __init__(self, countries: Sequence[str]) -> None:
        found = db.session.scalars(select(State).where(State.country_code.in_(countries)).order_by(State.id))
        self._by_code: dict[tuple[str, str], State] = {}
        self._by_name: dict[tuple[str, str], State] = {}
        self._new: list[State] = []
        for state in found:
            self._add(state)

    def learn(self, row: Listed) -> None:
        """Take in what a row says about its state; a state known by its code alone gets its name."""
        if not (row.state_code or row.state_name):
            return
        state = self._find(row)
        if state is None:
            code = row.state_code or self._free_code(row)
            state = State(country_code=row.country, code=code, name=row.state_name or code)
            self._new.append(state)
            self._add(state)
        elif row.state_name and state.name == state.code:
            state.name = row.state_name
            self._add(state)

    def make(self) -> int:
        """Write the new ones; how many."""
        db.session.add_all(self._new)
        db.session.flush()
        return len(self._new)

    def id_of(self, row: Listed) -> int | None:
        """The state of a row that was learned."""
        state = self._find(row)
        return state.id if state else None

    def _add(self, state: State) -> None:
        self._by_code.setdefault((state.country_code, state.code), state)
        self._by_name.setdefault((state.country_code, name_key(state.name)), state)

    def _find(self, row: Listed) -> State | None:
        if row.state_code:
            return self._by_code.get((row.country, row.state_code))
        return self._by_name.get((row.country, name_key(row.state_name))) if row.state_name else None

    def _free_code(self, row: Listed) -> str:
        """A code made of the name, where the list has none."""
        code = name_key(row.state_name).replace(" ", "-")[:_STATE_CODE_LENGTH].strip("-")
        number = 2
        while (row.country, code) in self._by_code:
            code = f"{code[: _STATE_CODE_LENGTH - 3].rstrip('-')}-{number}"
            number += 1
        return code
