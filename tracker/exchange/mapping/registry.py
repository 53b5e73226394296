"""How a list is read as a registry of municipalities."""

from typing import Literal, Self

from pydantic import model_validator

from tracker.exchange.captions import REGISTRY
from tracker.exchange.mapping.columns import Columns, check_fields
from tracker.exchange.mapping.lists import ListRules
from tracker.exchange.mapping.treatment import SkipWhen


class RegistryMapping(Columns, ListRules):
    """How a list is read as a registry of municipalities."""

    #: Fields written in capitals that are to read as names do.
    title_case: tuple[Literal["name", "admin1_name"], ...] = ()
    skip_when: tuple[SkipWhen, ...] = ()

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self, REGISTRY, {"name"})
        return self
