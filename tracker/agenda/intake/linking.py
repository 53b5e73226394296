"""Makes what rows name and nobody has yet: units, people, partners, actions; each kind in one go."""

import re
import zlib
from collections.abc import Sequence

from tracker.agenda.intake.incoming import Incoming
from tracker.agenda.intake.naming import says_same_action, unit_of, wanted_units
from tracker.agenda.intake.owning import keeps_partners
from tracker.agenda.intake.stock import Taking
from tracker.plan.operations import find_or_create_actions
from tracker.territory.models import Unit
from tracker.territory.operations import add_people, find_or_create_partners, find_or_create_units, set_email
from tracker.territory.rules import name_key

_LONGEST_LOCAL_PART = 64


def make_units(taking: Taking, rows: Sequence[Incoming]) -> tuple[int, int]:
    """Make missing units and fill in missing mailboxes; how many units, and how many mailboxes from names."""
    stock, terms = taking.stock, taking.terms
    wanted = dict(wanted_units(stock, rows, terms)[0])
    for row in rows:
        unit = stock.units.get(name_key(row.unit)) if row.unit else None
        if unit is not None and not unit.mailbox and (row.unit_email or terms.unit_mailbox):
            wanted.setdefault(unit.name, row.unit_email)
    composed = [name for name, address in wanted.items() if not address and terms.unit_mailbox]
    mailboxes = wanted | {name: mailbox_of(name, terms.unit_mailbox or "") for name in composed}
    if not wanted:
        return 0, 0
    stock.units, made = find_or_create_units(taking.act, taking.place.id, mailboxes)
    stock.unit_by_id = {unit.id: unit for unit in stock.units.values()}
    return made, len(composed)


def mailbox_of(name: str, template: str) -> str:
    """`{slug}` of the template as the unit's name in plain letters, short enough for an address."""
    slug = re.sub(r"[^a-z0-9]+", "-", name_key(name).encode("ascii", "ignore").decode()).strip("-") or "unit"
    room = _LONGEST_LOCAL_PART - (len(template.partition("@")[0]) - len("{slug}"))
    if len(slug) > room:
        # Long names often differ at their end only, so the end is kept as a checksum.
        mark = f"{zlib.crc32(slug.encode()):08x}"
        slug = f"{slug[: room - len(mark) - 1].rstrip('-')}-{mark}"
    return template.replace("{slug}", slug)


def make_people(taking: Taking, rows: Sequence[Incoming]) -> None:
    """Put the responsible into their units; a known person without an address gets the one of the row."""
    stock = taking.stock
    named = [(row, unit) for row in rows if row.responsible and (unit := unit_of(stock, row)) is not None]
    there = {
        (unit.id, name_key(person.name)): person
        for unit in {unit.id: unit for _, unit in named}.values()
        for person in unit.people
    }
    new: dict[tuple[int, str], tuple[Unit, str, str | None]] = {}
    for row, unit in named:
        key = unit.id, name_key(row.responsible)
        if key not in there:
            known = new.get(key, (unit, row.responsible, None))
            new[key] = known[0], known[1], known[2] or row.responsible_email or None
        elif row.responsible_email and not there[key].email:
            set_email(taking.act, unit, there[key], row.responsible_email)
    add_people(taking.act, list(new.values()))


def make_partners(taking: Taking, rows: Sequence[Incoming]) -> set[int]:
    """Make missing partners; the numbers of rows that leave the partners of their commitment as they are."""
    stock = taking.stock
    kept = {row.row for row in rows if keeps_partners(stock, row, stock.match(row))}
    names = [name for row in rows if row.row not in kept for name in row.partners]
    stock.partners |= find_or_create_partners(taking.act, names)
    stock.partner_by_id |= {partner.id: partner for partner in stock.partners.values()}
    return kept


def make_actions(taking: Taking, rows: Sequence[Incoming]) -> dict[int, int | None]:
    """The action of each row that changes it, by row number; made where the plan has none so called."""
    stock = taking.stock
    pairs: dict[int, tuple[str, str]] = {}
    for row in rows:
        if "line" in row.given or "action" in row.given:
            known = stock.match(row)
            if known is None or not says_same_action(stock, row, known):
                pairs[row.row] = (row.line, row.action)
    named = [pair for pair in dict.fromkeys(pairs.values()) if any(pair)]
    ids = find_or_create_actions(taking.act, taking.place, named, taking.terms.source) if named else {}
    return {number: ids.get(pair) for number, pair in pairs.items()}
