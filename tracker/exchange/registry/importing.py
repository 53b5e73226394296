"""A list of municipalities becomes the registry: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker.agenda.intake.incoming import Fault
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.i18n import _l
from tracker.core.sheets import SheetError, read_sheet
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import MappingError, RegistryMapping
from tracker.exchange.registry.filling import fill
from tracker.exchange.registry.listed import NEEDED, NEEDED_OF_KNOWN, Listed, ReadList, layout_of_list, read_list
from tracker.exchange.registry.result import Fate, RegistryResult
from tracker.exchange.registry.states import States
from tracker.exchange.wrong import Wrong, wrongs_of
from tracker.territory.models import Country, Municipality
from tracker.territory.rules import name_key, place_code
from tracker.territory.zones import zone_of

#: Facts of a row that leave what is there when they are empty.
_FACTS = ("latitude", "longitude", "population", "timezone", "kind", "valid_from", "valid_until", "replaced_by")


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
        layout = layout_of_list(sheet, mapping)
        found = read_list(sheet, layout, mapping, NEEDED_OF_KNOWN if mapping.fill_only else NEEDED[mapping.of])
    except MappingError as error:
        errors = [Wrong(sheet.name, None, None, "", reason) for reason in error.reasons]
        return RegistryResult(errors=errors)
    begin_write()
    faults = found.notes.faults + _unknown_countries(found.rows)
    if faults:
        return RegistryResult(skipped=found.notes.skipped, errors=wrongs_of(sheet, layout, faults))
    result = _write(found, mapping)
    result.skipped = found.notes.skipped
    result.left_out += found.left_out
    if result.created or result.updated:
        counts = {"created": (None, result.created), "updated": (None, result.updated)}
        record(act, "import", None, "registry", counts | {"file": (None, file_name)})
    db.session.flush()
    _tell_ignored(result, layout, mapping)
    return result


def _unknown_countries(listed: Sequence[Listed]) -> list[Fault]:
    known = set(db.session.scalars(select(Country.code)))
    reason = _l("There is no such country here. Give its code of two letters, such as MX.")
    return [
        Fault(row.row, "country", row.country, reason) for row in listed if row.country and row.country not in known
    ]


def _tell_ignored(result: RegistryResult, layout: Layout, mapping: RegistryMapping) -> None:
    ignored = layout.ignored()
    if ignored and mapping.columns is None:
        names = ", ".join(f"“{caption}”" for caption in ignored)
        result.notices.append(_l("Columns that were not read: %(names)s.", names=names))


def _write(found: ReadList, mapping: RegistryMapping) -> RegistryResult:
    result = RegistryResult()
    countries = sorted({row.country for row in found.rows})
    states = States(countries)
    if mapping.of == "states":
        for row in found.rows:
            result.note(states.learn(row))
        result.states_created = states.make()
        return result
    held = _held(countries)
    if mapping.fill_only:
        fill(result, found.rows, held, states)
        return result
    for row in found.rows:
        states.learn(row)
    result.states_created = states.make()
    writer = _Writer(held, states)
    for row in found.rows:
        result.note(writer.write(row))
    db.session.add_all(writer.new)
    result.count_countries(writer.written)
    return result


def _held(countries: Sequence[str]) -> dict[tuple[str, str], Municipality]:
    """Municipalities by country and official code, kept from other writers."""
    statement = select(Municipality).where(Municipality.country_code.in_(countries)).order_by(Municipality.id)
    return {
        (found.country_code, found.official_code.lower()): found
        for found in db.session.scalars(statement.with_for_update())
    }


@dataclass
class _Writer:
    held: dict[tuple[str, str], Municipality]
    states: States

    def __post_init__(self) -> None:
        self.new: list[Municipality] = []
        self.written: list[Municipality] = []

    def write(self, row: Listed) -> Fate:
        """Create the municipality of a row, or bring it up to date."""
        municipality = self.held.get((row.country, row.code.lower()))
        is_new = municipality is None
        if municipality is None:
            municipality = Municipality(
                country_code=row.country,
                official_code=row.code,
                code=place_code(row.country, row.code),
                kind="municipality",
            )
            self.new.append(municipality)
        self.written.append(municipality)
        facts: dict[str, Any] = {name: getattr(row, name) for name in _FACTS}
        facts |= {"name": row.name, "name_key": name_key(row.name), "state_id": self.states.id_of(row)}
        facts["timezone"] = row.timezone or municipality.timezone or zone_of(row.country, row.code)
        differs = {k: v for k, v in facts.items() if v is not None and getattr(municipality, k) != v}
        for name, value in differs.items():
            setattr(municipality, name, value)
        return "created" if is_new else "updated" if differs else "unchanged"
