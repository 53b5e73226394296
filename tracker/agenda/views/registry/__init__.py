"""Pages of the registry: municipalities and associations, their members, how one ends and who goes on."""

from tracker.agenda.views.registry import closings, municipality, partners

__all__ = ["closings", "municipality", "partners"]
