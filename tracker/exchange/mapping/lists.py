"""How cells of a list become fields of a municipality, and which rows of the list count."""

from collections.abc import Iterable, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from tracker.exchange.captions import REGISTRY
from tracker.exchange.mapping.columns import check_field
from tracker.exchange.mapping.treatment import Strict

_CODES = ("code", "admin1_code", "replaced_by")
#: Fields whose texts can be cut or replaced, and those that rows can be chosen by.
_SHAPED = (*_CODES, "name", "admin1_name")
_CHOSEN = ("country", "code", "name", "admin1_code", "admin1_name")
_LENGTHS = range(1, 21)


class Split(Strict):
    """A column that holds several fields: `AR.01.06882`, `MX15033`."""

    column: str
    #: The sign between the parts, or the number of letters of the first part.
    at: str | int
    #: Fields of the parts in order; empty for a part that nobody needs.
    into: tuple[str, ...]

    @model_validator(mode="after")
    def _can_split(self) -> Self:
        if isinstance(self.at, int) and (self.at < 1 or len(self.into) != 2):
            raise ValueError("at: a number of letters makes two parts")
        if not self.at:
            raise ValueError("at: give a sign or a number of letters")
        _exist([field for field in self.into if field], REGISTRY)
        return self

    def parts(self, text: str) -> dict[str, str]:
        """Field → part, without empty ones; the last field takes all that is left."""
        if isinstance(self.at, int):
            parts = [text[: self.at], text[self.at :]]
        else:
            parts = text.split(self.at, len(self.into) - 1)
        return {field: part for field, part in zip(self.into, parts, strict=False) if field and part.strip()}


class ListRules(Strict):
    """What a mapping of a registry says beyond columns. Texts are compared without case."""

    #: What a row is.
    of: Literal["municipalities", "states"] = "municipalities"
    #: Whether the list only fills in what municipalities of the registry lack.
    fill_only: bool = False
    split: Split | None = None
    #: Field → texts that are cut off at the start or at the end, longest first.
    strip_prefix: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    strip_suffix: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Field → country → text → what stands for it.
    replace: dict[str, dict[str, dict[str, str]]] = Field(default_factory=dict)
    #: Field → length with leading zeros, for all countries or for each.
    pad: dict[str, int | dict[str, int]] = Field(default_factory=dict)
    #: `{admin1_code}{code}`, of fields as they are after all of the above.
    compose_code: str | None = None
    #: Field → texts: rows that have none of them are left out.
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Field → texts: rows that have one of them are left out.
    leave_out: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Country → letters of its codes: rows with others, and of other countries, are left out.
    code_length: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rules_hold(self) -> Self:
        _exist([*self.strip_prefix, *self.strip_suffix, *self.replace], _SHAPED)
        _exist([*self.only, *self.leave_out], _CHOSEN)
        lengths = [n for wide in self.pad.values() for n in (wide.values() if isinstance(wide, dict) else [wide])]
        if not set(self.pad) <= set(_CODES) or any(length not in _LENGTHS for length in lengths):
            raise ValueError("pad: give code, admin1_code or replaced_by a length from 1 to 20")
        if self.compose_code is not None:
            try:
                self.compose_code.format(code="1", admin1_code="1", country="MX")
            except (LookupError, ValueError) as error:
                raise ValueError("compose_code: put code, admin1_code or country in braces") from error
        return self

    def shaped(self, country: str, field: str, text: str) -> str:
        """What stands in a field once prefixes are cut off, texts replaced and zeros put back."""
        for start in sorted(self.strip_prefix.get(field, ()), key=len, reverse=True):
            if len(text) > len(start) and text.casefold().startswith(start.casefold()):
                text = text[len(start) :].strip()
                break
        for end in sorted(self.strip_suffix.get(field, ()), key=len, reverse=True):
            if len(text) > len(end) and text.casefold().endswith(end.casefold()):
                text = text[: -len(end)].strip()
                break
        text = self.replace.get(field, {}).get(country, {}).get(text, text)
        wide = self.pad.get(field, 0)
        return text.zfill(wide.get(country, 0) if isinstance(wide, dict) else wide)

    def composed(self, country: str, code: str, state_code: str) -> str:
        """The official code, put together where the mapping says so; empty where a part of it is."""
        if self.compose_code is None:
            return code
        named = {"country": country, "code": code, "admin1_code": state_code}
        if any(f"{{{name}}}" in self.compose_code and not part for name, part in named.items()):
            return ""
        return self.compose_code.format(**named)

    def reads(self, country: str) -> bool:
        """Whether rows of the country can count at all."""
        chosen = self.only.get("country")
        return (chosen is None or _says({"country": country}, "country", chosen)) and (
            not self.code_length or country in self.code_length
        )

    def counts(self, values: Mapping[str, str]) -> bool:
        """Whether a row with these values by field is one of those that the list is read for."""
        if self.code_length and len(values["code"]) != self.code_length.get(values["country"]):
            return False
        if any(not _says(values, field, texts) for field, texts in self.only.items()):
            return False
        return not any(_says(values, field, texts) for field, texts in self.leave_out.items())


def _says(values: Mapping[str, str], field: str, texts: Iterable[str]) -> bool:
    return values[field].casefold() in {text.casefold() for text in texts}


def _exist(fields: Iterable[str], known: Iterable[str]) -> None:
    for field in fields:
        check_field(field, known)
