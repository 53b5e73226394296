"""The registry beside another list, such as the P-codes: read only."""

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.sheets import SheetError, read_sheet
from tracker.exchange.mapping import MappingError, RegistryMapping
from tracker.exchange.registry.comparing import Comparison, Entry, compare
from tracker.exchange.registry.listed import NEEDED_TO_COMPARE, Listed, layout_of_list, read_list
from tracker.exchange.registry.states import States
from tracker.exchange.wrong import Wrong, wrongs_of
from tracker.territory.models import Municipality
from tracker.territory.rules import name_key


def verify_registry(content: bytes, file_name: str, mapping: RegistryMapping) -> Comparison | list[Wrong]:
    """How the registry and a list agree, or why the list cannot be read."""
    try:
        sheet = read_sheet(content, file_name, mapping.sheet)
    except SheetError as error:
        return [Wrong(mapping.sheet or file_name, None, None, "", error.reason)]
    try:
        layout = layout_of_list(sheet, mapping)
        found = read_list(sheet, layout, mapping, NEEDED_TO_COMPARE)
    except MappingError as error:
        return [Wrong(sheet.name, None, None, "", reason) for reason in error.reasons]
    if found.notes.faults:
        return wrongs_of(sheet, layout, found.notes.faults)
    ours = _held()
    states = States(sorted({entry.country for entry in ours}))
    return compare(ours, [_entry(row, states) for row in found.rows])


def _held() -> list[Entry]:
    columns = select(
        Municipality.country_code,
        Municipality.official_code,
        Municipality.name_key,
        Municipality.state_id,
        Municipality.kind,
        Municipality.latitude,
        Municipality.longitude,
    )
    return [
        Entry(
            country=row.country_code,
            code=row.official_code,
            name_key=row.name_key,
            state_key=str(row.state_id or ""),
            kind=row.kind,
            has_coordinates=row.latitude is not None and row.longitude is not None,
        )
        for row in db.session.execute(columns)
    ]


def _entry(row: Listed, states: States) -> Entry:
    state = states.alike(row)
    unknown = row.state_name or row.state_code
    return Entry(
        country=row.country,
        code=row.code,
        name_key=name_key(row.name),
        state_key=str(state.id) if state else name_key(unknown),
    )
