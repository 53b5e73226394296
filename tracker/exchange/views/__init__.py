"""Pages of sheets: an agenda that leaves, an empty one to fill in."""

from flask import Blueprint

exchange = Blueprint("exchange", __name__)

from tracker.exchange.views import downloads  # noqa: E402 - the module needs the blueprint

__all__ = ["downloads", "exchange"]
