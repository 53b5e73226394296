"""Migrations and models say the same; the way down and up again is open, with rows in the tables."""

from datetime import date
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from tests.house.tree import report
from tests.support.apps import new_app, settings_for
from tests.support.databases import drop_database, empty_database
from tests.support.factories import make_commitment, make_milestone, make_place, make_unit
from tests.support.processes import start_flask
from tracker.core.db import db


def _fill() -> None:
    place = make_place()
    made = make_commitment(place, unit=make_unit(place), due_on=date(2027, 1, 1))
    make_milestone(place, made, due_on=date(2026, 12, 1))
    db.session.commit()
    db.session.remove()


def test_models_and_migrations_agree(fresh_app: Flask) -> None:
    with fresh_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        wrong = [str(difference) for difference in compare_metadata(context, db.metadata)]
    report(wrong, "what a new migration would have to change")


def test_down_and_up_again_with_rows(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        _fill()
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert left == set(), "tables that the way down forgets"
        upgrade()
        _fill()


def test_one_step_back_keeps_the_rows(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        _fill()
        downgrade()
        upgrade()
        with db.engine.connect() as connection:
            assert connection.scalar(text("select count(*) from commitment")) == 1
            assert connection.scalar(text("select count(*) from country")) == 34


def test_references_hold_on_every_connection(fresh_app: Flask, engine: str) -> None:
    """SQLite checks them only where it is told to, so after a migration too."""
    with fresh_app.app_context():
        upgrade()
        if engine == "sqlite":
            with db.engine.connect() as connection:
                assert connection.scalar(text("PRAGMA foreign_keys")) == 1
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_two_first_starts_migrate_once(engine: str, tmp_path: Path) -> None:
    """Both wait for each other and both find the tables made."""
    url = empty_database(engine)
    app = new_app(settings_for(url, tmp_path))
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    both = [start_flask(app, "db", "upgrade", log=log) for log in logs]
    codes = [process.wait(120) for process in both]
    assert codes == [0, 0], "\n".join(log.read_text(encoding="utf-8") for log in logs)
    with app.app_context():
        assert db.session.scalar(text("select count(*) from country")) == 34
        db.session.remove()
        db.engine.dispose()
    drop_database(url)
