"""Noting who of the administration looked at what; no part of the trail."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.accounts.models import Look
from tracker.core.db import db, insert_into

#: How long it is known who looked.
LOOKS_KEPT = timedelta(days=400)


def note_look(user_id: int, name: str, municipality_id: int, path: str, now: datetime) -> None:
    """Note that somebody looked at a page of a municipality, and forget looks that are long past."""
    row = {"at": now, "user_id": user_id, "name": name, "municipality_id": municipality_id, "path": path[:200]}
    db.session.execute(insert_into(Look).values(**row, hour=now.isoformat()[:13]).on_conflict_do_nothing())
    db.session.execute(delete(Look).where(Look.at < now - LOOKS_KEPT))
