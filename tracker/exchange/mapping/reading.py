"""Mapping files as text: JSON whose every wrong key is named."""

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from tracker.core.i18n import _l
from tracker.exchange.mapping.agenda import AgendaMapping
from tracker.exchange.mapping.columns import Columns
from tracker.exchange.mapping.registry import RegistryMapping

_Mapping = TypeVar("_Mapping", bound=Columns)


class MappingError(Exception):
    """A mapping file that cannot be used; one reason for each thing that is wrong in it."""

    def __init__(self, reasons: list[object]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(str(reason) for reason in reasons))


def read_agenda_mapping(text: str) -> AgendaMapping:
    """The mapping in a JSON text; raises MappingError naming each key that is wrong."""
    return _read(AgendaMapping, text)


def read_registry_mapping(text: str) -> RegistryMapping:
    """The mapping in a JSON text; raises MappingError naming each key that is wrong."""
    return _read(RegistryMapping, text)


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
