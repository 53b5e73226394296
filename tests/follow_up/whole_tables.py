"""Whole databases compared: what stands in every table, whatever number a row happened to get."""

from collections import Counter

from flask import Flask
from sqlalchemy import Table, func, select

from tracker.core.db import db

#: They tell of runs, not of what came of them: a run that was killed left no line, its successor did.
JOURNALS = {"job_run", "tick_pulse"}
#: Names are kept with salt by chance, and all hashes of the trail hang on them.
SALTED = {"audit_name"}
HASHES = {"audit_entry": {"who", "previous", "hash", "changes"}, "audit_head": {"hash", "seal"}}
#: Where one run writes a line that two runs share out between them: what is added up before it is compared.
SHARED_OUT = {"place_check": {"changed", "told", "skipped", "nobody"}}
#: Numbers rows get as they come (what was rolled back has used them up on one engine and not on the other), and
#: looks: who begins anew looks again at what nobody could be told of.
LEFT_OUT = {"id", "looked_at"}

Tables = dict[str, Counter[str]]


def whole_tables(app: Flask) -> Tables:
    """Every row of every table but the journals."""
    with app.app_context():
        tables = {t.name: _rows(t) for t in db.metadata.sorted_tables if t.name not in JOURNALS | SALTED}
        db.session.remove()
    return tables


def differences(one: Tables, other: Tables) -> list[str]:
    """Rows that stand in one of them only, a few of each table."""
    found = []
    for name in one:
        for side, rows in (("-", one[name] - other[name]), ("+", other[name] - one[name])):
            found += [f"{side} {name} {row}" for row in sorted(rows.elements())[:3]]
    return found


def _rows(table: Table) -> Counter[str]:
    left_out = LEFT_OUT | HASHES.get(table.name, set())
    columns = [column for column in table.columns if column.name not in left_out]
    summed = SHARED_OUT.get(table.name, set())
    statement = select(*[func.sum(c).label(c.name) if c.name in summed else c for c in columns])
    if summed:
        statement = statement.group_by(*[column for column in columns if column.name not in summed])
    return Counter(repr(dict(row)) for row in db.session.execute(statement).mappings())
