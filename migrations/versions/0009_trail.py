"""the trail as chains: numbers and hashes, heads and names apart, never changed and never deleted

Whatever a hash is made of is written out here once more: entries chained by this migration must verify for ever.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
START = "0" * 64
BATCH = 2_000
PERSONAL = {"email", "mailbox", "person"}

ENTRY = sa.table(
    "audit_entry",
    *[
        sa.column(name, kind)
        for name, kind in {
            "id": KEY,
            "municipality_id": KEY,
            "at": INSTANT,
            "day": sa.Date(),
            "user_id": KEY,
            "name": sa.String(200),
            "door": sa.String(20),
            "verb": sa.String(40),
            "subject": sa.String(60),
            "changes": sa.JSON(),
            "chain": KEY,
            "number": KEY,
            "previous": sa.String(64),
            "hash": sa.String(64),
            "who": sa.String(64),
            "part": sa.String(60),
        }.items()
    ],
)
NAME = sa.table("audit_name", *[sa.column(name) for name in ("chain", "who", "salt", "name", "user_id")])
HEAD = sa.table("audit_head", *[sa.column(name) for name in ("chain", "length", "hash", "seal")])

#: Table → why a change, other than what the condition lets through, is refused.
REFUSED = "the trail is append-only"
BLANKS = "NEW.name = '' AND NEW.salt = '' AND NEW.user_id IS NULL AND NEW.chain = OLD.chain AND NEW.who = OLD.who"
GROWS = "NEW.chain = OLD.chain AND (NEW.length > OLD.length OR (NEW.length = OLD.length AND NEW.hash = OLD.hash))"
LAWFUL = {"audit_entry": "1 = 0", "audit_name": BLANKS, "audit_head": GROWS}


def upgrade() -> None:
    """Give every entry its place in a chain, keep names and heads apart, then let nothing be changed."""
    op.create_table(
        "audit_name",
        sa.Column("chain", KEY, nullable=False, autoincrement=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.PrimaryKeyConstraint("chain", "who", name=op.f("pk_audit_name")),
    )
    op.create_index("ix_audit_name_name", "audit_name", ["chain", "name"])
    op.create_index("ix_audit_name_user", "audit_name", ["user_id"])
    op.create_table(
        "audit_head",
        sa.Column("chain", KEY, nullable=False, autoincrement=False),
        sa.Column("length", KEY, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    with op.batch_alter_table("audit_entry") as entry:
        entry.add_column(sa.Column("chain", KEY, nullable=True))
        entry.add_column(sa.Column("number", KEY, nullable=True))
        entry.add_column(sa.Column("previous", sa.String(64), nullable=True))
        entry.add_column(sa.Column("hash", sa.String(64), nullable=True))
        entry.add_column(sa.Column("who", sa.String(64), nullable=True))
        entry.add_column(sa.Column("part", sa.String(60), nullable=True))
    _chain_all()
    with op.batch_alter_table("audit_entry") as entry:
        for name in ("chain", "number"):
            entry.alter_column(name, existing_type=KEY, nullable=False)
        for name in ("previous", "hash", "who"):
            entry.alter_column(name, existing_type=sa.String(64), nullable=False)
        entry.drop_column("name")
        entry.drop_column("user_id")
        entry.create_unique_constraint(op.f("uq_audit_entry_chain_number"), ["chain", "number"])
    only = sa.text("part is not null")
    op.create_index(
        "ix_audit_entry_part", "audit_entry", ["municipality_id", "part"], postgresql_where=only, sqlite_where=only
    )
    _lock()


def downgrade() -> None:
    """Names back into their entries; the chains go, and with them all that they proved."""
    _unlock()
    op.drop_index("ix_audit_entry_part", "audit_entry")
    with op.batch_alter_table("audit_entry") as entry:
        entry.drop_constraint(op.f("uq_audit_entry_chain_number"), type_="unique")
        entry.add_column(sa.Column("user_id", KEY, nullable=True))
        entry.add_column(sa.Column("name", sa.String(200), nullable=False, server_default=""))
    _name_all()
    with op.batch_alter_table("audit_entry") as entry:
        entry.alter_column("name", existing_type=sa.String(200), existing_nullable=False, server_default=None)
        for name in ("part", "who", "hash", "previous", "number", "chain"):
            entry.drop_column(name)
    op.drop_table("audit_head")
    op.drop_table("audit_name")


def _batches(*columns: str) -> Iterator[list[Any]]:
    """Every entry in the order in which it was written, some thousand at a time."""
    last = 0
    chosen = [ENTRY.c[name] for name in columns]
    while True:
        page = sa.select(*chosen).where(ENTRY.c.id > last).order_by(ENTRY.c.id).limit(BATCH)
        rows = list(op.get_bind().execute(page))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _chain_all() -> None:
    heads: dict[int, tuple[int, str]] = {}
    people: dict[tuple[int, int | None, str], str] = {}
    write = (
        sa.update(ENTRY)
        .where(ENTRY.c.id == sa.bindparam("row"))
        .values({name: sa.bindparam(f"v_{name}") for name in ("chain", "number", "previous", "hash", "who")})
        .values(changes=sa.bindparam("v_changes", type_=sa.JSON()))
    )
    columns = ("id", "municipality_id", "at", "day", "user_id", "name", "door", "verb", "subject", "changes")
    for rows in _batches(*columns):
        names: list[dict[str, Any]] = []
        written: list[dict[str, Any]] = []
        for row in rows:
            chain = 0 if row.municipality_id is None else row.municipality_id
            person = chain, row.user_id, row.name
            if person not in people:
                people[person] = _named(names, *person)
            changes = _kept_apart(names, chain, row.subject, row.changes)
            number, previous = heads.get(chain, (0, START))
            number += 1
            told = [row.municipality_id, _instant(row.at), row.day.isoformat(), people[person]]
            told += [row.door, row.verb, row.subject, None, changes]
            own = _hashed(["entry 1", previous, chain, number, *told])
            heads[chain] = number, own
            values = {"chain": chain, "number": number, "previous": previous, "hash": own}
            values |= {"who": people[person], "changes": changes}
            written.append({"row": row.id, **{f"v_{name}": value for name, value in values.items()}})
        if names:
            op.bulk_insert(NAME, names)
        op.get_bind().execute(write, written)
    if heads:
        key = hashlib.sha256(f"seal of the trail {current_app.config['SECRET_KEY']}".encode()).digest()
        rows = [
            {"chain": chain, "length": length, "hash": end, "seal": _seal(key, chain, length, end)}
            for chain, (length, end) in heads.items()
        ]
        op.bulk_insert(HEAD, rows)


def _name_all() -> None:
    found = op.get_bind().execute(sa.select(NAME.c.chain, NAME.c.who, NAME.c.name, NAME.c.user_id))
    names = {(row.chain, row.who): (row.name, row.user_id) for row in found}
    write = (
        sa.update(ENTRY)
        .where(ENTRY.c.id == sa.bindparam("row"))
        .values(name=sa.bindparam("v_name"), user_id=sa.bindparam("v_user_id"))
        .values(changes=sa.bindparam("v_changes", type_=sa.JSON()))
    )
    for rows in _batches("id", "chain", "who", "changes"):
        written = []
        for row in rows:
            name, user_id = names.get((row.chain, row.who), ("", None))
            changes = {
                field: [
                    names.get((row.chain, value["who"]), ("", None))[0]
                    if isinstance(value, dict) and value.keys() == {"who"}
                    else value
                    for value in pair
                ]
                for field, pair in row.changes.items()
            }
            written.append({"row": row.id, "v_name": name[:200], "v_user_id": user_id, "v_changes": changes})
        op.get_bind().execute(write, written)


def _kept_apart(names: list[dict[str, Any]], chain: int, subject: str, changes: dict[str, Any]) -> dict[str, Any]:
    kind = subject.partition(":")[0]
    answer = {}
    for field, pair in changes.items():
        personal = field in PERSONAL or (field == "name" and kind in ("person", "user"))
        if personal:
            pair = [{"who": _named(names, chain, None, str(value))} if value else None for value in pair]
        answer[field] = pair
    return answer


def _named(names: list[dict[str, Any]], chain: int, user_id: int | None, name: str) -> str:
    salt = secrets.token_hex(16)
    who = _hashed(["name 1", salt, name, user_id])
    names.append({"chain": chain, "who": who, "salt": salt, "name": name, "user_id": user_id})
    return who


def _instant(at: datetime) -> str:
    """SQLite hands back instants of UTC without saying so."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")


def _hashed(values: list[Any]) -> str:
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _seal(key: bytes, chain: int, length: int, head: str) -> str:
    return hmac.new(key, json.dumps(["head 1", chain, length, head]).encode(), hashlib.sha256).hexdigest()


def _lock() -> None:
    """Refuse in the database whatever no operation of the application does."""
    if op.get_bind().dialect.name == "sqlite":
        for table, lawful in LAWFUL.items():
            refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} WHEN NOT ({lawful}) {refuse}")
            op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    does = "EXECUTE FUNCTION audit_refuse()"
    for table, lawful in LAWFUL.items():
        op.execute(
            f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({lawful})) {does}"
        )
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {does}")
        op.execute(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {does}")


def _unlock() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in LAWFUL:
        for what in ("update", "delete") if sqlite else ("update", "delete", "truncate"):
            op.execute(f"DROP TRIGGER {table}_{what}" + ("" if sqlite else f" ON {table}"))
    if not sqlite:
        op.execute("DROP FUNCTION audit_refuse()")
