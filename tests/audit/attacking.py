"""What somebody with the database alone can do: triggers dropped, rows changed, chains hashed anew."""

import json
from typing import Any

from sqlalchemy import inspect, select, text, update

from tracker.audit.models import AuditEntry, AuditHead
from tracker.audit.queries import told_of
from tracker.audit.rules import START, entry_hash
from tracker.core.db import db, dialect_name, table_of

TABLES = ("audit_entry", "audit_name", "audit_head")


def drop_triggers() -> None:
    """Take the database's own refusals away, as its owner can."""
    sqlite = dialect_name() == "sqlite"
    for table in TABLES:
        for what in ("update", "delete", "replace") if sqlite else ("update", "delete", "truncate"):
            db.session.execute(text(f"DROP TRIGGER {table}_{what}" + ("" if sqlite else f" ON {table}")))
    if not sqlite:
        for constraint in inspect(db.session.connection()).get_unique_constraints("audit_entry"):
            db.session.execute(text(f'ALTER TABLE audit_entry DROP CONSTRAINT "{constraint["name"]}"'))
    db.session.commit()


def sql(statement: str, **values: Any) -> None:
    """Run a raw statement and keep what it did."""
    db.session.execute(text(statement), values)
    db.session.commit()
    db.session.remove()


def hash_anew(chain: int, since: int = 1, until: int = 10**9, head_too: bool = False) -> None:
    """Give the entries of a chain hashes that fit what they say now."""
    previous = START
    if since > 1:
        before = select(AuditEntry.hash).where(AuditEntry.chain == chain, AuditEntry.number == since - 1)
        previous = db.session.scalar(before) or START
    table, length = table_of(AuditEntry), since - 1
    own = AuditEntry.chain == chain, AuditEntry.number >= since, AuditEntry.number <= until
    for entry in db.session.scalars(select(AuditEntry).where(*own).order_by(AuditEntry.number)).all():
        new = entry_hash(told_of(entry), previous)
        db.session.execute(update(table).where(table.c.id == entry.id).values(previous=previous, hash=new))
        previous, length = new, entry.number
    if head_too:
        head = table_of(AuditHead)
        db.session.execute(update(head).where(head.c.chain == chain).values(length=length, hash=previous))
    db.session.commit()
    db.session.remove()


def as_json(value: Any) -> str:
    """For a raw statement."""
    return json.dumps(value)
