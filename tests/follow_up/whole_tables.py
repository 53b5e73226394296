"""Whole databases compared: what stands in every table, whatever number a row happened to get."""

from collections import Counter

from flask import Flask
from sqlalchemy import select

from tracker.core.db import db

#: They tell of runs, not of what came of them: a run that was killed left no line, its successor did.
JOURNALS = {"job_run", "tick_pulse"}

Tables = dict[str, Counter[str]]


def whole_tables(app: Flask) -> Tables:
    """Every row of every table but the journals, without its own number."""
    tables: Tables = {}
    with app.app_context():
        for table in db.metadata.sorted_tables:
            if table.name not in JOURNALS:
                # A row that was rolled back has used up a number on one engine and not on the other.
                columns = [column for column in table.columns if column.name != "id"]
                rows = db.session.execute(select(*columns))
                tables[table.name] = Counter(repr(dict(row)) for row in rows.mappings())
        db.session.remove()
    return tables


def differences(one: Tables, other: Tables) -> list[str]:
    """Rows that stand in one of them only, a few of each table."""
    found = []
    for name in one:
        for side, rows in (("-", one[name] - other[name]), ("+", other[name] - one[name])):
            found += [f"{side} {name} {row}" for row in sorted(rows.elements())[:3]]
    return found
