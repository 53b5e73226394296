"""Pages of what happens to promises: My agenda, one commitment, updates in place."""

from flask import Blueprint

follow_up = Blueprint("follow_up", __name__)

from tracker.follow_up.views import commitment, mine, updates

__all__ = ["commitment", "follow_up", "mine", "updates"]
