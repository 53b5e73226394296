"""What hangs on a commitment: its lead, who else takes part."""

from collections.abc import Sequence

from tracker.agenda.intake.changing import Changes
from tracker.agenda.intake.incoming import Incoming
from tracker.agenda.intake.naming import co_responsibles, names_of_parties, same_names, supporters
from tracker.agenda.intake.stock import Stock
from tracker.agenda.models import Commitment, Party
from tracker.core.db import db
from tracker.territory.rules import name_key


def keeps_partners(stock: Stock, row: Incoming, commitment: Commitment | None) -> bool:
    """Whether the row names the partners that are there, in the same part."""
    if "partner" not in row.given or commitment is None:
        return "partner" not in row.given or not row.partners
    if "unit" in row.given and bool(row.unit) != (commitment.unit_id is not None):
        return not row.partners and commitment.partner_id is None and not supporters(stock, commitment)
    lead = stock.partner_by_id.get(commitment.partner_id or 0)
    names = [lead.name] if lead else []
    return same_names(row.partners, names + names_of_parties(stock, supporters(stock, commitment)))


def change_lead(stock: Stock, commitment: Commitment, changes: Changes, row: Incoming, kept: bool) -> None:
    """The unit or partner that leads. A partner beside a unit supports; `kept`: partners stay as they are."""
    before = commitment.unit_id, commitment.partner_id
    unit_id, partner_id = before
    if "unit" in row.given:
        unit_id = stock.units[name_key(row.unit)].id if row.unit else None
    if unit_id is not None:
        partner_id = None
    elif "partner" in row.given and not kept:
        partner_id = stock.partners[name_key(row.partners[0])].id if row.partners else None
    if (unit_id, partner_id) == before:
        return
    changes["unit"] = (_lead_name(stock, *before), _lead_name(stock, unit_id, partner_id))
    commitment.unit_id, commitment.partner_id = unit_id, partner_id


def change_parties(stock: Stock, commitment: Commitment, changes: Changes, row: Incoming, kept: bool) -> None:
    """Co-responsibles and supporting partners; those that stay keep their part in words."""
    if "co_units" in row.given:
        held = co_responsibles(stock, commitment)
        if not same_names(row.co_units, names_of_parties(stock, held)):
            wanted = [_party(stock, name) for name in row.co_units]
            lead = commitment.unit_id, commitment.partner_id
            _exchange(stock, commitment, changes, held, [p for p in wanted if p != lead], kind="co_responsible")
    if "partner" in row.given and not kept:
        names = row.partners if commitment.unit_id is not None else row.partners[1:]
        wanted = [(None, stock.partners[name_key(name)].id) for name in names]
        _exchange(stock, commitment, changes, supporters(stock, commitment), wanted, kind="supporter")


def _party(stock: Stock, name: str) -> tuple[int | None, int | None]:
    unit = stock.units.get(name_key(name))
    return (unit.id, None) if unit else (None, stock.partners[name_key(name)].id)


def _exchange(
    stock: Stock,
    commitment: Commitment,
    changes: Changes,
    held: Sequence[Party],
    wanted: Sequence[tuple[int | None, int | None]],
    *,
    kind: str,
) -> None:
    there = {(party.unit_id, party.partner_id): party for party in held}
    if there.keys() == set(wanted):
        return
    before = names_of_parties(stock, held)
    for key, party in there.items():
        if key not in wanted:
            db.session.delete(party)
    new = [
        Party(
            municipality_id=commitment.municipality_id,
            commitment_id=commitment.id,
            kind=kind,
            unit_id=unit_id,
            partner_id=partner_id,
            part="",
        )
        for unit_id, partner_id in dict.fromkeys(wanted)
        if (unit_id, partner_id) not in there
    ]
    db.session.add_all(new)
    stays = [party for key, party in there.items() if key in wanted]
    changes[kind] = ("; ".join(before) or None, "; ".join(names_of_parties(stock, [*stays, *new])) or None)


def _lead_name(stock: Stock, unit_id: int | None, partner_id: int | None) -> str | None:
    if unit_id is not None:
        return stock.unit_by_id[unit_id].name
    return stock.partner_by_id[partner_id].name if partner_id is not None else None
