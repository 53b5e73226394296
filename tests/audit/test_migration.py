"""Old entries get their chains, and lose them again, with the demo world in place: the same trail to read."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.demo.loaded import NOW
from tests.support.apps import new_app, settings_for
from tests.support.databases import drop_database, new_database
from tests.support.factories import make_place
from tracker.audit.verifying import verify_trail
from tracker.core.db import db
from tracker.demo.loader import load_world

BEFORE = "0008"
OLD = (
    "SELECT id, municipality_id, at, day, user_id, name, door, verb, subject, CAST(changes AS VARCHAR(9000)) "
    "FROM audit_entry ORDER BY id"
)


def old_entries() -> list[tuple[Any, ...]]:
    """What the table held before there were chains."""
    with db.engine.connect() as connection:
        return [tuple(map(str, row)) for row in connection.execute(text(OLD))]


@pytest.mark.full
def test_the_demo_world_there_and_back(engine: str, tmp_path: Path) -> None:
    url = new_database(engine)
    with new_app(settings_for(url, tmp_path)).app_context():
        load_world(NOW)
        db.session.commit()
        before = verify_trail()
        assert before.broken == []
        assert before.entries > 500
        db.session.remove()
        downgrade(revision=BEFORE)
        old = old_entries()
        assert "who" not in {value for row in old for value in row}
        upgrade()
        again = verify_trail()
        assert (again.chains, again.entries, again.broken) == (before.chains, before.entries, [])
        db.session.remove()
        downgrade(revision=BEFORE)
        assert old_entries() == old
        upgrade()
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def test_entries_of_before_are_chained_in_their_order(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        at, day = datetime(2026, 11, 23, 15, 30, 0, 123456, tzinfo=UTC), date(2026, 11, 23)
        add = text(
            "INSERT INTO audit_entry (municipality_id, at, day, user_id, name, door, verb, subject, changes) "
            "VALUES (:place, :at, :day, :user, :name, 'page', :verb, :subject, :changes)"
        )
        rows = [
            (None, 3, "Ana", "create", "user:9", '{"email": [null, "ana@example.org"]}'),
            (place.id, 3, "Ana", "create", "person:1", '{"name": [null, "Beto Ñu"], "unit": [null, "Obras"]}'),
            (place.id, None, "command line", "edit", "unit:1", '{"mailbox": ["a@example.org", null]}'),
            (place.id, 3, "Ana", "report", "commitment:1", '{"progress": [null, 12.5], "text": [null, "\\u00e1"]}'),
        ]
        stamp = at.replace(tzinfo=None) if db.engine.dialect.name == "sqlite" else at
        with db.engine.connect().execution_options(write=True) as connection:
            for place_id, user, name, verb, subject, changes in rows:
                values = {"place": place_id, "at": str(stamp), "day": str(day), "user": user, "name": name}
                connection.execute(add, {**values, "verb": verb, "subject": subject, "changes": changes})
            connection.commit()
        old = old_entries()
        upgrade()
        verdict = verify_trail()
        assert (verdict.chains, verdict.entries, verdict.broken) == (2, 4, [])
        kept = " ".join(db.session.scalars(text("SELECT CAST(changes AS VARCHAR(9000)) FROM audit_entry")))
        assert "example.org" not in kept
        assert "Beto" not in kept
        db.session.remove()
        downgrade(revision=BEFORE)
        names = [row[5] for row in old_entries()]
        assert names == ["Ana", "Ana", "command line", "Ana"]
        assert [row[:9] for row in old_entries()] == [row[:9] for row in old]
        assert "Beto" in old_entries()[1][9].encode().decode("unicode_escape")
        upgrade()
