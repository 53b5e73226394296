"""Putting the world into a database of its own, and clearing it away."""

from datetime import date
from pathlib import Path

from flask import Flask

from tests.support.apps import new_app, settings_for
from tests.support.clock import at
from tests.support.databases import drop_database, new_database
from tests.support.factories import DAY
from tests.walk.world import World, make_world
from tracker.core.db import db

#: When the walk happens: the day the world was made for.
NOW = f"{DAY.isoformat()}T15:00Z"

#: An application, the world in its database, and the folder of its files.
Settled = tuple[Flask, World, Path]


def settle(engine: str, folder: Path) -> Settled:
    """An application on a new database that holds the world as of its own day."""
    with at(NOW):
        return settle_on(DAY, engine, folder)


def settle_on(day: date, engine: str, folder: Path) -> Settled:
    """The same as of another day: the real one, where other processes look at it."""
    app = new_app(settings_for(new_database(engine), folder))
    with app.app_context():
        world = make_world(day, folder / "uploads")
        db.session.commit()
        db.session.remove()
    return app, world, folder / "uploads"


def clear(settled: Settled) -> None:
    """Remove its database."""
    app = settled[0]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    drop_database(app.config["DATABASE_URL"])
