"""Applications on real databases.

`app`, `session` and `client` share one migrated database per worker and engine; each test is one transaction
that is rolled back. `fresh_app` has a database of its own, for races, kills, workers and other processes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from config import Settings
from tests.support.databases import drop_database, new_database
from tests.support.pages import Client
from tracker import create_app
from tracker.core.db import db

#: Where the application believes it lives; requests of the client go there.
PUBLIC_URL = "http://localhost"
SECRET_KEY = "a key for tests and for nothing else"
#: Where an application of the tests keeps the settings it was made with.
SETTINGS = "settings of tests"

#: For tests whose subject does not depend on the engine: `@only_sqlite`, `@only_postgres`.
only_sqlite = pytest.mark.parametrize("engine", [pytest.param("sqlite", marks=pytest.mark.sqlite)], indirect=True)
only_postgres = pytest.mark.parametrize(
    "engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)

#: What the fixture `session` yields.
DbSession = scoped_session[Session]

# Sessions on an engine do not notice; those on a test's connection leave its transaction alone.
db.session.session_factory.configure(join_transaction_mode="create_savepoint")


def settings_for(url: str, folder: Path, **others: Any) -> Settings:
    """Settings of a test's application: everything it writes lies in `folder`."""
    values: dict[str, Any] = {
        "_env_file": None,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_URL": PUBLIC_URL,
        "MAIL_URL": f"folder:{folder / 'mail'}",
        "UPLOADS_DIR": folder / "uploads",
        "DEFAULT_LOCALE": "es",
        "TRACKER_ENV": "development",
    }
    return Settings(**{**values, **others})


def new_app(settings: Settings) -> Flask:
    """An application with the tests' client."""
    app = create_app(settings)
    app.test_client_class = Client
    app.extensions[SETTINGS] = settings
    return app


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    """Each test that touches a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    """The worker's application per engine, made when first needed."""
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        _close(app)


@pytest.fixture
def app(engine: str, shared_apps: dict[str, Flask], tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is as new: whatever the test commits is rolled back after it."""
    if engine not in shared_apps:
        shared_apps[engine] = new_app(settings_for(new_database(engine), tmp_path))
    app = shared_apps[engine]
    before = dict(app.config)
    own = settings_for(before["DATABASE_URL"], tmp_path)
    app.config.update(own.model_dump())
    with app.app_context():
        engines: Any = db.engines
    pool = engines[None]
    connection = pool.connect().execution_options(write=True)
    engines[None] = connection
    connection.begin()
    try:
        yield app
    finally:
        engines[None] = pool
        connection.close()
        app.config.clear()
        app.config.update(before)


@pytest.fixture
def session(app: Flask) -> Iterator[DbSession]:
    """The database session of an application context that lasts as long as the test."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser's requests to `app`. May be used together with `session`: rows made there are seen here."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def fresh_app(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, committed to for good; threads and processes may join."""
    app = new_app(settings_for(new_database(engine), tmp_path))
    try:
        yield app
    finally:
        _close(app)


@pytest.fixture
def mail_folder(app: Flask) -> Path:
    """Where `app` leaves its mails while MAIL_URL names a folder."""
    folder = Path(str(app.config["MAIL_URL"]).removeprefix("folder:"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    drop_database(app.config["DATABASE_URL"])
