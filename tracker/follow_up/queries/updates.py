"""Reads of updates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from tracker.agenda.models import Attachment
from tracker.core.db import db
from tracker.follow_up.models import Evidence, InternalNote, ProgressUpdate
from tracker.follow_up.rules import PEOPLE

_UPDATES = (
    select(ProgressUpdate)
    .where(
        ProgressUpdate.municipality_id == bindparam("place"),
        ProgressUpdate.commitment_id == bindparam("commitment"),
    )
    .order_by(ProgressUpdate.id.desc())
    .limit(bindparam("limit"))
)
_SUMS = [func.sum(getattr(ProgressUpdate, f"{name}_count")) for name in PEOPLE]
#: The sums are of all updates, not only of the newest.
_UPDATES_AND_PEOPLE = _UPDATES.add_columns(*[total.over() for total in _SUMS])
_PEOPLE = select(*_SUMS).where(
    ProgressUpdate.municipality_id == bindparam("place"), ProgressUpdate.commitment_id == bindparam("commitment")
)


def people_reached(municipality_id: int, commitment_id: int) -> dict[str, int | None]:
    """How many people all updates of a commitment say were reached, by PEOPLE; None where none said anything."""
    found = db.session.execute(_PEOPLE, {"place": municipality_id, "commitment": commitment_id}).one()
    return _by_name(found)


def updates_and_people(
    municipality_id: int, commitment_id: int, limit: int = 100
) -> tuple[list[ProgressUpdate], dict[str, int | None]]:
    """The newest updates of a commitment, newest first, and the people that all of them reached, in one go."""
    asked = {"place": municipality_id, "commitment": commitment_id, "limit": limit}
    rows = db.session.execute(_UPDATES_AND_PEOPLE, asked).all()
    return [row[0] for row in rows], _by_name(rows[0][1:] if rows else (None,) * len(PEOPLE))


def _by_name(totals: Iterable[Any]) -> dict[str, int | None]:
    return {name: None if total is None else int(total) for name, total in zip(PEOPLE, totals, strict=True)}


_FILES = (
    select(Attachment, Evidence.update_id)
    .outerjoin(
        Evidence,
        (Evidence.municipality_id == Attachment.municipality_id) & (Evidence.attachment_id == Attachment.id),
    )
    .where(Attachment.municipality_id == bindparam("place"), Attachment.commitment_id == bindparam("commitment"))
    .order_by(Attachment.id)
)


def files_on(municipality_id: int, commitment_id: int) -> tuple[list[Attachment], dict[int, list[Attachment]]]:
    """(acts of a commitment, files that show what its updates say by the id of the update), oldest first."""
    acts: list[Attachment] = []
    shown: dict[int, list[Attachment]] = {}
    for file, update_id in db.session.execute(_FILES, {"place": municipality_id, "commitment": commitment_id}):
        if update_id:
            shown.setdefault(update_id, []).append(file)
        elif file.kind == "act":
            acts.append(file)
    return acts, shown


_NOTES = (
    select(InternalNote)
    .where(
        InternalNote.municipality_id == bindparam("place"), InternalNote.commitment_id == bindparam("commitment")
    )
    .order_by(InternalNote.id.desc())
    .limit(bindparam("limit"))
)


def notes_on(municipality_id: int, commitment_id: int, limit: int = 50) -> Sequence[InternalNote]:
    """The newest notes that people of the municipality keep on a commitment, newest first."""
    asked = {"place": municipality_id, "commitment": commitment_id, "limit": limit}
    return db.session.scalars(_NOTES, asked).all()


def noted_since(municipality_id: int, since: datetime | None) -> list[tuple[int, str]]:
    """(id of the commitment, by whom) of the notes kept since an instant, oldest first."""
    note = InternalNote
    kept = select(note.commitment_id, note.by).where(note.municipality_id == municipality_id).order_by(note.id)
    if since is not None:
        kept = kept.where(note.at >= since)
    return [(row.commitment_id, row.by) for row in db.session.execute(kept)]
