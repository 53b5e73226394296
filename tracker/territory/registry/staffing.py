"""Units and their people by hand: written down, corrected, taken out."""

from dataclasses import dataclass

from sqlalchemy import select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.core.mail import is_address
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.operations import add_person, find_or_create_unit
from tracker.territory.queries import hold, unit_called, unit_of
from tracker.territory.rules import ADDRESS_LENGTH, NAME_LENGTH, name_key

#: Longest name and post of somebody, and phone.
PERSON_LENGTH, PHONE_LENGTH = 200, 60


@dataclass(frozen=True)
class Staff:
    """What a person may type about somebody in a unit."""

    name: str
    post: str = ""
    phone: str = ""
    #: Empty for who has none.
    email: str = ""


def add_unit(act: Act, municipality_id: int, name: str) -> Unit:
    """Write a unit down; Refused at `name` where there is one of that name, or it says nothing."""
    hold(municipality_id)
    _check_name(municipality_id, name)
    return find_or_create_unit(act, municipality_id, name)[0]


def rename_unit(act: Act, municipality_id: int, unit_id: int, name: str) -> Unit:
    """Call a unit otherwise; Refused at `name` as above."""
    hold(municipality_id)
    unit = unit_of(municipality_id, unit_id)
    _check_name(municipality_id, name, unit_id)
    before, unit.name = unit.name, " ".join(name.split())
    unit.name_key = name_key(unit.name)
    if before != unit.name:
        record(act, "edit", municipality_id, f"unit:{unit.id}", {"name": (before, unit.name)})
    return unit


def person_of(municipality_id: int, unit_id: int, person_id: int) -> UnitPerson:
    """Somebody of this very unit; NotHere otherwise."""
    person = db.session.scalar(
        select(UnitPerson).where(
            UnitPerson.municipality_id == municipality_id, UnitPerson.unit_id == unit_id, UnitPerson.id == person_id
        )
    )
    if person is None:
        raise NotHere(person_id)
    return person


def put_person(act: Act, municipality_id: int, unit_id: int, staff: Staff) -> UnitPerson:
    """Put somebody into a unit; Refused with a message per field, also for who is in it already."""
    hold(municipality_id)
    unit = unit_of(municipality_id, unit_id)
    staff = _checked(staff)
    if any(name_key(person.name) == name_key(staff.name) for person in unit.people):
        raise Refused(fields={"name": _l("Somebody of this name is in the unit already.")})
    return add_person(act, unit, staff.name, staff.post, staff.phone, staff.email or None)


def change_person(act: Act, municipality_id: int, unit_id: int, person_id: int, staff: Staff) -> UnitPerson:
    """Correct what is known of somebody; Refused with a message per field."""
    hold(municipality_id)
    person = person_of(municipality_id, unit_id, person_id)
    staff = _checked(staff)
    changes: dict[str, tuple[object, object]] = {
        "name": (person.name, staff.name),
        "post": (person.post or None, staff.post or None),
        "phone": (person.phone or None, staff.phone or None),
        "email": (person.email, staff.email or None),
    }
    person.name, person.post, person.phone, person.email = staff.name, staff.post, staff.phone, staff.email or None
    if any(before != after for before, after in changes.values()):
        record(act, "edit", municipality_id, f"person:{person.id}", changes)
    return person


def take_person_out(act: Act, municipality_id: int, unit_id: int, person_id: int) -> str:
    """Somebody is not in the unit any more and hears nothing further; the name."""
    hold(municipality_id)
    person = person_of(municipality_id, unit_id, person_id)
    name, unit = person.name, unit_of(municipality_id, unit_id)
    record(
        act, "leave_unit", municipality_id, f"person:{person.id}", {"name": (name, None), "unit": (unit.name, None)}
    )
    db.session.delete(person)
    db.session.flush()
    return name


def _check_name(municipality_id: int, name: str, own: int | None = None) -> None:
    same = unit_called(municipality_id, name)
    if not _says_something(name):
        raise Refused(fields={"name": _l("Write how the unit is called.")})
    if len(name) > NAME_LENGTH:
        raise Refused(fields={"name": _l("At most %(count)s characters.", count=NAME_LENGTH)})
    if same is not None and same.id != own:
        raise Refused(fields={"name": _l("There is a unit of this name already.")})


def _says_something(name: str) -> bool:
    """Whether there is a letter or a figure in it: signs that nobody sees are no name."""
    return any(sign.isalnum() for sign in name)


def _checked(staff: Staff) -> Staff:
    """The same, without spaces around it."""
    staff = Staff(
        " ".join(staff.name.split()), staff.post.strip(), staff.phone.strip(), staff.email.strip().lower()
    )
    wrong: dict[str, object] = {}
    if not _says_something(staff.name):
        wrong["name"] = _l("Write the name.")
    for field, most in (("name", PERSON_LENGTH), ("post", PERSON_LENGTH), ("phone", PHONE_LENGTH)):
        if len(getattr(staff, field)) > most:
            wrong[field] = _l("At most %(count)s characters.", count=most)
    if staff.email and (len(staff.email) > ADDRESS_LENGTH or not is_address(staff.email)):
        wrong["email"] = _l("This is no mail address; write it like works@example.org.")
    if wrong:
        raise Refused(fields=wrong)
    return staff
