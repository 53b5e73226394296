"""An agenda as a sheet with our own columns; read back, it changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO, TypeVar

from sqlalchemy import select

from tracker.agenda.models import Budget, Commitment, Milestone, Party
from tracker.core.db import NEVER, db
from tracker.core.i18n import minor_digits
from tracker.core.sheets import write_sheet
from tracker.core.sheets.writing import OutCell
from tracker.exchange.captions import AGENDA
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.models import Partner
from tracker.territory.queries import units_of
from tracker.territory.rules import Place

KINDS = ("csv", "xlsx")
#: Commitments read at a time: memory does not grow with the agenda.
_BATCH = 500
_Row = dict[str, OutCell]
_Owned = TypeVar("_Owned", Milestone, Party, Budget)


def export_agenda(place: Place, day: date, target: BinaryIO, kind: str) -> int:
    """Write the municipality's agenda as of its local `day` as `csv` or `xlsx`; how many rows."""
    count = 0

    def cells() -> Iterator[list[OutCell]]:
        nonlocal count
        for row in rows_of(place, day):
            count += 1
            yield [row.get(field) for field in AGENDA]

    write_sheet(target, kind, list(AGENDA), cells(), "Agenda")
    return count


def rows_of(place: Place, day: date) -> Iterator[_Row]:
    """Field → cell of every commitment in the order it came in, each followed by its milestones."""
    names = _Names(place.id)
    last_id = 0
    while True:
        statement = (
            select(Commitment)
            .where(Commitment.municipality_id == place.id, Commitment.id > last_id)
            .order_by(Commitment.id)
            .limit(_BATCH)
        )
        batch = db.session.scalars(statement).all()
        if not batch:
            return
        ids = [commitment.id for commitment in batch]
        milestones, parties = _owned(place, Milestone, ids), _owned(place, Party, ids)
        budgets = _owned(place, Budget, ids)
        names.learn_partners([*batch, *(party for held in parties.values() for party in held)])
        for commitment in batch:
            row = _commitment(commitment, day) | names.around(commitment, parties.get(commitment.id, []))
            yield row | _budget(commitment, budgets.get(commitment.id, []), day)
            for milestone in milestones.get(commitment.id, []):
                yield _milestone(commitment, milestone, day)
        last_id = ids[-1]


class _Names:
    """Names of what commitments point to."""

    def __init__(self, municipality_id: int) -> None:
        self._units = {unit.id: unit for unit in units_of(municipality_id)}
        self._lines = {line.id: line for line in lines_of(municipality_id)}
        self._actions = {action.id: action for action in actions_of(municipality_id)}
        self._partners: dict[int, str] = {}

    def learn_partners(self, rows: Sequence[Commitment | Party]) -> None:
        """Read the names of partners that are not known yet."""
        ids = sorted({row.partner_id for row in rows if row.partner_id is not None} - self._partners.keys())
        for start in range(0, len(ids), _BATCH):
            names = select(Partner.id, Partner.name).where(Partner.id.in_(ids[start : start + _BATCH]))
            self._partners |= {found.id: found.name for found in db.session.execute(names)}

    def around(self, commitment: Commitment, parties: Sequence[Party]) -> _Row:
        """Lead, co-responsibles, partners, line and action. A unit's only person stands as the responsible."""
        unit = self._units.get(commitment.unit_id or 0)
        partners = [self._partners[commitment.partner_id]] if commitment.partner_id is not None else []
        partners += [
            self._partners[p.partner_id] for p in parties if p.kind == "supporter" and p.partner_id is not None
        ]
        shared = [self._party(party) for party in parties if party.kind == "co_responsible"]
        people = unit.people if unit else []
        action = self._actions.get(commitment.action_id or 0)
        line = self._lines[action.line_id] if action else None
        return {
            "unit": unit.name if unit else None,
            "unit_email": unit.mailbox if unit else None,
            "co_units": "; ".join(shared) or None,
            "responsible": people[0].name if len(people) == 1 else None,
            "responsible_email": people[0].email if len(people) == 1 else None,
            "partner": "; ".join(partners) or None,
            "line": line.title if line else None,
            "action": action.title if action and line and action.title != line.title else None,
        }

    def _party(self, party: Party) -> str:
        if party.unit_id is not None:
            return self._units[party.unit_id].name
        return self._partners[party.partner_id or 0]


def _dated(row: Commitment | Milestone, day: date) -> _Row:
    return {
        "code": row.code or None,
        "title": row.title,
        "due_on": row.due_on,
        "due_precision": row.due_precision if row.due_on else None,
        "completed_on": row.completed_on if row.completed_on != NEVER and not row.completion_not_stated else None,
        "state": row.stage_on(day),
        "closing_note": row.end_reason if row.cancelled_on != NEVER else None,
    }


def _commitment(commitment: Commitment, day: date) -> _Row:
    row = _dated(commitment, day) | {
        "description": commitment.description,
        "start_on": commitment.start_on,
        "progress": commitment.progress,
        "quantity": _short(commitment.quantity),
        "measure": commitment.measure,
        "delivered": _short(commitment.delivered) if commitment.delivered else None,
        "outcome": commitment.outcome,
        "verification": commitment.verification,
        "public": "yes" if commitment.public else "no",
    }
    return row | ({"closing_note": commitment.closing_note} if commitment.cancelled_on == NEVER else {})


def _milestone(commitment: Commitment, milestone: Milestone, day: date) -> _Row:
    return _dated(milestone, day) | {"milestone_of": commitment.code, "weight": milestone.weight}


def _budget(commitment: Commitment, budgets: Sequence[Budget], day: date) -> _Row:
    """The one amount a row has room for: of the year an import would write, else the latest."""
    year = (commitment.due_on or commitment.start_on or day).year
    if not budgets:
        return {}
    budget = min(budgets, key=lambda b: (b.fiscal_year != year, -b.fiscal_year, b.id))
    amount = Decimal(budget.assigned_minor).scaleb(-minor_digits(budget.currency))
    return {"budget": _short(amount), "currency": budget.currency, "source_of_funds": budget.source}


def _short(number: Decimal | None) -> Decimal | None:
    """Without zeros at its end, and without an exponent."""
    if number is None:
        return None
    return Decimal(format(number.normalize(), "f"))


def _owned(place: Place, model: type[_Owned], ids: Sequence[int]) -> dict[int, list[_Owned]]:
    found: dict[int, list[_Owned]] = {}
    statement = select(model).where(model.municipality_id == place.id, model.commitment_id.in_(ids))
    for row in db.session.scalars(statement.order_by(model.id)):
        found.setdefault(row.commitment_id, []).append(row)
    return found
