"""An application that is only looked at: its routes, commands, templates. It reaches no database."""

from functools import lru_cache
from pathlib import Path

from flask import Flask

from tests.support.apps import new_app, settings_for


@lru_cache(maxsize=1)
def bare_app() -> Flask:
    """The wired application, one per process; nothing may be asked of its database."""
    return new_app(settings_for("sqlite://", Path("never-written")))
