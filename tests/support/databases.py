"""Databases for tests: migrated once a run as templates, copied in no time.

One folder belongs to the whole run (all workers of it); its path travels in the environment. Whatever is made
in it is made once, under a file lock, by the first who needs it.
"""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import make_url

from config import Settings
from tests.support import postgres
from tracker import create_app
from tracker.core.db import db

ENGINES = ("sqlite", "postgres")
RUN_FOLDER = "COMPROMISO_TEST_RUN"
#: A socket's path may have 103 characters on some systems.
_LONGEST_FOLDER = 70


def begin_run() -> None:
    """Make the run's folder and tell the workers about it; called by the controlling process."""
    base = tempfile.gettempdir()
    base = base if len(base) < _LONGEST_FOLDER else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="compromiso-", dir=base))
    folder.chmod(0o755)
    os.environ[RUN_FOLDER] = str(folder)


def end_run() -> None:
    """Stop the server, drop what an own server does not take with it, remove the folder."""
    folder = Path(os.environ.pop(RUN_FOLDER))
    noted = folder / "postgres.url"
    if os.environ.get("TEST_POSTGRES_URL") and noted.exists():
        _drop_all(noted.read_text(encoding="utf-8"), _prefix(folder))
    postgres.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[RUN_FOLDER])


def new_database(engine: str) -> str:
    """The address of a new, migrated, otherwise empty database."""
    template = _template(engine)
    name = f"{_prefix(run_folder())}{secrets.token_hex(6)}"
    if engine == "sqlite":
        copy = run_folder() / f"{name}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _administer(_server(), statement.format(sql.Identifier(name), sql.Identifier(template)))
    return _address(name)


def empty_database(engine: str) -> str:
    """The address of a database that nobody has migrated yet."""
    name = f"{_prefix(run_folder())}{secrets.token_hex(6)}"
    if engine == "sqlite":
        return f"sqlite:///{run_folder() / name}.db"
    _administer(_server(), sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return _address(name)


def drop_database(url: str) -> None:
    """Remove a database that `new_database` made; nobody may be using it any more."""
    name = make_url(url).database or ""
    if url.startswith("sqlite"):
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            path.unlink()
    else:
        _administer(_server(), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema with the real migrations."""
    told: dict[str, Any] = {"_env_file": None, "DATABASE_URL": url, "SECRET_KEY": "only for tests " * 3}
    app = create_app(Settings(**told))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _template(engine: str) -> str:
    """File of the migrated SQLite template, or name of the migrated PostgreSQL database."""
    if engine == "sqlite":
        return _once("sqlite.template", _make_sqlite_template)
    return _once("postgres.template", _make_postgres_template)


def _make_sqlite_template() -> str:
    path = run_folder() / "template.db"
    migrate(f"sqlite:///{path}")
    return str(path)


def _make_postgres_template() -> str:
    name = f"{_prefix(run_folder())}template"
    _administer(_server(), sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(_address(name))
    return name


def _server() -> str:
    """The address of the PostgreSQL server, started when first asked for."""
    given = os.environ.get("TEST_POSTGRES_URL", "").replace("+psycopg", "")
    return _once("postgres.url", lambda: given or postgres.start(run_folder()))


def _address(name: str) -> str:
    return make_url(_server()).set(database=name).render_as_string(hide_password=False)


def _prefix(folder: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "_", folder.name.lower()) + "_"


def _administer(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _drop_all(server: str, prefix: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in found.fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _once(name: str, make: Callable[[], str]) -> str:
    """What `make` returned the first time anybody of this run asked; a failure stays one, for all."""
    noted = run_folder() / name
    if not noted.exists():
        with _locked(name):
            if not noted.exists():
                whole = noted.with_suffix(".part")
                whole.write_text(_made(make), encoding="utf-8")
                whole.rename(noted)
    answer = noted.read_text(encoding="utf-8")
    if answer.startswith("failed: "):
        pytest.fail(answer.removeprefix("failed: "), pytrace=False)
    return answer


def _made(make: Callable[[], str]) -> str:
    try:
        return make()
    except postgres.NoPostgres as reason:
        return f"failed: {reason}"
    except Exception:
        return f"failed: the template could not be made\n{traceback.format_exc()}"


@contextmanager
def _locked(name: str) -> Iterator[None]:
    with (run_folder() / f"{name}.lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
