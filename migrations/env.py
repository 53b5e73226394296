"""Runs migrations with the application's own engine; batch mode so that SQLite can follow."""

from pathlib import Path

from alembic import context
from flask import current_app
from sqlalchemy import text

db = current_app.extensions["migrate"].db
#: Names the lock that lets the second of two starts wait until the first has migrated.
LOCK = 7_261_530


def run_migrations_online() -> None:
    """Bring the database of the present application to the wanted revision, in one transaction."""
    url = db.engine.url
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # On SQLite the transaction is the lock: it writes from the first statement on.
    with db.engine.connect().execution_options(write=True) as connection:
        if is_sqlite:
            # Batch mode rebuilds tables; told to the driver, as inside a transaction SQLite ignores it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            # The second of two starts waits until the first has migrated, however slow the machine.
            connection.connection.driver_connection.execute("PRAGMA busy_timeout=120000")
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True
        )
        with context.begin_transaction():
            if not is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
            connection.connection.driver_connection.execute("PRAGMA busy_timeout=5000")


run_migrations_online()
