"""Names in a row against what is there: an equal name is the same thing, and what it already says stays."""

from collections.abc import Iterable, Sequence

from tracker.agenda.intake.incoming import Fault, Incoming, Terms
from tracker.agenda.intake.stock import Stock
from tracker.agenda.models import Commitment, Party
from tracker.core.i18n import _l
from tracker.territory.models import Unit
from tracker.territory.rules import name_key

_UNKNOWN = _l(
    "No unit has this name. Correct it, give its mail address (unit_email) or have the mapping create units."
)


def names_of_parties(stock: Stock, parties: Iterable[Party]) -> list[str]:
    """What parties are called, in their order."""
    return [
        stock.unit_by_id[party.unit_id].name
        if party.unit_id is not None
        else stock.partner_by_id[party.partner_id or 0].name
        for party in parties
    ]


def co_responsibles(stock: Stock, commitment: Commitment | None) -> list[Party]:
    """Co-responsible units and partners of a commitment; members of an association stand on no sheet."""
    parties = stock.parties.get(commitment.id, []) if commitment is not None else []
    return [party for party in parties if party.kind == "co_responsible" and party.member_id is None]


def supporters(stock: Stock, commitment: Commitment | None) -> list[Party]:
    """Partners that support a commitment."""
    parties = stock.parties.get(commitment.id, []) if commitment is not None else []
    return [party for party in parties if party.kind == "supporter" and party.partner_id is not None]


def same_names(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two lists of names read the same when written one after the other."""
    return _joined(left) == _joined(right)


def _joined(names: Sequence[str]) -> str:
    """A name may hold semicolons, or be nothing else."""
    return " ".join(name_key("; ".join(names)).replace(";", " ").split())


def says_same_action(stock: Stock, row: Incoming, commitment: Commitment) -> bool:
    """Whether the row's line and action, as far as it has them, are those the commitment hangs on."""
    action = stock.actions.get(commitment.action_id or 0)
    if action is None:
        return not (row.line or row.action)
    line = stock.lines[action.line_id]
    line_keys = {name_key(text) for text in (line.title, line.code) if text}
    action_keys = {name_key(text) for text in (action.title, action.code) if text}
    if row.line and name_key(row.line) not in line_keys:
        return False
    if row.action:
        return name_key(row.action) in action_keys
    if not row.line:
        return False
    return "action" not in row.given or name_key(row.line) in action_keys


def unit_of(stock: Stock, row: Incoming) -> Unit | None:
    """The unit that will lead: the row's, or the commitment's own where the sheet has no such column."""
    if "unit" in row.given:
        return stock.units.get(name_key(row.unit)) if row.unit else None
    known = stock.match(row)
    return stock.unit_by_id.get(known.unit_id) if known is not None and known.unit_id else None


def wanted_units(stock: Stock, rows: Sequence[Incoming], terms: Terms) -> tuple[dict[str, str], list[Fault]]:
    """Units the rows need that are not there, as name → mail address or empty; and names nobody may make."""
    addresses: dict[str, str] = {}
    for row in rows:
        if row.unit and row.unit_email:
            addresses.setdefault(name_key(row.unit), row.unit_email)
    wanted: dict[str, str] = {}
    seen: set[str] = set()
    faults: list[Fault] = []
    for row in rows:
        named = [("unit", row.unit)] if row.unit else []
        if not same_names(row.co_units, names_of_parties(stock, co_responsibles(stock, stock.match(row)))):
            named += [("co_units", name) for name in row.co_units if name_key(name) not in stock.partners]
        for field, name in named:
            key = name_key(name)
            if key in stock.units or key in seen:
                continue
            if key in addresses or terms.create_units:
                seen.add(key)
                wanted[name] = addresses.get(key, "")
            else:
                faults.append(Fault(row.row, field, name, _UNKNOWN))
    return wanted, faults
