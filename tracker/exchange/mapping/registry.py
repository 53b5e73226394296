"""How a list is read as a registry of municipalities."""

from typing import Literal, Self

from pydantic import Field, model_validator

from tracker.exchange.captions import REGISTRY
from tracker.exchange.mapping.columns import Columns, check_fields
from tracker.exchange.mapping.treatment import SkipWhen


class RegistryMapping(Columns):
    """How a list is read as a registry of municipalities."""

    #: Field → length with leading zeros.
    pad: dict[str, int] = Field(default_factory=dict)
    #: Fields written in capitals that are to read as names do.
    title_case: tuple[Literal["name", "admin1_name"], ...] = ()
    skip_when: tuple[SkipWhen, ...] = ()

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self, REGISTRY, set())
        wrong = [field for field in self.pad if field not in ("code", "admin1_code", "replaced_by")]
        if wrong or any(not 1 <= length <= 20 for length in self.pad.values()):
            raise ValueError("pad: give code, admin1_code or replaced_by a length from 1 to 20")
        return self
