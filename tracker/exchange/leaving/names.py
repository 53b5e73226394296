"""What the things are called that commitments point to."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from tracker.core.db import db
from tracker.core.sheets import OutCell
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.models import Partner
from tracker.territory.queries import units_of

_PARTNERS = select(Partner.id, Partner.name).where(Partner.id.in_(bindparam("ids", expanding=True)))


class Names:
    """Names of a municipality's units, people, lines and actions; of partners as they are met."""

    def __init__(self, municipality_id: int) -> None:
        self._unit_names: dict[int, str] = {}
        self._leads: dict[int, dict[str, OutCell]] = {}
        for unit in units_of(municipality_id):
            alone = unit.people[0] if len(unit.people) == 1 else None
            self._unit_names[unit.id] = unit.name
            self._leads[unit.id] = {
                "unit": unit.name,
                "unit_email": unit.mailbox,
                "responsible": alone.name if alone else None,
                "responsible_email": alone.email if alone else None,
            }
        lines = {line.id: line.title for line in lines_of(municipality_id)}
        self._actions: dict[int, dict[str, OutCell]] = {
            action.id: {
                "line": lines[action.line_id],
                "action": action.title if action.title != lines[action.line_id] else None,
            }
            for action in actions_of(municipality_id)
        }
        self._partners: dict[int, str] = {}

    def learn_partners(self, rows: Iterable[Row[Any]]) -> None:
        """Read the names of partners not met before."""
        missing = {row.partner_id for row in rows if row.partner_id is not None} - set(self._partners)
        if missing:
            found = db.session.execute(_PARTNERS, {"ids": sorted(missing)})
            self._partners |= {partner.id: partner.name for partner in found}

    def around(self, commitment: Row[Any], parties: Sequence[Row[Any]]) -> dict[str, OutCell]:
        """Who leads and takes part, and where it hangs in the plan."""
        cells: dict[str, OutCell] = {}
        if commitment.unit_id is not None:
            cells.update(self._leads[commitment.unit_id])
        if commitment.action_id is not None:
            cells.update(self._actions[commitment.action_id])
        partners = [commitment.partner_id] if commitment.partner_id is not None else []
        if parties:
            supporters = [p.partner_id for p in parties if p.kind == "supporter" and p.partner_id is not None]
            named = [p for p in parties if p.kind == "co_responsible" and (p.unit_id or p.partner_id)]
            shared = [self._party(party) for party in named]
            partners += supporters
            cells["co_units"] = "; ".join(shared) or None
        if partners:
            cells["partner"] = "; ".join(self._partners[partner_id] for partner_id in partners)
        return cells

    def _party(self, party: Row[Any]) -> str:
        if party.unit_id is not None:
            return self._unit_names[party.unit_id]
        return self._partners[party.partner_id]
