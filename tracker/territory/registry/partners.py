"""Partners by hand: how they are called, and the contact for what they promised themselves."""

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.core.mail import is_address
from tracker.territory.models import Partner
from tracker.territory.operations import find_or_create_partner
from tracker.territory.queries import partner_called
from tracker.territory.rules import ADDRESS_LENGTH, NAME_LENGTH, name_key


def partner_at(partner_id: int) -> Partner:
    """The partner with this id; NotHere otherwise."""
    partner = db.session.get(Partner, partner_id)
    if partner is None:
        raise NotHere(partner_id)
    return partner


def add_partner(act: Act, name: str, email: str) -> Partner:
    """Write a partner down; Refused with a message per field, also where there is one of that name."""
    begin_write()
    _check(name, email, None)
    return find_or_create_partner(act, name, email.strip() or None)[0]


def edit_partner(act: Act, partner_id: int, name: str, email: str) -> Partner:
    """Correct a partner; Refused with a message per field."""
    begin_write()
    partner = partner_at(partner_id)
    _check(name, email, partner_id)
    before = partner.name, partner.email
    partner.name, partner.email = " ".join(name.split()), email.strip().lower() or None
    partner.name_key = name_key(partner.name)
    if before != (partner.name, partner.email):
        changes = {"name": (before[0], partner.name), "email": (before[1], partner.email)}
        record(act, "edit", None, f"partner:{partner.id}", changes)
    return partner


def _check(name: str, email: str, own_id: int | None) -> None:
    wrong: dict[str, object] = {}
    same = partner_called(name)
    if not any(sign.isalnum() for sign in name):
        wrong["name"] = _l("Write how it is called.")
    elif len(name) > NAME_LENGTH:
        wrong["name"] = _l("At most %(count)s characters.", count=NAME_LENGTH)
    elif same is not None and same.id != own_id:
        wrong["name"] = _l("There is a partner of this name already.")
    if email.strip() and (len(email) > ADDRESS_LENGTH or not is_address(email.strip())):
        wrong["email"] = _l("This is no mail address; write it like works@example.org.")
    if wrong:
        raise Refused(fields=wrong)
