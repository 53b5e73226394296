"""Pages of what happens to promises: My agenda, one commitment, updates in place, checks, nobody to tell."""

from flask import Blueprint

follow_up = Blueprint("follow_up", __name__)

from tracker.follow_up.views import (  # noqa: E402 - the modules need the blueprint
    asking,
    bulk,
    checking,
    commitment,
    mine,
    month,
    nobody,
    notes,
    steady,
    updates,
)
from tracker.follow_up.views.handover import act, inherited, letters, terms  # noqa: E402 - the modules need the blueprint
from tracker.follow_up.views.policy import pages  # noqa: E402 - the modules need the blueprint
from tracker.follow_up.views.staff import ownerless, people, units  # noqa: E402 - the modules need the blueprint

__all__ = [
    "act",
    "asking",
    "bulk",
    "checking",
    "commitment",
    "follow_up",
    "inherited",
    "letters",
    "mine",
    "month",
    "nobody",
    "notes",
    "ownerless",
    "pages",
    "people",
    "steady",
    "terms",
    "units",
    "updates",
]
