"""Pages of the agenda: the list, what is written down by hand, how it ends."""

from flask import Blueprint

agenda = Blueprint("agenda", __name__)

from tracker.agenda.views import agreements, endings, files, listing, milestones, sharing, sorting, writing  # noqa: E402 - the modules need the blueprint

__all__ = ["agenda", "agreements", "endings", "files", "listing", "milestones", "sharing", "sorting", "writing"]
