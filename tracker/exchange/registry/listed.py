"""Rows of a list of municipalities as checked `Listed`."""

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfoNotFoundError

from tracker.core.i18n import _l
from tracker.core.now import zone
from tracker.core.sheets import Cell, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange import cells, words
from tracker.exchange.cells import CellError
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import RegistryMapping
from tracker.exchange.reading import Grid, Notes, RowReader
from tracker.territory.rules import KINDS, place_code

_OFFICIAL = re.compile(r"[A-Za-z0-9._-]{1,30}")
#: Words that stay small inside a name.
_SMALL = {"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "du", "des", "le", "les", "et"}


@dataclass(frozen=True)
class Listed:
    """A municipality as a list has it; None and empty text where it says nothing."""

    row: int
    #: ISO 3166-1, two capitals.
    country: str
    code: str
    name: str
    state_code: str
    state_name: str
    #: Degrees.
    latitude: float | None
    longitude: float | None
    population: int | None
    timezone: str | None
    kind: str | None
    valid_from: date | None
    valid_until: date | None
    #: Place code of what took its place.
    replaced_by: str | None


def read_list(sheet: Sheet, layout: Layout, mapping: RegistryMapping) -> tuple[list[Listed], Notes]:
    """Every row that is not skipped, and what was noted. Raises MappingError for a column that is not there."""
    notes = Notes()
    grid = Grid(sheet, layout, empty_words=mapping.empty_words, skip_when=mapping.skip_when)
    listed: list[Listed] = []
    seen: dict[tuple[str, str], int] = {}
    for number, row in grid.rows(notes):
        reader = RowReader(number, row, layout, mapping.constants, notes)
        found = _read(reader, mapping, sheet.decimal_sign or ".")
        first = seen.setdefault((found.country, found.code.lower()), number)
        if found.code and first != number:
            reader.fault("code", _l("Row %(row)s has the same code.", row=first))
        listed.append(found)
    return listed, notes


def _read(row: RowReader, mapping: RegistryMapping, sign: str) -> Listed:
    country = row.read("country", lambda cell: cells.line(cell, 2).upper(), "")
    code = row.read("code", lambda cell: _code(cell, mapping.pad.get("code", 0)), "")
    name = row.read("name", lambda cell: _name(cell, "name" in mapping.title_case), "")
    for field, value in (("country", country), ("code", code), ("name", name)):
        if not value and row.cell(field) is None:
            row.fault(field, _l("This is needed in every row."))
    replaced = row.read("replaced_by", lambda cell: _code(cell, mapping.pad.get("replaced_by", 0)), "")
    prefixed = replaced.lower().startswith(f"{country.lower()}-")
    return Listed(
        row=row.number,
        country=country,
        code=code,
        name=name,
        state_code=row.read("admin1_code", lambda cell: _state(cell, mapping.pad.get("admin1_code", 0)), ""),
        state_name=row.read("admin1_name", lambda cell: _name(cell, "admin1_name" in mapping.title_case), ""),
        latitude=row.read("lat", lambda cell: _degrees(cell, sign, 90), None),
        longitude=row.read("lon", lambda cell: _degrees(cell, sign, 180), None),
        population=row.read("population", _people, None),
        timezone=row.read("timezone", _zone, None),
        kind=row.read("kind", lambda cell: words.one_of(cell, {kind: kind for kind in KINDS}), None),
        valid_from=row.read("valid_from", cells.day, None),
        valid_until=row.read("valid_until", cells.day, None),
        replaced_by=(replaced.lower() if prefixed else place_code(country, replaced)) if replaced else None,
    )


def _code(cell: Cell, length: int) -> str:
    code = fold(cell_text(cell)).zfill(length)
    if not _OFFICIAL.fullmatch(code):
        raise CellError(_l("Use at most 30 letters, digits, dots, hyphens or underscores."))
    return code


def _state(cell: Cell, length: int) -> str:
    return cells.line(cell, 20).zfill(length)


def _name(cell: Cell, from_capitals: bool) -> str:
    name = cells.line(cell, 200)
    return in_title_case(name) if from_capitals and name == name.upper() else name


def in_title_case(name: str) -> str:
    """A name in capitals as it is written in a text: San Juan de Lurigancho."""
    written = []
    for number, word in enumerate(name.lower().split()):
        small = number > 0 and word in _SMALL
        written.append(word if small else re.sub(r"(?:^|(?<=[-'’.(/]))\w", lambda m: m[0].upper(), word))
    return " ".join(written)


def _degrees(cell: Cell, sign: str, most: int) -> float | None:
    found = cells.number(cell, sign)
    if found is not None and abs(found) > most:
        raise CellError(_l("Give degrees from %(low)s to %(high)s.", low=-most, high=most))
    return None if found is None else float(found)


def _people(cell: Cell) -> int | None:
    """Whole people: a single sign before three figures can only mean thousands."""
    found = cells.number(cell, "")
    if found is None:
        return None
    if found < 0 or found != int(found) or found > 10**9:
        raise CellError(_l("Give a whole number."))
    return int(found)


def _zone(cell: Cell) -> str:
    name = cells.line(cell, 64)
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CellError(_l("There is no such time zone. Write one such as America/Bogota.")) from error
    return name
