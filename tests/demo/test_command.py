"""`flask demo --no-serve`: loads once, finishes what was broken off, leaves other data alone."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from tests.support.apps import only_sqlite
from tracker import create_app
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.demo import commands
from tracker.demo.accounts import PASSWORD
from tracker.territory.models import Municipality, Unit
from tracker.territory.rules import place_code

SMALL = ["mx-15082", "uy-14"]


def run(app: Flask, *options: str) -> Result:
    """Run the command as an operator would."""
    return app.test_cli_runner().invoke(commands.demo, [*options, "--no-serve"])


def count(app: Flask, model: type[Municipality] | type[Commitment] | type[Unit]) -> int:
    """Rows of a table."""
    with app.app_context():
        try:
            return db.session.scalar(select(func.count()).select_from(model)) or 0
        finally:
            db.session.remove()


@pytest.fixture
def small_world(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A world of two municipalities, to be quick."""
    codes = list(SMALL)
    monkeypatch.setattr(commands, "world_codes", lambda: codes)
    return codes


def test_loads_once(fresh_app: Flask, small_world: list[str]) -> None:
    """The second run says so and changes nothing; both print who can sign in."""
    first = run(fresh_app)
    assert first.exit_code == 0, first.output
    assert "Tejupilco (mx-15082)" in first.output
    held = count(fresh_app, Commitment)
    assert held >= 24 and count(fresh_app, Municipality) == 2
    again = run(fresh_app)
    assert again.exit_code == 0 and "there already" in again.output
    assert count(fresh_app, Commitment) == held
    for output in (first.output, again.output):
        assert "coordinacion.rocha@example.org" in output and PASSWORD in output
        assert "coordinacion.toluca@example.org" not in output
    assert fresh_app.config["DEMO"] is True


@only_sqlite
def test_finishes_what_was_broken_off(fresh_app: Flask, small_world: list[str]) -> None:
    """A municipality that is missing is loaded by the next run, the others stay as they are."""
    last = small_world.pop()
    run(fresh_app)
    small_world.append(last)
    result = run(fresh_app)
    assert result.exit_code == 0 and "Rocha" in result.output
    assert "Tejupilco (mx-15082)" not in result.output
    assert count(fresh_app, Municipality) == 2


@only_sqlite
def test_leaves_other_data_alone(fresh_app: Flask, small_world: list[str]) -> None:
    """A database with a municipality that is not of the demo is refused."""
    with fresh_app.app_context():
        db.session.add(
            Municipality(
                code=place_code("MX", "09002"),
                country_code="MX",
                official_code="09002",
                name="Azcapotzalco",
                name_key="azcapotzalco",
                kind="municipality",
            )
        )
        db.session.commit()
        db.session.remove()
    result = run(fresh_app)
    assert result.exit_code == 1 and "holds other data" in result.output
    assert count(fresh_app, Municipality) == 1 and count(fresh_app, Unit) == 0


@only_sqlite
def test_not_in_production(fresh_app: Flask, small_world: list[str]) -> None:
    """Everybody knows the password, so production is refused before anything is made."""
    fresh_app.config["TRACKER_ENV"] = "production"
    result = run(fresh_app)
    assert result.exit_code == 1 and "not for production" in result.output
    assert count(fresh_app, Municipality) == 0


def test_makes_the_folder_of_an_embedded_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing: folder, file, schema."""
    monkeypatch.setattr(commands, "world_codes", list)
    path = tmp_path / "instance" / "compromiso.db"
    settings = Settings(
        _env_file=None,
        DATABASE_URL=f"sqlite:///{path}",
        SECRET_KEY="only for tests " * 3,
        UPLOADS_DIR=tmp_path / "uploads",
        MAIL_URL=f"folder:{tmp_path / 'mail'}",
    )
    app = create_app(settings)
    result = run(app, "--port", "8123")
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 0, result.output
    assert path.exists()
    assert app.config["PUBLIC_URL"] == "http://127.0.0.1:8123"


def test_an_unusable_database_is_said(tmp_path: Path) -> None:
    """No traceback where the database cannot be opened."""
    (tmp_path / "folder.db").mkdir()
    url = f"sqlite:///{tmp_path / 'folder.db'}"
    app = create_app(Settings(_env_file=None, DATABASE_URL=url, SECRET_KEY="only for tests " * 3))
    result = run(app)
    assert result.exit_code == 1 and "cannot be used" in result.output
