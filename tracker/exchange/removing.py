"""Taking rows away that an import made: those that others lean on stay, the trail names each that goes."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, and_, delete, exists, false, or_, select

from tracker.agenda.models import Milestone
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import Base, db, table_of
from tracker.exchange.bringing.footprint import TABLES
from tracker.territory.models import Partner

_BATCH = 500
#: Rows that other rows may have come to lean on: they go only where nobody does.
_SHARED = ("unit_person", "action", "line", "plan", "unit")
#: What the trail calls the rows of a table.
_TOLD = {name: name for name in ("unit", "plan", "line", "action", "commitment", "milestone")} | {
    "unit_person": "person"
}


def remove_rows(act: Act, made: Mapping[str, Sequence[int]], municipality_id: int) -> None:
    """Rows go, the trail says so: what gets the number of one of them later has a history of its own."""
    steps = dict(_commitment_of_milestone(municipality_id, made.get("milestone", [])))
    for name in reversed(TABLES):
        if name == "watch":
            continue
        table, ids = TABLES[name], made.get(name, [])
        for start in range(0, len(ids), _BATCH):
            mine = [table.c.municipality_id == municipality_id, table.c.id.in_(ids[start : start + _BATCH])]
            if name in _SHARED:
                mine.append(~_leaned_on(table))
            gone = sorted(db.session.scalars(delete(table).where(*mine).returning(table.c.id)))
            for key in gone if name in _TOLD else ():
                subject = f"{_TOLD[name]}:{key}"
                whole = f"commitment:{steps[key]}" if name == "milestone" else subject
                record(act, "remove", municipality_id, whole, {}, subject if whole != subject else None)


def _commitment_of_milestone(municipality_id: int, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(ids), _BATCH):
        mine = Milestone.municipality_id == municipality_id, Milestone.id.in_(ids[start : start + _BATCH])
        yield from db.session.execute(select(Milestone.id, Milestone.commitment_id).where(*mine))


def remove_partners(act: Act, ids: Sequence[int]) -> None:
    """Partners are shared by all municipalities: those that the import made go where nobody names them."""
    table = table_of(Partner)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        unnamed = delete(table).where(table.c.id.in_(batch), ~_leaned_on(table)).returning(table.c.id)
        for key in sorted(db.session.scalars(unnamed)):
            record(act, "remove", None, f"partner:{key}", {})


def _leaned_on(table: Table) -> ColumnElement[bool]:
    """Whether any row of any table refers to a row of this one."""
    found: list[ColumnElement[bool]] = []
    for other in Base.metadata.sorted_tables:
        for constraint in other.foreign_key_constraints:
            if constraint.referred_table is table:
                pairs = [key.parent == key.column for key in constraint.elements]
                found.append(exists(select(1).select_from(other).where(and_(*pairs)).correlate(table)))
    return or_(*found) if found else false()
