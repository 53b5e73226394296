"""Which column of a sheet is which field, and from which row on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from tracker.core.i18n import _l
from tracker.core.sheets import Cell, Row, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.captions import field_called
from tracker.exchange.headings import captions_of, numbered, readings
from tracker.exchange.mapping import MappingError, closest

__all__ = ["Layout", "captions_of", "is_blank", "layout_of", "numbered"]

#: Without a mapping the captions are looked for in so many rows from the top.
_LOOKED_AT = 20


@dataclass(frozen=True)
class Layout:
    """The columns of a sheet; indexes count from 0, rows from 1."""

    #: Field → indexes of its columns.
    fields: Mapping[str, tuple[int, ...]]
    #: Captions as they stand in the sheet, folded.
    captions: Sequence[str]
    #: First row below the captions.
    first_row: int
    #: The captions, and how they read in other formats; see `headings`.
    readings: Sequence[Sequence[str]] = ()

    def column(self, caption: str) -> int:
        """Index of the column with this caption (`caption#2` is the second of equal ones); MappingError if none."""
        return _column(self.readings or [self.captions], caption)

    def with_field(self, field: str, caption: str) -> Self:
        """The same with one more field that stands in this column; raises MappingError if it is not there."""
        return replace(self, fields={**self.fields, field: (self.column(caption),)})

    def caption_of(self, field: str) -> str:
        """What stands above a field's first column; the field's name where it has none."""
        columns = self.fields.get(field)
        return self.captions[columns[0]] if columns else field

    def ignored(self) -> list[str]:
        """Captions of columns that no field takes, each once."""
        used = {column for columns in self.fields.values() for column in columns}
        return list(dict.fromkeys(c for at, c in enumerate(self.captions) if c and at not in used))


def layout_of(
    sheet: Sheet,
    header_rows: Sequence[int] | None,
    columns: Mapping[str, str] | None,
    fields: str,
    needed: str | None,
) -> Layout:
    """The layout as a mapping says it, else as canonical and accepted captions of `agenda` or `registry` do.

    Raises MappingError for a column that is not there, for two columns of one field, and without `needed`
    (None: no field is).
    """
    if header_rows is None:
        header_rows = (_header_row(sheet.rows, fields),)
    if header_rows[-1] > len(sheet.rows):
        raise MappingError([_l("The sheet has no row %(row)s for captions.", row=header_rows[-1])])
    read = readings(sheet, header_rows)
    captions = read[0]
    if columns is None:
        found = _by_captions(captions, fields)
    else:
        found = _by_mapping(read, columns)
    if needed is not None and needed not in found:
        reason = _l(
            "There is no column “%(name)s” in row %(row)s of the sheet “%(sheet)s”.",
            name=needed,
            row=header_rows[-1],
            sheet=sheet.name,
        )
        raise MappingError([reason])
    return Layout(found, captions, header_rows[-1] + 1, read)


def _header_row(rows: Sequence[Row], fields: str) -> int:
    """The first row with two captions we know, else the first that is not empty."""
    filled = [number for number, row in enumerate(rows[:_LOOKED_AT], 1) if any(cell_text(cell) for cell in row)]
    known = [n for n in filled if sum(bool(field_called(cell_text(cell), fields)) for cell in rows[n - 1]) > 1]
    return (known or filled or [1])[0]


def _by_captions(captions: Sequence[str], fields: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    reasons: list[object] = []
    for at, caption in enumerate(captions):
        field = field_called(caption, fields) if caption else None
        if field is None:
            continue
        if field in found:
            names = f"“{captions[found[field][0]]}”, “{caption}”"
            reasons.append(_l("Two columns say the same, %(field)s: %(names)s.", field=field, names=names))
        found.setdefault(field, (at,))
    if reasons:
        raise MappingError(reasons)
    return found


def _by_mapping(readings: Sequence[Sequence[str]], columns: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    reasons: list[object] = []
    for caption, field in columns.items():
        try:
            found[field] = (*found.get(field, ()), _column(readings, caption))
        except MappingError as error:
            reasons += error.reasons
    if reasons:
        raise MappingError(reasons)
    return found


def _column(readings: Sequence[Sequence[str]], wanted: str) -> int:
    for captions in readings:
        keys = [caption.casefold() for caption in captions]
        name, number = fold(wanted).casefold(), 1
        if name not in keys and (numbered := re.fullmatch(r"(.+)#(\d{1,3})", name)):
            name, number = numbered[1].strip(), int(numbered[2])
        places = [at for at, key in enumerate(keys) if key == name]
        if 1 <= number <= len(places):
            return places[number - 1]
    captions = readings[0]
    alike = closest(fold(wanted), [caption for caption in captions if caption])
    reason = _l("The mapping names a column “%(name)s” that is not in the sheet.", name=fold(wanted))
    if alike:
        reason = _l(
            "The mapping names a column “%(name)s” that is not in the sheet. Is it %(alike)s?",
            name=fold(wanted),
            alike=alike,
        )
    raise MappingError([reason])


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether nothing stands in the row."""
    return not any(cell_text(cell) for cell in row)
