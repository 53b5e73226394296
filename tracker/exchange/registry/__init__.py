"""Lists of municipalities: codes, names, states, places on the map."""

from tracker.exchange.registry.importing import RegistryResult, import_registry

__all__ = ["RegistryResult", "import_registry"]
