"""A database with the demo world, for tests that only read it."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.loaded import NOW
from tests.support.apps import new_app, settings_for
from tests.support.databases import new_database, run_folder
from tracker.core.db import db
from tracker.demo.loader import load_world


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("sqlite", "postgres")],
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The world, loaded once a run for these tests, which only read."""
    folder = tmp_path_factory.mktemp("demo")
    app = new_app(settings_for(database_with_world(request.param, folder), folder))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def database_with_world(engine: str, folder: Path) -> str:
    """The address of the run's database with the demo world, filled by the worker that comes first."""
    noted = run_folder() / f"demo-{engine}.url"
    with noted.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not noted.exists():
            url = new_database(engine)
            with new_app(settings_for(url, folder)).app_context():
                load_world(NOW)
                db.session.commit()
                db.session.remove()
                db.engine.dispose()
            noted.write_text(url, encoding="utf-8")
    return noted.read_text(encoding="utf-8")


@pytest.fixture
def world(loaded: None) -> Iterator[None]:
    """The loaded world, read afresh by each test."""
    yield
    db.session.remove()
