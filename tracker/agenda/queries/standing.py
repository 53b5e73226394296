"""Standings: what they say, and whether they say what the rows say."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from tracker.agenda.models import STANDING_COUNTS, Standing, Watch
from tracker.agenda.queries.counting import live_counts
from tracker.core.db import NEVER, db

_CHUNK = 500
_OF = select(Standing).where(Standing.municipality_id == bindparam("place"))
_NOW = _OF.where(Standing.until_on == NEVER)


def standing_of(municipality_id: int, day: date | None = None) -> Standing | None:
    """The standing of a municipality: today's, or the one that held on a past day."""
    if day is None:
        return db.session.scalar(_NOW, {"place": municipality_id})
    held = _OF.where(Standing.from_on <= day, day < Standing.until_on)
    return db.session.scalar(held, {"place": municipality_id})


def differences() -> tuple[int, list[dict[str, Any]]]:
    """(municipalities looked at, those whose standing is not what their rows say as of its last count)."""
    watches = db.session.execute(
        select(Watch.municipality_id, Watch.counted_on).order_by(Watch.municipality_id)
    ).all()
    different: list[dict[str, Any]] = []
    for start in range(0, len(watches), _CHUNK):
        chunk = watches[start : start + _CHUNK]
        different += _compare({row[0]: row[1] for row in chunk})
    return len(watches), different


def _compare(days: dict[int, date]) -> list[dict[str, Any]]:
    counted = live_counts(days)
    held = {s.municipality_id: s for s in standings_now(list(days))}
    answer = []
    for municipality_id, counts in counted.items():
        standing = held.get(municipality_id)
        wrong = {
            name: [getattr(standing, name) if standing else None, counts[name]]
            for name in STANDING_COUNTS
            if (getattr(standing, name) if standing else (0 if counts[name] is not None else None)) != counts[name]
        }
        if wrong:
            answer.append(
                {
                    "municipality_id": municipality_id,
                    "standing_and_count": {k: [str(v) for v in pair] for k, pair in wrong.items()},
                }
            )
    return answer


def standings_now(municipality_ids: Sequence[int]) -> Sequence[Standing]:
    """Today's standings of these municipalities."""
    return db.session.scalars(
        select(Standing).where(Standing.municipality_id.in_(municipality_ids), Standing.until_on == NEVER)
    ).all()
