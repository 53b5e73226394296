"""Databases to measure on, each made for one run and gone after it, and the application on top of one."""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask, render_template
from psycopg import sql
from sqlalchemy import make_url

from config import Settings
from tests.support import postgres
from tracker import create_app
from tracker.core.db import db
from tracker.permissions import EVERYONE, PERMISSIONS, PUBLIC, Line
from tracker.territory.rules import Place

ENGINES = ("sqlite", "postgresql")
#: As an installation runs it: a commit is on the disk before it is answered. The tests' own server saves that.
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
#: Routes that only the bench knows.
BARE, EMPTY = "/bench/bare", "/{code}/bench/empty"


@contextmanager
def addresses(engine: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """What makes a new, empty database and returns its address."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    given = os.environ.get("TEST_POSTGRES_URL", "").replace("+psycopg", "")
    server = given or _own_server(folder)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(f"compromiso_bench_{secrets.token_hex(4)}_{re.sub('[^a-z0-9]', '_', name)}")
        _administer(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made[-1])))
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    try:
        yield make
    finally:
        for name in made:
            _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        postgres.stop(folder)


def _own_server(folder: Path) -> str:
    server = postgres.start(folder)
    for setting in _DURABLE:
        _administer(server, sql.SQL("ALTER SYSTEM SET {} = on").format(sql.Identifier(setting)))
    _administer(server, sql.SQL("SELECT pg_reload_conf()"))
    return server


def _administer(server: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def application(address: str, folder: Path) -> Flask:
    """The product as it is, with two more routes: a bare view, and a page that is nothing but its frame."""
    app = create_app(
        Settings(
            DATABASE_URL=address,
            SECRET_KEY="only to measure with, never to run with",
            PUBLIC_URL="http://localhost",
            TRACKER_ENV="development",
            DEFAULT_LOCALE="es",
            MAIL_URL=f"folder:{folder / 'mail'}",
            UPLOADS_DIR=folder / "uploads",
        )
    )
    frame = app.jinja_env.from_string("{% extends 'layouts/base.html' %}")

    def bare() -> str:
        return "bare"

    def empty(place: Place) -> str:
        return render_template(frame, place=place)

    app.add_url_rule(BARE, "bench.bare", bare)
    app.add_url_rule(EMPTY.format(code="<place:place>"), "bench.empty", empty)
    PERMISSIONS.update({"bench.bare": PUBLIC, "bench.empty": Line("read", EVERYONE)})
    return app


def version_of(app: Flask) -> str:
    """The database's own name and version."""
    statement = "SELECT version()" if "postgresql" in app.config["DATABASE_URL"] else "SELECT sqlite_version()"
    with app.app_context(), db.engine.connect() as connection:
        told = str(connection.exec_driver_sql(statement).scalar())
    return " ".join(told.split()[:2]) if told.startswith("PostgreSQL") else f"SQLite {told}"
