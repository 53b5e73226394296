"""What a write leaves in the rows of a municipality: found by comparing them before and after.

Whatever the write is made of, nothing escapes: rows made, columns changed, rows removed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party, Watch
from tracker.core.db import Model, db, table_of
from tracker.plan.models import Action, Line, Plan
from tracker.territory.models import Unit, UnitPerson

#: In an order in which they can be made; removed the other way round.
MODELS: tuple[type[Model], ...] = (
    Unit,
    UnitPerson,
    Plan,
    Line,
    Action,
    Watch,
    Commitment,
    Milestone,
    Party,
    DateChange,
    Budget,
)
TABLES: dict[str, Table] = {table_of(model).name: table_of(model) for model in MODELS}
#: Of the watch only the numbers given out belong to a write; the rest is what ticks note.
_ONLY = {"watch": ("municipality_id", "last_number")}

#: Table → key of a row → its columns.
Rows = dict[str, dict[int, dict[str, Any]]]


@dataclass
class Footprint:
    """Rows by table and key."""

    made: dict[str, list[int]] = field(default_factory=dict)
    #: Columns as they were before, and as they were left.
    before: Rows = field(default_factory=dict)
    after: Rows = field(default_factory=dict)
    #: Whole rows that are gone.
    removed: Rows = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "made": self.made,
            **{name: _plain_rows(getattr(self, name)) for name in ("before", "after", "removed")},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Footprint":
        """The same again."""
        rows = {name: _own_rows(kept.get(name, {})) for name in ("before", "after", "removed")}
        return cls(made=dict(kept.get("made", {})), **rows)


def rows_at(municipality_id: int) -> Rows:
    """Every row of a municipality that an import may touch; the municipality is held."""
    db.session.flush()
    answer: Rows = {}
    for name, table in TABLES.items():
        columns = [table.c[column] for column in _ONLY.get(name, ())] or list(table.c)
        key = _key_of(table)
        found = db.session.execute(select(*columns).where(table.c.municipality_id == municipality_id))
        answer[name] = {row[key]: dict(row) for row in found.mappings()}
    return answer


def footprint_of(before: Rows, after: Rows) -> Footprint:
    """What lies between two looks at the same municipality."""
    found = Footprint()
    for name in TABLES:
        old, new = before[name], after[name]
        found.made[name] = sorted(set(new) - set(old))
        found.removed[name] = {key: old[key] for key in set(old) - set(new)}
        for key in set(old) & set(new):
            changed = [column for column, value in old[key].items() if new[key][column] != value]
            if changed:
                found.before.setdefault(name, {})[key] = {column: old[key][column] for column in changed}
                found.after.setdefault(name, {})[key] = {column: new[key][column] for column in changed}
    return found


def _key_of(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


def _plain_rows(rows: Rows) -> dict[str, Any]:
    return {
        name: {str(key): {column: _plain(value) for column, value in row.items()} for key, row in held.items()}
        for name, held in rows.items()
        if held
    }


def _own_rows(kept: Mapping[str, Any]) -> Rows:
    return {
        name: {int(key): {column: _own(value) for column, value in row.items()} for key, row in held.items()}
        for name, held in kept.items()
    }


def _plain(value: Any) -> Any:
    """As JSON holds it, with its kind where JSON has none."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value


def _own(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        kind, text = next(iter(value.items()))
        return _READ[kind](text) if kind in _READ else value
    return value


_READ: dict[str, Callable[[str], Any]] = {
    "at": datetime.fromisoformat,
    "day": date.fromisoformat,
    "number": Decimal,
}
