"""Writes of places, units, partners and policies."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.core.mail import is_address
from tracker.territory.models import (
    Municipality,
    Partner,
    Unit,
    UnitPerson,
)
from tracker.territory.queries import (
    hold,
    partner_called,
    partners_called,
    unit_called,
    unit_of,
    units_of,
)
from tracker.territory.rules import ADDRESS_LENGTH, name_key


def find_or_create_unit(act: Act, municipality_id: int, name: str, mailbox: str | None = None) -> tuple[Unit, bool]:
    """The unit of that name and whether it was made now; an empty mailbox of an old one is filled in."""
    hold(municipality_id)
    name = " ".join(name.split())
    unit = unit_called(municipality_id, name)
    if unit is not None:
        _fill_mailbox(act, unit, mailbox)
        return unit, False
    unit = Unit(
        municipality_id=municipality_id,
        name=name,
        name_key=name_key(name),
        mailbox=mailbox.lower() if mailbox else None,
    )
    db.session.add(unit)
    db.session.flush()
    record(act, "create", municipality_id, f"unit:{unit.id}", {"name": (None, name), "mailbox": (None, mailbox)})
    return unit, True


def set_mailbox(act: Act, municipality_id: int, unit_id: int, mailbox: str) -> Unit:
    """Give a unit its shared address, or none where it is empty; what is no address is refused at `mailbox`."""
    hold(municipality_id)
    unit = unit_of(municipality_id, unit_id)
    address = mailbox.strip().lower()
    if address and (len(address) > ADDRESS_LENGTH or not is_address(address)):
        raise Refused(fields={"mailbox": _l("This is no mail address; write it like works@example.org.")})
    before, unit.mailbox = unit.mailbox, address or None
    if before != unit.mailbox:
        record(act, "set_mailbox", municipality_id, f"unit:{unit.id}", {"mailbox": (before, unit.mailbox)})
    return unit


def add_person(
    act: Act, unit: Unit, name: str, post: str = "", phone: str = "", email: str | None = None
) -> UnitPerson:
    """Put somebody into a unit; without e-mail they are reached by the unit's mailbox or the coordinator."""
    hold(unit.municipality_id)
    person = UnitPerson(
        municipality_id=unit.municipality_id,
        unit_id=unit.id,
        name=name,
        post=post,
        phone=phone,
        email=email.lower() if email else None,
    )
    db.session.add(person)
    db.session.flush()
    record(
        act,
        "create",
        unit.municipality_id,
        f"person:{person.id}",
        {"name": (None, name), "unit": (None, unit.name), "email": (None, person.email)},
    )
    return person


def set_email(act: Act, unit: Unit, person: UnitPerson, email: str) -> None:
    """Give somebody of a unit an address; the municipality is held."""
    before, person.email = person.email, email.lower()
    changes = {"email": (before, person.email), "unit": (None, unit.name)}
    record(act, "edit", unit.municipality_id, f"person:{person.id}", changes)


def find_or_create_partner(act: Act, name: str, email: str | None = None) -> tuple[Partner, bool]:
    """The partner of that name and whether it was made now."""
    name = " ".join(name.split())
    partner = partner_called(name)
    if partner is not None:
        return partner, False
    partner = Partner(name=name, name_key=name_key(name), email=email.lower() if email else None)
    db.session.add(partner)
    db.session.flush()
    record(act, "create", None, f"partner:{partner.id}", {"name": (None, name), "email": (None, partner.email)})
    return partner, True


def find_or_create_units(
    act: Act, municipality_id: int, mailboxes: Mapping[str, str | None]
) -> tuple[dict[str, Unit], int]:
    """Units by name key for these names (each with a mailbox or None), and how many were made now.

    For many at once: one read, one write. An empty mailbox of an old unit is filled in.
    """
    hold(municipality_id)
    units = {unit.name_key: unit for unit in units_of(municipality_id)}
    made: list[Unit] = []
    for given, mailbox in mailboxes.items():
        name = " ".join(given.split())
        unit = units.get(name_key(name))
        if unit is None:
            unit = Unit(municipality_id=municipality_id, name=name, name_key=name_key(name), people=[])
            units[unit.name_key] = unit
            unit.mailbox = mailbox.lower() if mailbox else None
            made.append(unit)
        else:
            _fill_mailbox(act, unit, mailbox)
    db.session.add_all(made)
    db.session.flush()
    for unit in made:
        changes = {"name": (None, unit.name), "mailbox": (None, unit.mailbox)}
        record(act, "create", municipality_id, f"unit:{unit.id}", changes)
    return units, len(made)


def add_people(act: Act, people: Sequence[tuple[Unit, str, str | None]]) -> None:
    """Put many into their units at once: (unit, name, e-mail or None)."""
    made: list[tuple[Unit, UnitPerson]] = []
    for unit, name, email in people:
        person = UnitPerson(name=name, email=email.lower() if email else None)
        unit.people.append(person)
        made.append((unit, person))
    db.session.flush()
    for unit, person in made:
        changes = {"name": (None, person.name), "unit": (None, unit.name), "email": (None, person.email)}
        record(act, "create", unit.municipality_id, f"person:{person.id}", changes)


def find_or_create_partners(act: Act, names: Iterable[str]) -> dict[str, Partner]:
    """Partners by name key for these names; for many at once."""
    wanted = {name_key(name): " ".join(name.split()) for name in names}
    partners = partners_called(list(wanted))
    made = [Partner(name=name, name_key=key) for key, name in wanted.items() if key not in partners]
    db.session.add_all(made)
    db.session.flush()
    for partner in made:
        record(act, "create", None, f"partner:{partner.id}", {"name": (None, partner.name)})
    return partners | {partner.name_key: partner for partner in made}


def share_agenda(act: Act, municipality_id: int) -> bool:
    """Let those who monitor see the agenda from now on; False where they do already."""
    return _set_sharing(act, municipality_id, "share", act.day)


def stop_sharing(act: Act, municipality_id: int) -> bool:
    """Show the agenda to nobody outside from now on but to partners their part; False where it is so already."""
    return _set_sharing(act, municipality_id, "stop_sharing", None)


def _set_sharing(act: Act, municipality_id: int, verb: str, shared_on: date | None) -> bool:
    hold(municipality_id)
    municipality = db.session.get_one(Municipality, municipality_id)
    before = municipality.shared_on
    if (before is None) == (shared_on is None):
        return False
    municipality.shared_on = shared_on
    record(act, verb, municipality_id, f"municipality:{municipality_id}", {"shared_on": (before, shared_on)})
    return True


def _fill_mailbox(act: Act, unit: Unit, mailbox: str | None) -> None:
    """An address for a unit that has none yet."""
    if mailbox and not unit.mailbox:
        unit.mailbox = mailbox.lower()
        if unit.id is not None:
            changes = {"mailbox": (None, unit.mailbox)}
            record(act, "set_mailbox", unit.municipality_id, f"unit:{unit.id}", changes)
