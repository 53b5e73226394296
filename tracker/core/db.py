"""The database: typed base, column types, and how a transaction begins.

`NEVER` is the day that never comes: clock columns hold it instead of null, so that one comparison
(`x.overdue_from <= day`) means the same on an instance, in SQL and under NOT.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NEVER = date.max
#: Before every day that is followed up; a row that no check has seen yet carries it.
LONG_AGO = date.min

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Carries the naming convention that migrations rely on."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(metadata=metadata, type_annotation_map={dict[str, Any]: JSON, list[Any]: JSON})


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:

    class Model(DeclarativeBase):
        """What every mapped class derives from, as type checkers should see it."""

else:
    Model = db.Model

#: 64-bit ids; SQLite only counts by itself on its own INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Instants: aware in Python, UTC in the database (SQLite would hand back naive ones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Hand back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(length: int = 20) -> String:
    """A short code such as a state or a kind, `length` characters at most."""
    return String(length)


def partial_index(name: str, only: str, *columns: str) -> Index:
    """An index over the rows for which the SQL condition `only` holds, the same on both databases."""
    return Index(name, *columns, postgresql_where=text(only), sqlite_where=text(only))


#: Milliseconds that a write on SQLite waits for another one to end; and one that can as well be left.
_WAIT, _SHORT_WAIT = 5_000, 50


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Take transactions out of the driver's hands and switch on what SQLite leaves off."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={_WAIT}", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        how = connection.get_execution_options()
        if how.get("hurried", False):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_SHORT_WAIT}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if how.get("write", False) else "BEGIN")
        finally:
            if how.get("hurried", False):
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_WAIT}")


def begin_write(hurried: bool = False) -> None:
    """Begin the session's transaction as one that writes; a `hurried` one gives up soon where another one goes on.

    On SQLite a transaction that has read and then writes fails at once when somebody else wrote meanwhile,
    so a write that follows a read in one transaction is a programmer's error and raises RuntimeError.
    """
    session = db.session()
    if session.in_transaction():
        if not session.connection().get_execution_options().get("write", False):
            raise RuntimeError("a write began after a read: close the session before the first write")
        return
    session.connection(execution_options={"write": True, "hurried": hurried})


def table_of(model: type[Model]) -> Table:
    """The table of a class: statements on it cost less, as nothing in memory has to follow them."""
    return cast(Table, model.__table__)


def insert_into(model: type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens where a row with the same key is there already."""
    if dialect_name() == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)


def dialect_name() -> str:
    """`sqlite` or `postgresql`."""
    return str(db.engine.dialect.name)
