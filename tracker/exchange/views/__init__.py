"""Pages of sheets: an agenda brought in step by step, one that leaves, an empty one to fill in."""

from flask import Blueprint

exchange = Blueprint("exchange", __name__)

from tracker.exchange.views import (  # noqa: E402 - the modules need the blueprint
    columns,
    downloads,
    looking,
    registry,
    running,
    sheets,
    uploading,
    words,
)

__all__ = ["columns", "downloads", "exchange", "looking", "registry", "running", "sheets", "uploading", "words"]
