"""Lists of municipalities: codes, names, states, places on the map."""

from tracker.exchange.registry.importing import import_registry
from tracker.exchange.registry.result import RegistryResult
from tracker.exchange.registry.verifying import verify_registry

__all__ = ["RegistryResult", "import_registry", "verify_registry"]
