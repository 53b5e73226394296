"""Pages of the agenda: the list, what is written down by hand, how it ends; and of the registry."""

from flask import Blueprint

agenda = Blueprint("agenda", __name__)

from tracker.agenda.views import (  # noqa: E402 - the modules need the blueprint
    agreements,
    dates,
    endings,
    files,
    listing,
    milestones,
    money,
    recurring,
    registry,
    sharing,
    sorting,
    writing,
)

__all__ = [
    "agenda",
    "agreements",
    "dates",
    "endings",
    "files",
    "listing",
    "milestones",
    "money",
    "recurring",
    "registry",
    "sharing",
    "sorting",
    "writing",
]
