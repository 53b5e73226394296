"""What a municipality has already, read once in a handful of statements, in dictionaries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from tracker.agenda.intake.incoming import Incoming, Terms
from tracker.agenda.models import Budget, Commitment, Milestone, Party
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.sheets import fold
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.models import Partner, Unit
from tracker.territory.queries import partners_called, units_of
from tracker.territory.rules import Place, name_key

_BATCH = 500
_Owned = TypeVar("_Owned", Milestone, Party, Budget)


class Stock:
    """Rows of a municipality that the incoming ones may match, and the names they may use."""

    def __init__(self, municipality_id: int, rows: Sequence[Incoming]) -> None:
        """Read for the municipality, which must be held."""
        self.municipality_id = municipality_id
        self.commitments = {c.code_key: c for c in self._commitments(rows)}
        #: Those that rows without a code are about, by `row_key`.
        self.by_row: dict[str, Commitment] = {}
        ids = [c.id for c in self.commitments.values()]
        self.milestones = self._owned(Milestone, ids)
        self.parties = self._owned(Party, ids)
        self.budgets = self._owned(Budget, ids)
        self.units: dict[str, Unit] = {unit.name_key: unit for unit in units_of(municipality_id)}
        self.unit_by_id = {unit.id: unit for unit in self.units.values()}
        self.partners = partners_called(_partner_keys(rows))
        self.partner_by_id = {partner.id: partner for partner in self.partners.values()}
        self._add_partners({c.partner_id for c in self.commitments.values()})
        self._add_partners({p.partner_id for parties in self.parties.values() for p in parties})
        self.lines = {line.id: line for line in lines_of(municipality_id)}
        self.actions = {action.id: action for action in actions_of(municipality_id)}
        #: By title and unit, and by title alone for sheets without units (None).
        self._by_title: dict[tuple[str, str | None], list[Commitment]] = {}
        for commitment in self.commitments.values():
            unit = self.unit_by_id.get(commitment.unit_id or 0)
            for unit_key in (unit.name_key if unit else "", None):
                self._by_title.setdefault((title_key(commitment.title), unit_key), []).append(commitment)

    def match(self, row: Incoming) -> Commitment | None:
        """The commitment this row is about: by code, case ignored, else by title and unit."""
        if row.code:
            return self.commitments.get(row.code.lower())
        unit_key = name_key(row.unit) if "unit" in row.given else None
        alike = self._by_title.get((title_key(row.title), unit_key), [])
        return alike[row.ordinal] if row.ordinal < len(alike) else None

    def by_key(self, key: str) -> Commitment | None:
        """The commitment with this code (in lower case) or `row_key`."""
        return self.commitments.get(key) or self.by_row.get(key)

    def _commitments(self, rows: Sequence[Incoming]) -> Iterable[Commitment]:
        own = select(Commitment).where(Commitment.municipality_id == self.municipality_id)
        if any(not row.code and not row.milestone_of for row in rows):
            return db.session.scalars(own.order_by(Commitment.id)).all()
        keys = sorted({(row.milestone_of or row.code).lower() for row in rows})
        found: list[Commitment] = []
        for start in range(0, len(keys), _BATCH):
            batch = own.where(Commitment.code_key.in_(keys[start : start + _BATCH]))
            found += db.session.scalars(batch.order_by(Commitment.id))
        return found

    def _owned(self, model: type[_Owned], ids: Sequence[int]) -> dict[int, list[_Owned]]:
        found: dict[int, list[_Owned]] = {}
        for start in range(0, len(ids), _BATCH):
            statement = select(model).where(
                model.municipality_id == self.municipality_id,
                model.commitment_id.in_(ids[start : start + _BATCH]),
            )
            for row in db.session.scalars(statement.order_by(model.id)):
                found.setdefault(row.commitment_id, []).append(row)
        return found

    def _add_partners(self, ids: set[int | None]) -> None:
        missing = sorted({i for i in ids if i is not None} - set(self.partner_by_id))
        for start in range(0, len(missing), _BATCH):
            statement = select(Partner).where(Partner.id.in_(missing[start : start + _BATCH]))
            for partner in db.session.scalars(statement):
                self.partner_by_id[partner.id] = partner
                self.partners[partner.name_key] = partner


@dataclass(frozen=True)
class Taking:
    """One import under way: who acts, where, on what terms, and what is there already."""

    act: Act
    place: Place
    terms: Terms
    stock: Stock

    @property
    def sign_on(self) -> date:
        """The day the sheet speaks of, the day of the act at the latest."""
        return min(self.terms.as_of or self.act.day, self.act.day)


def title_key(title: str) -> str:
    """Titles with equal keys are the same title: white space and case do not count."""
    return fold(title).casefold()


def _partner_keys(rows: Sequence[Incoming]) -> list[str]:
    names = {name for row in rows for name in (*row.partners, *row.co_units)}
    return sorted({name_key(name) for name in names})
