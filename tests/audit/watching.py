"""What is written while something happens, by table; seen where statements leave for the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tracker.core.db import db

#: Tables that hold no facts: the trail itself, what is reckoned from facts, what waits or was noted on the way.
NO_FACTS = frozenset(
    {
        *("audit_entry", "audit_name", "audit_head", "submission"),
        *("standing", "watch", "notice", "digest", "outbox_mail", "mail_try", "unsubscribe_link"),
        *("job_run", "place_check", "tick_pulse", "login_session", "sign_in_attempt"),
        *("import_run", "remembered_mapping"),
        # Wishes and keys on the way to a change that has an entry of its own.
        *("password_reset", "address_change", "recovery_code"),
    }
)
_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)


@contextmanager
def watched(bind: Any = None) -> Iterator[set[str]]:
    """The names of tables of facts that are written within the block."""
    written: set[str] = set()
    bind = db.engine if bind is None else bind

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = _WRITES.match(statement)
        if found and found[1].lower() not in NO_FACTS:
            written.add(found[1].lower())

    event.listen(bind, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(bind, "before_cursor_execute", note)
