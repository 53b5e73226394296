"""One step of the schema back and forth with the demo world in place: the same rows, to the letter."""

from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, inspect, select

from tests.demo.loaded import NOW
from tests.support.apps import new_app, settings_for
from tests.support.databases import drop_database, new_database
from tracker.core.db import db
from tracker.demo.loader import load_world
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for
from tracker.notices.models import Notice
from tracker.territory.queries import places_by_id

pytestmark = pytest.mark.full
Rows = dict[str, list[tuple[Any, ...]]]


def test_the_world_survives_the_way_back_and_forth(engine: str, tmp_path: Path) -> None:
    url = new_database(engine)
    with new_app(settings_for(url, tmp_path)).app_context():
        load_world(NOW)
        places = sorted(places_by_id(range(1, 100)).values(), key=lambda place: place.id)
        check_places(places, NOW.date(), NOW)
        compose_for(places, NOW.date(), NOW)
        db.session.commit()
        for state, reason in (("leaving", ""), ("leaving", "completed")):
            some = db.session.scalars(select(Notice).where(Notice.state == "composed").limit(1)).one()
            some.state, some.reason = state, reason
            db.session.commit()
        db.session.remove()
        above = _shape()
        before = _rows(above)
        assert sum(len(rows) for rows in before.values()) > 3_000
        downgrade()
        below = _shape()
        kept = {name: columns & above[name] for name, columns in below.items()}
        # Names in it are kept apart with other salts each time: tests/audit/test_migration.py.
        kept["audit_entry"] = kept["audit_entry"] - {"changes"}
        downgraded = _rows(kept)
        upgrade()
        assert _shape() == above
        restored = _rows(kept)
        db.session.remove()
        db.engine.dispose()
    drop_database(url)
    assert restored == downgraded
    assert {name: len(rows) for name, rows in downgraded.items()} == {name: len(before[name]) for name in kept}
    same = kept.keys() - {"notice"}
    narrowed = {name: _narrowed(before[name], above[name], kept[name]) for name in same}
    assert {name: downgraded[name] for name in same} == narrowed


def _shape() -> dict[str, set[str]]:
    """Columns by table."""
    found = inspect(db.engine)
    tables = set(found.get_table_names()) - {"alembic_version"}
    return {name: {column["name"] for column in found.get_columns(name)} for name in tables}


def _rows(shape: dict[str, set[str]]) -> Rows:
    """Every row of these columns, in an order that depends on nothing but the rows."""
    answer: Rows = {}
    with db.engine.connect() as connection:
        for name, columns in shape.items():
            table = Table(name, MetaData(), autoload_with=connection)
            chosen = [table.c[column] for column in sorted(columns)]
            answer[name] = sorted(tuple(map(str, row)) for row in connection.execute(select(*chosen)))
    return answer


def _narrowed(rows: list[tuple[Any, ...]], columns: set[str], kept: set[str]) -> list[tuple[Any, ...]]:
    """The rows with only the columns that stay."""
    at = [index for index, column in enumerate(sorted(columns)) if column in kept]
    return sorted(tuple(row[index] for index in at) for row in rows)
