"""Mapping files: how a sheet that nobody made for this product is to be read. See docs/examples/README.md."""

import difflib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tracker.core.i18n import _l
from tracker.core.mail import is_address
from tracker.exchange.captions import AGENDA, REGISTRY

#: Fields that may come from several columns: their names are put together, or the lowest figure counts.
_SEVERAL = ("co_units", "partner")


class MappingError(Exception):
    """A mapping file that cannot be used; one reason for each thing that is wrong in it."""

    def __init__(self, reasons: list[object]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(str(reason) for reason in reasons))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SkipWhen(_Strict):
    """Rows that are none of ours: by what stands in a column, or by its being empty (or not)."""

    column: str
    equals: tuple[str, ...] = ()
    empty: bool | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.equals and self.empty is None:
            raise ValueError("give equals or empty")
        return self


class Treatment(_Strict):
    """What is done with what is wrong; where there is no line it is an error."""

    skip_when: tuple[SkipWhen, ...] = ()
    bad_date: Literal["undated"] | None = None
    empty_due_date: Literal["undated"] | None = None
    due_before_start: Literal["drop_start"] | None = None
    year: Literal["last_day"] | None = None
    clamp: tuple[Literal["progress"], ...] = ()
    lowest_of: tuple[Literal["progress"], ...] = ()
    #: Caption of the column with the share that the reported progress is already multiplied by.
    progress_share_of: str | None = None
    #: Percent from which a row counts as done.
    done_when_progress: int | None = Field(default=None, ge=1, le=100)
    long_title: Literal["cut"] | None = None
    #: `{slug}@example.org`
    unit_mailbox: str | None = None

    @field_validator("unit_mailbox")
    @classmethod
    def _makes_addresses(cls, template: str | None) -> str | None:
        if template is not None and not ("{slug}" in template and is_address(template.replace("{slug}", "a"))):
            raise ValueError("give an address with {slug} in it")
        return template


class _Columns(_Strict):
    """What agendas and registries have in common."""

    sheet: str | None = None
    #: Rows of captions, from 1; of several, the captions of a column are read one after the other.
    header_rows: tuple[int, ...] | None = None
    #: Caption → field; `caption#2` is the second of equal captions. None: captions speak for themselves.
    columns: dict[str, str] | None = None
    constants: dict[str, str] = {}
    empty_words: tuple[str, ...] = ()

    @field_validator("header_rows")
    @classmethod
    def _rows_from_one(cls, rows: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if rows is not None and (not rows or min(rows) < 1 or list(rows) != sorted(set(rows))):
            raise ValueError("give row numbers from 1, in order")
        return rows


_Mapping = TypeVar("_Mapping", bound=_Columns)


class AgendaMapping(_Columns):
    """How a sheet is read as an agenda."""

    #: `BA-{numero}`: captions in braces.
    compose_code: str | None = None
    #: Fields (or captions) whose empty cells mean "as above".
    fill_down: tuple[str, ...] = ()
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    #: None: percent, and a share such as 0.4 is an error, since it may mean 40.
    percent_scale: Literal["0-100", "0-1"] | None = None
    as_of: date | None = None
    create_units: bool = False
    repeated: Literal["last", "number"] | None = None
    #: Word in the sheet → stage.
    states: dict[str, Literal["not_started", "in_progress", "completed", "cancelled"]] = {}
    treat: Treatment = Treatment()

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        _check_fields(self, AGENDA, {*_SEVERAL, *self.treat.lowest_of})
        return self


class RegistryMapping(_Columns):
    """How a list is read as a registry of municipalities."""

    #: Field → length with leading zeros.
    pad: dict[str, int] = {}
    #: Fields written in capitals that are to read as names do.
    title_case: tuple[Literal["name", "admin1_name"], ...] = ()
    skip_when: tuple[SkipWhen, ...] = ()

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        _check_fields(self, REGISTRY, set())
        wrong = [field for field in self.pad if field not in ("code", "admin1_code", "replaced_by")]
        if wrong or any(not 1 <= length <= 20 for length in self.pad.values()):
            raise ValueError("pad: give code, admin1_code or replaced_by a length from 1 to 20")
        return self


def read_agenda_mapping(text: str) -> AgendaMapping:
    """The mapping in a JSON text; raises MappingError naming each key that is wrong."""
    return _read(AgendaMapping, text)


def read_registry_mapping(text: str) -> RegistryMapping:
    """The mapping in a JSON text; raises MappingError naming each key that is wrong."""
    return _read(RegistryMapping, text)


def closest(word: str, among: Iterable[str]) -> str:
    """Up to three of these that look like the word, in quotation marks; empty when none does."""
    return ", ".join(f"“{found}”" for found in difflib.get_close_matches(word, list(among), 3, 0.5))


def _read(kind: type[_Mapping], text: str) -> _Mapping:
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MappingError([_l("The mapping is not valid JSON: %(why)s.", why=str(error))]) from error
    if not isinstance(content, dict):
        raise MappingError([_l("The mapping is not a JSON object.")])
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        reasons: list[object] = [
            _l("%(key)s in the mapping: %(why)s.", key=_where(fault["loc"]), why=fault["msg"])
            for fault in error.errors()
        ]
        raise MappingError(reasons) from error


def _where(path: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in path) or "columns"


def _check_fields(mapping: _Columns, known: dict[str, tuple[str, ...]], several: set[str]) -> None:
    used = list((mapping.columns or {}).values())
    for field in [*used, *mapping.constants]:
        if field not in known:
            alike = closest(field, known)
            raise ValueError(f"there is no field “{field}”" + (f"; did you mean {alike}?" if alike else ""))
    twice = sorted({field for field in used if used.count(field) > 1 and field not in several})
    if twice:
        raise ValueError(f"more than one column is mapped to {', '.join(twice)}")
