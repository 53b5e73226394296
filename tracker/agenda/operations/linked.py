"""What a commitment hangs on, in words for the trail: an id says nothing once its row is gone."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from tracker.agenda.models import Budget, Commitment, Party
from tracker.core.db import db
from tracker.core.i18n import minor_digits
from tracker.plan.models import Action
from tracker.territory.models import Partner, Unit

#: Figure of the money → what the trail calls it.
MONEY_FIELDS = {
    "assigned": "money",
    "current": "money_current",
    "executed": "money_executed",
    "paid": "money_paid",
}


def linked_words(commitment: Commitment) -> dict[str, str | None]:
    """Lead, action, others who take part and money, by the trail's name for each."""
    own = {"municipality_id": commitment.municipality_id, "commitment_id": commitment.id}
    db.session.flush()
    parties = db.session.scalars(select(Party).filter_by(**own).order_by(Party.id)).all()
    budgets = db.session.scalars(select(Budget).filter_by(**own).order_by(Budget.id)).all()
    action = db.session.get(Action, commitment.action_id) if commitment.action_id else None
    return {
        "unit": _name(commitment.unit_id, commitment.partner_id),
        "action": " ".join(part for part in (action.code, action.title) if part) if action else None,
        "co_responsible": _joined(_party(party) for party in parties if party.kind == "co_responsible"),
        "supporter": _joined(_party(party) for party in parties if party.kind == "supporter"),
        **money_of(budgets),
    }


def money_of(budgets: Iterable[Budget]) -> dict[str, str | None]:
    """Assigned, current, executed and paid by the trail's name for each; None where nothing is known."""
    rows = sorted(budgets, key=lambda row: (row.fiscal_year, row.source))

    def told(name: str) -> str | None:
        known = [row for row in rows if getattr(row, name) is not None]
        return _joined(money_words(r.fiscal_year, r.source, r.currency, getattr(r, name)) for r in known)

    return {called: told(f"{name}_minor") for name, called in MONEY_FIELDS.items()}


def money_words(year: int, source: str, currency: str, minor: int) -> str:
    """`2027 Fondo propio: MXN 15000.00`"""
    amount = f"{Decimal(minor).scaleb(-minor_digits(currency)):f}"
    return f"{year} {source}: {currency} {amount}" if source else f"{year}: {currency} {amount}"


def differing(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> dict[str, tuple[str | None, str | None]]:
    """Field → (before, after) where the two differ."""
    return {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}


def _name(unit_id: int | None, partner_id: int | None) -> str | None:
    if unit_id is not None:
        return db.session.get_one(Unit, unit_id).name
    return db.session.get_one(Partner, partner_id).name if partner_id is not None else None


def _party(party: Party) -> str:
    name = party.name
    return f"{name} ({party.part})" if party.part else name


def _joined(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None
