"""The statements that go to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event

from tracker.core.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database within the block, on the session's own connection."""
    ran: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_others: object) -> None:
        ran.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(connection, "before_cursor_execute", note)
