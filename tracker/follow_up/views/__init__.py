"""Pages of what happens to promises: My agenda, one commitment, updates in place."""

from flask import Blueprint

follow_up = Blueprint("follow_up", __name__)

from tracker.follow_up.views import commitment, mine, updates  # noqa: E402 - the modules need the blueprint

__all__ = ["commitment", "follow_up", "mine", "updates"]
