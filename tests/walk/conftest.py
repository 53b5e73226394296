"""The walk's applications: a database per worker and engine that holds the world already."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.clock import at
from tests.walk.settling import NOW, Settled, clear, settle
from tests.walk.walking import Walk


@pytest.fixture(scope="session")
def worlds() -> Iterator[dict[str, Settled]]:
    """The worker's application and world per engine, made when first needed."""
    made: dict[str, Settled] = {}
    yield made
    for settled in made.values():
        clear(settled)


@pytest.fixture
def shared_apps(
    engine: str, worlds: dict[str, Settled], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Flask]:
    """In place of the suite's empty applications: `app` rolls back to the world, not to nothing."""
    if engine not in worlds:
        worlds[engine] = settle(engine, tmp_path_factory.mktemp(f"walk-{engine}"))
    return {engine: worlds[engine][0]}


@pytest.fixture
def walk(app: Flask, engine: str, worlds: dict[str, Settled]) -> Iterator[Walk]:
    """The world as somebody walks through it, on its own day; whatever is done is undone after the test."""
    _app, world, uploads = worlds[engine]
    app.config["UPLOADS_DIR"] = uploads
    with at(NOW):
        yield Walk(app, world)
