"""Writes of places, units, partners and policies."""

from typing import Any

from sqlalchemy import func, select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.territory.models import Partner, PolicySetting, Unit, UnitPerson
from tracker.territory.queries import partner_called, unit_called
from tracker.territory.rules import name_key


def find_or_create_unit(act: Act, municipality_id: int, name: str, mailbox: str | None = None) -> tuple[Unit, bool]:
    """The unit of that name and whether it was made now; an empty mailbox of an old one is filled in."""
    name = " ".join(name.split())
    unit = unit_called(municipality_id, name)
    if unit is not None:
        if mailbox and not unit.mailbox:
            unit.mailbox = mailbox.lower()
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


def add_person(
    act: Act, unit: Unit, name: str, post: str = "", phone: str = "", email: str | None = None
) -> UnitPerson:
    """Put somebody into a unit; without e-mail they are reached by the unit's mailbox or the coordinator."""
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
    record(act, "create", unit.municipality_id, f"person:{person.id}", {"name": (None, name), "unit": (None, unit.name)})
    return person


def find_or_create_partner(act: Act, name: str, email: str | None = None) -> tuple[Partner, bool]:
    """The partner of that name and whether it was made now."""
    name = " ".join(name.split())
    partner = partner_called(name)
    if partner is not None:
        return partner, False
    partner = Partner(name=name, name_key=name_key(name), email=email.lower() if email else None)
    db.session.add(partner)
    db.session.flush()
    record(act, "create", None, f"partner:{partner.id}", {"name": (None, name)})
    return partner, True


def set_policy(act: Act, place: str, figures: dict[str, Any]) -> PolicySetting:
    """Change figures of the policy of `*` (installation), a country code or a municipality code.

    Clocks reckoned under an older version are redone by the next tick.
    """
    setting = db.session.scalar(select(PolicySetting).where(PolicySetting.place == place))
    version = (db.session.scalar(select(func.max(PolicySetting.version))) or 0) + 1
    if setting is None:
        setting = PolicySetting(place=place, figures={}, version=version)
        db.session.add(setting)
    before = dict(setting.figures)
    setting.figures = {**before, **figures}
    setting.version = version
    db.session.flush()
    record(
        act, "set_policy", None, f"policy:{place}", {key: (before.get(key), value) for key, value in figures.items()}
    )
    return setting
