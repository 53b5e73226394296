"""Commitments and milestones as cells under our own columns; read back, they change nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select

from tracker.agenda.models import Budget, Commitment, Milestone, Party
from tracker.agenda.rules import stage_on
from tracker.core.db import NEVER, db
from tracker.core.i18n import minor_digits
from tracker.core.sheets import OutCell
from tracker.exchange.leaving.names import Names
from tracker.territory.rules import Place

#: Commitments read at a time: memory does not grow with the agenda.
_BATCH = 500


class Leaving(NamedTuple):
    """A row: what it is about, and its cells by field; a field that has none is empty."""

    commitment_id: int
    #: None for the commitment itself.
    milestone_id: int | None
    cells: dict[str, OutCell]

    @property
    def ref(self) -> str:
        """The row's own name while it is outside: it stays when title, date and place in the sheet change."""
        return f"c{self.commitment_id}" + (f"m{self.milestone_id}" if self.milestone_id is not None else "")


def rows_of(place: Place, ids: Sequence[int], day: date) -> Iterator[Leaving]:
    """Rows of these commitments of the municipality in this order, each followed by its milestones, as of `day`."""
    names = Names(place.id)
    for start in range(0, len(ids), _BATCH):
        yield from _some(place, list(ids[start : start + _BATCH]), day, names)


def _of_these(*columns: Any) -> Select[Any]:
    """A statement that reads columns of what belongs to the commitments asked about."""
    model = columns[0].class_
    owner = model.id if model is Commitment else model.commitment_id
    return (
        select(*columns)
        .where(model.municipality_id == bindparam("place"), owner.in_(bindparam("ids", expanding=True)))
        .order_by(model.id)
    )


_DATED: tuple[str, ...] = (
    "id",
    "code",
    "title",
    "due_on",
    "due_precision",
    "begun_on",
    "completed_on",
    "cancelled_on",
)
_DATED += ("completion_not_stated", "end_reason")
_PLAIN: tuple[str, ...] = (
    "description",
    "start_on",
    "progress",
    "quantity",
    "measure",
    "delivered",
    "outcome",
    "closing_note",
)
_PLAIN += ("verification", "public", "unit_id", "partner_id", "action_id")
#: Plain columns instead of instances: nobody writes to them, and they cost a third.
_COMMITMENTS = _of_these(*[getattr(Commitment, name) for name in (*_DATED, *_PLAIN)])
_MILESTONES = _of_these(Milestone.commitment_id, Milestone.weight, *[getattr(Milestone, name) for name in _DATED])
_PARTIES = _of_these(Party.commitment_id, Party.kind, Party.unit_id, Party.partner_id)
_BUDGETS = _of_these(
    *(Budget.commitment_id, Budget.id, Budget.fiscal_year, Budget.source, Budget.currency, Budget.assigned_minor),
    *(Budget.current_minor, Budget.executed_minor, Budget.paid_minor),
)


def _some(place: Place, ids: list[int], day: date, names: Names) -> Iterator[Leaving]:
    asked = {"place": place.id, "ids": ids}
    commitments = {row.id: row for row in db.session.execute(_COMMITMENTS, asked)}
    milestones = _by_commitment(db.session.execute(_MILESTONES, asked))
    parties = _by_commitment(db.session.execute(_PARTIES, asked))
    budgets = _by_commitment(db.session.execute(_BUDGETS, asked))
    names.learn_partners([*commitments.values(), *(party for held in parties.values() for party in held)])
    for commitment_id in ids:
        row = commitments.get(commitment_id)
        if row is None:
            continue
        cells = _dated(row, day)
        cells.update(_own(row))
        cells.update(names.around(row, parties.get(row.id, ())))
        if row.id in budgets:
            cells.update(_budget(row, budgets[row.id], day))
        yield Leaving(row.id, None, cells)
        for step in milestones.get(row.id, ()):
            cells = _dated(step, day)
            cells["milestone_of"], cells["weight"] = row.code, step.weight
            yield Leaving(row.id, step.id, cells)


def _by_commitment(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.commitment_id, []).append(row)
    return found


def _dated(row: Row[Any], day: date) -> dict[str, OutCell]:
    stated = row.completed_on != NEVER and not row.completion_not_stated
    return {
        "code": row.code or None,
        "title": row.title,
        "due_on": row.due_on,
        "due_precision": row.due_precision if row.due_on else None,
        "completed_on": row.completed_on if stated else None,
        "state": stage_on(row, day),
        "closing_note": row.end_reason if row.cancelled_on != NEVER else None,
    }


def _own(row: Row[Any]) -> dict[str, OutCell]:
    cells = {
        "description": row.description,
        "start_on": row.start_on,
        "progress": row.progress,
        "quantity": _short(row.quantity),
        "measure": row.measure,
        "delivered": _short(row.delivered) if row.delivered else None,
        "outcome": row.outcome,
        "verification": row.verification,
        "public": "yes" if row.public else "no",
    }
    return cells | ({"closing_note": row.closing_note} if row.cancelled_on == NEVER else {})


def _budget(row: Row[Any], budgets: Sequence[Row[Any]], day: date) -> dict[str, OutCell]:
    """The one year and source a row has room for: of the year an import would write, else the latest."""
    year = (row.due_on or row.start_on or day).year
    budget = min(budgets, key=lambda b: (b.fiscal_year != year, -b.fiscal_year, b.id))
    digits = minor_digits(budget.currency)

    def whole(minor: int | None) -> Decimal | None:
        return None if minor is None else _short(Decimal(minor).scaleb(-digits))

    return {
        "budget": whole(budget.assigned_minor),
        "currency": budget.currency,
        "source_of_funds": budget.source,
        "fiscal_year": budget.fiscal_year,
        "budget_current": whole(budget.current_minor),
        "budget_executed": whole(budget.executed_minor),
        "budget_paid": whole(budget.paid_minor),
    }


def _short(number: Decimal | None) -> Decimal | None:
    """Without zeros at its end, and without an exponent."""
    if number is None:
        return None
    return Decimal(format(number.normalize(), "f"))
