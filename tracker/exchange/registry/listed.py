"""Rows of a list of municipalities as checked `Listed`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfoNotFoundError

from tracker.agenda.intake.incoming import Fault
from tracker.core.i18n import _l
from tracker.core.now import zone
from tracker.core.sheets import Cell, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange import cells, words
from tracker.exchange.cells import CellError
from tracker.exchange.layout import Layout, layout_of
from tracker.exchange.mapping import RegistryMapping
from tracker.exchange.reading import Grid, Notes, RowReader
from tracker.territory.rules import KINDS, OFFICIAL_CODE, place_code

#: Words that stay small inside a name.
_SMALL = {"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "du", "des", "le", "les", "et"}


#: What no row can do without, by what the list is read for.
NEEDED = {"municipalities": ("country", "code", "name"), "states": ("country", "admin1_code", "admin1_name")}
NEEDED_OF_KNOWN = ("country",)
NEEDED_TO_COMPARE = ("country", "code")


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

    def words(self) -> dict[str, str]:
        """What rows are chosen by."""
        return {
            "country": self.country,
            "code": self.code,
            "name": self.name,
            "admin1_code": self.state_code,
            "admin1_name": self.state_name,
        }


@dataclass(frozen=True)
class ReadList:
    """The rows of a list that count."""

    rows: list[Listed]
    notes: Notes
    #: Rows of other countries or levels.
    left_out: int


def layout_of_list(sheet: Sheet, mapping: RegistryMapping) -> Layout:
    """Which column is which. Raises MappingError for a column that is not there."""
    given = mapping.split is not None or "code" in mapping.constants or mapping.of == "states"
    return layout_of(sheet, mapping.header_rows, mapping.columns, "registry", None if given else "code")


def read_list(sheet: Sheet, layout: Layout, mapping: RegistryMapping, needed: Sequence[str]) -> ReadList:
    """Every row that counts, with faults where a `needed` field is empty or something cannot be read.

    Raises MappingError for a column that is not there.
    """
    notes = Notes()
    at = None if mapping.split is None else layout.column(mapping.split.column)
    grid = Grid(
        sheet,
        layout,
        empty_words=mapping.empty_words,
        skip_when=mapping.skip_when,
        others=() if at is None else (at,),
    )
    listed: list[Listed] = []
    left_out = 0
    seen: dict[tuple[str, str], int] = {}
    for number, row in grid.rows(notes):
        constants = mapping.constants
        if mapping.split is not None and at is not None:
            constants = constants | mapping.split.parts(cell_text(row[at]))
        own = Notes()
        reader = RowReader(number, row, layout, constants, own)
        # Most rows of a file of many countries end here.
        country = reader.read("country", lambda cell: cells.line(cell, 2).upper(), "")
        found = _read(reader, country, mapping, sheet.decimal_sign or ".") if mapping.reads(country) else None
        if found is None or not mapping.counts(found.words()):
            left_out += 1
            continue
        beyond = sheet.rows[number - 1][len(layout.captions) :]
        if not sheet.names and any(cell_text(cell) for cell in beyond):
            # A decimal comma without quotation marks moves all that follows into the next column.
            reason = _l("This row has more columns than there are captions. Is there a comma inside a figure?")
            own.faults.append(Fault(number, "row", cell_text(beyond[0]), reason))
        for field in needed:
            if reader.cell(field) is None:
                reader.fault(field, _l("This is needed in every row."))
        key = found.state_code if mapping.of == "states" else found.code
        first = seen.setdefault((found.country, key.lower()), number)
        if key and first != number and not mapping.fill_only:
            reader.fault("code", _l("Row %(row)s has the same code.", row=first))
        notes.faults += own.faults
        listed.append(found)
    return ReadList(listed, notes, left_out)


def _read(row: RowReader, country: str, mapping: RegistryMapping, sign: str) -> Listed:
    def shaped(field: str) -> Callable[[Cell], str]:
        return lambda cell: mapping.shaped(country, field, fold(cell_text(cell)))

    state_code = row.read("admin1_code", lambda cell: cells.line(shaped("admin1_code")(cell), 20), "")
    plain = row.read("code", lambda cell: _code(shaped("code")(cell)), "")
    replaced = row.read("replaced_by", lambda cell: _code(shaped("replaced_by")(cell)), "")
    prefixed = replaced.lower().startswith(f"{country.lower()}-")
    titled = mapping.title_case
    return Listed(
        row=row.number,
        country=country,
        code=mapping.composed(country, plain, state_code),
        name=row.read("name", lambda cell: _name(shaped("name")(cell), "name" in titled), ""),
        state_code=state_code,
        state_name=row.read(
            "admin1_name", lambda cell: _name(shaped("admin1_name")(cell), "admin1_name" in titled), ""
        ),
        latitude=row.read("lat", lambda cell: _degrees(cell, sign, 90), None),
        longitude=row.read("lon", lambda cell: _degrees(cell, sign, 180), None),
        population=row.read("population", _people, None),
        timezone=row.read("timezone", _zone, None),
        kind=row.read("kind", lambda cell: words.one_of(cell, {kind: kind for kind in KINDS}), None),
        valid_from=row.read("valid_from", cells.day, None),
        valid_until=row.read("valid_until", cells.day, None),
        replaced_by=(replaced.lower() if prefixed else place_code(country, replaced)) if replaced else None,
    )


def _code(code: str) -> str:
    if not OFFICIAL_CODE.fullmatch(code):
        raise CellError(_l("Use at most 30 letters, digits, dots, hyphens or underscores."))
    return code


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
