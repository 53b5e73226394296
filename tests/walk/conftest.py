"""The walk's applications: a database per worker and engine that holds the world already."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.apps import new_app, settings_for
from tests.support.clock import at
from tests.support.databases import drop_database, new_database
from tests.support.factories import DAY
from tests.walk.walking import Walk
from tests.walk.world import World, make_world
from tracker.core.db import db

#: When the walk happens: the day the world was made for.
NOW = f"{DAY.isoformat()}T15:00Z"


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Flask, World, Path]]]:
    """The worker's application, world and folder of files per engine, made when first needed."""
    made: dict[str, tuple[Flask, World, Path]] = {}
    yield made
    for app, _world, _uploads in made.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        drop_database(app.config["DATABASE_URL"])


@pytest.fixture
def shared_apps(
    engine: str, worlds: dict[str, tuple[Flask, World, Path]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Flask]:
    """In place of the suite's empty applications: `app` rolls back to the world, not to nothing."""
    if engine not in worlds:
        folder = tmp_path_factory.mktemp(f"walk-{engine}")
        app = new_app(settings_for(new_database(engine), folder))
        with app.app_context(), at(NOW):
            world = make_world(DAY, folder / "uploads")
            db.session.commit()
            db.session.remove()
        worlds[engine] = app, world, folder / "uploads"
    return {engine: worlds[engine][0]}


@pytest.fixture
def walk(app: Flask, engine: str, worlds: dict[str, tuple[Flask, World, Path]]) -> Iterator[Walk]:
    """The world as somebody walks through it, on its own day; whatever is done is undone after the test."""
    _app, world, uploads = worlds[engine]
    app.config["UPLOADS_DIR"] = uploads
    with at(NOW):
        yield Walk(app, world)
