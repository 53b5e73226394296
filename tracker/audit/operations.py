"""Writing the trail."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.audit.models import Act, AuditEntry, Submission
from tracker.audit.rules import click_key
from tracker.core.db import NEVER, db


def record(
    act: Act, verb: str, municipality_id: int | None, subject: str, changes: Mapping[str, tuple[Any, Any]]
) -> None:
    """Add one line to the trail in the caller's transaction.

    `changes` is field → (before, after); equal pairs are left out; days become ISO text, NEVER becomes null.
    """
    kept = {field: [_plain(old), _plain(new)] for field, (old, new) in changes.items() if old != new}
    db.session.add(
        AuditEntry(
            municipality_id=municipality_id,
            at=act.at,
            day=act.day,
            user_id=act.user_id,
            name=act.name,
            door=act.door,
            verb=verb,
            subject=subject,
            changes=kept,
        )
    )


def remember_submission(form_id: str, act: Act, result_url: str) -> None:
    """Note in the caller's transaction that this form has been taken in and what came of it."""
    if form_id:
        key = click_key(form_id, act.user_id)
        db.session.add(Submission(form_id=key, user_id=act.user_id, at=act.at, result_url=result_url))


def _plain(value: Any) -> Any:
    if value == NEVER:
        return None
    if isinstance(value, date | Decimal):
        return value.isoformat() if isinstance(value, date) else format(value.normalize(), "f")
    return value
