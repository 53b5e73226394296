"""What mappings of agendas and of registries have in common: which column is which field."""

import difflib
from collections.abc import Iterable

from pydantic import Field, field_validator

from tracker.exchange.mapping.treatment import Strict


class Columns(Strict):
    """Where the captions stand, and what they stand for."""

    sheet: str | None = None
    #: Rows of captions, from 1; of several, the captions of a column are read one after the other.
    header_rows: tuple[int, ...] | None = None
    #: Caption → field; `caption#2` is the second of equal captions. None: captions speak for themselves.
    columns: dict[str, str] | None = None
    constants: dict[str, str] = Field(default_factory=dict)
    empty_words: tuple[str, ...] = ()

    @field_validator("header_rows")
    @classmethod
    def _rows_from_one(cls, rows: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if rows is not None and (not rows or min(rows) < 1 or list(rows) != sorted(set(rows))):
            raise ValueError("give row numbers from 1, in order")
        return rows


def closest(word: str, among: Iterable[str]) -> str:
    """Up to three of these that look like the word, in quotation marks; empty when none does."""
    return ", ".join(f"“{found}”" for found in difflib.get_close_matches(word, list(among), 3, 0.5))


def check_fields(mapping: Columns, known: dict[str, tuple[str, ...]], several: set[str]) -> None:
    """Every field named exists, and none is named twice but those in `several`; raises ValueError."""
    used = list((mapping.columns or {}).values())
    for field in [*used, *mapping.constants]:
        check_field(field, known)
    twice = sorted({field for field in used if used.count(field) > 1 and field not in several})
    if twice:
        raise ValueError(f"more than one column is mapped to {', '.join(twice)}")


def check_field(field: str, known: Iterable[str]) -> None:
    """The field exists; raises ValueError with what looks like it."""
    if field not in known:
        alike = closest(field, known)
        raise ValueError(f"there is no field “{field}”" + (f"; did you mean {alike}?" if alike else ""))
