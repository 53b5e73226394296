"""Pages of those who oversee: where municipalities stand, what happened there, how the installation is."""

from flask import Blueprint

monitoring = Blueprint("monitoring", __name__)

from tracker.monitoring.views import health, history, places, probes, quality, search  # noqa: E402 - the modules need the blueprint

__all__ = ["health", "history", "monitoring", "places", "probes", "quality", "search"]
