"""Mapping files: how a sheet that nobody made for this product is to be read. See docs/agenda-sheets.md."""

from tracker.exchange.mapping.agenda import AgendaMapping, RowKind, RowType
from tracker.exchange.mapping.columns import Columns, closest
from tracker.exchange.mapping.reading import MappingError, read_agenda_mapping, read_registry_mapping
from tracker.exchange.mapping.registry import RegistryMapping
from tracker.exchange.mapping.returning import Choice, Returning
from tracker.exchange.mapping.treatment import SkipWhen, Treatment

__all__ = [
    "AgendaMapping",
    "Choice",
    "Columns",
    "MappingError",
    "RegistryMapping",
    "Returning",
    "RowKind",
    "RowType",
    "SkipWhen",
    "Treatment",
    "closest",
    "read_agenda_mapping",
    "read_registry_mapping",
]
