"""Reading the trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import aliased

from tracker.audit.models import AuditEntry, AuditName, Submission
from tracker.audit.rules import WHO, Told, click_key, names_in
from tracker.core.db import db

#: Stands for a name among the changes that was taken out on a lawful request.
TAKEN_OUT = object()
#: Names asked for in one statement.
_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """An entry as people read it: names in their places, None for who did it where that name was taken out."""

    told: Told
    name: str | None
    #: {field: (before, after)}; a name that was taken out is TAKEN_OUT.
    changes: dict[str, tuple[Any, Any]]


def since(*verbs: str) -> ColumnElement[bool]:
    """A condition on AuditEntry: nothing of the kind `verbs` happened to the whole of its subject after it.

    What was removed (`remove`) may have left its number to a later thing, whose history begins after that.
    """
    later = aliased(AuditEntry)
    begins = case((later.verb == "remove", later.number + 1), else_=later.number)
    began = (
        select(func.coalesce(func.max(begins), 0))
        .where(
            later.municipality_id == AuditEntry.municipality_id,
            later.subject == AuditEntry.subject,
            later.verb.in_(verbs),
            later.part.is_(None),
        )
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    return AuditEntry.number >= began


_ABOUT = (
    select(AuditEntry)
    .where(
        AuditEntry.municipality_id == bindparam("place"),
        AuditEntry.subject.in_(bindparam("subjects", expanding=True)),
        since("remove"),
    )
    .order_by(AuditEntry.number.desc())
    .limit(bindparam("limit"))
)


def entries_about(municipality_id: int, subjects: Sequence[str], limit: int = 100) -> list[Line]:
    """The newest `limit` entries about these subjects (`commitment:12`) of one municipality, newest first."""
    asked = {"place": municipality_id, "subjects": list(subjects), "limit": limit}
    return lines_of(db.session.scalars(_ABOUT, asked).all())


def newest_of(subject: str, verb: str, limit: int) -> list[Line]:
    """The newest `limit` entries of one kind about a subject in any chain, newest first within each."""
    of_kind = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.verb == verb)
    entries = db.session.scalars(of_kind.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)).all()
    chains = dict.fromkeys(entry.chain for entry in entries)
    return [line for chain in chains for line in lines_of([entry for entry in entries if entry.chain == chain])]


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    """Entries of one chain with their names, all of them asked for at once."""
    if not entries:
        return []
    hashes = {entry.who for entry in entries}
    for entry in entries:
        hashes.update(names_in(entry.changes))
    names = names_at(entries[0].chain, hashes)
    return [_line(entry, names) for entry in entries]


def names_at(chain: int, hashes: Iterable[str]) -> dict[str, str]:
    """Names of a chain by the hash that stands for them; those that were taken out are missing."""
    wanted = sorted(hashes)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        batch = AuditName.who.in_(wanted[start : start + _AT_ONCE])
        kept = select(AuditName.who, AuditName.name).where(AuditName.chain == chain, batch, AuditName.salt != "")
        found |= {row.who: row.name for row in db.session.execute(kept)}
    return found


def result_of_submission(form_id: str, user_id: int | None) -> str | None:
    """Where the first click of this form by this person led, or None when it is new."""
    if not form_id:
        return None
    return db.session.scalar(
        select(Submission.result_url).where(
            Submission.form_id == click_key(form_id, user_id), Submission.user_id == user_id
        )
    )


def told_of(entry: AuditEntry) -> Told:
    """The plain values of an entry."""
    return Told(**{name.name: getattr(entry, name.name) for name in fields(Told)})


def _line(entry: AuditEntry, names: dict[str, str]) -> Line:
    changes = {
        field: (_named(before, names), _named(after, names)) for field, (before, after) in entry.changes.items()
    }
    return Line(told_of(entry), names.get(entry.who), changes)


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict) and value.keys() == {WHO}:
        return names.get(value[WHO], TAKEN_OUT)
    return value
