"""Taking a person's name out of the trail on a lawful request: the chain stays whole, and says that it was done."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select, update

from tracker.accounts.models import User
from tracker.audit.models import Act, AuditName
from tracker.audit.operations import record
from tracker.audit.rules import NO_PLACE, WHO
from tracker.core.db import begin_write, db, table_of
from tracker.core.errors import NotHere
from tracker.territory.models import UnitPerson
from tracker.territory.queries import hold_all

#: Names that one entry says were taken out.
_AT_ONCE = 200


def forget_person(act: Act, email: str, reason: str) -> dict[int, int]:
    """Take the names and addresses of whoever has this address out of every chain: how many, by chain.

    That is the account's name wherever it acted, the address wherever an entry tells of it, and the name of people
    of units who have it. Each chain gets an entry with the reason and no name. Raises NotHere where none is found.
    """
    begin_write()
    email = email.strip().lower()
    found = _names_of(email)
    if not found:
        raise NotHere(email)
    municipalities = sorted(chain for chain in found if chain != NO_PLACE)
    hold_all(municipalities)
    names = table_of(AuditName)
    for chain in [*municipalities, *([NO_PLACE] if NO_PLACE in found else [])]:
        for start in range(0, len(found[chain]), _AT_ONCE):
            batch = found[chain][start : start + _AT_ONCE]
            blank = update(names).where(names.c.chain == chain, names.c.who.in_(batch))
            db.session.execute(blank.values(salt="", name="", user_id=None))
            said = {WHO: (None, batch), "reason": (None, reason)}
            record(act, "forget", None if chain == NO_PLACE else chain, "names", said)
    return {chain: len(hashes) for chain, hashes in found.items()}


def _names_of(email: str) -> dict[int, Sequence[str]]:
    """Hashes by chain of all that names somebody."""
    user_id = db.session.scalar(select(User.id).where(User.email == email))
    people = select(UnitPerson.municipality_id, UnitPerson.name).where(UnitPerson.email == email)
    ways = [func.lower(AuditName.name) == email]
    if user_id is not None:
        ways.append(AuditName.user_id == user_id)
    for person in db.session.execute(people):
        ways.append(and_(AuditName.chain == person.municipality_id, AuditName.name == person.name))
    statement = select(AuditName.chain, AuditName.who).where(AuditName.salt != "", or_(*ways))
    found: dict[int, list[str]] = {}
    for row in db.session.execute(statement.order_by(AuditName.chain, AuditName.who)):
        found.setdefault(row.chain, []).append(row.who)
    return dict(found)
