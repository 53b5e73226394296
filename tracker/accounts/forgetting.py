"""Taking a person's name out of the trail on a lawful request: the chain stays whole, and says that it was done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from tracker.accounts.models import User
from tracker.audit.models import Act, AuditEntry, AuditName
from tracker.audit.operations import record
from tracker.audit.rules import NO_PLACE, WHO, names_in
from tracker.core.db import begin_write, db, table_of
from tracker.core.errors import NotHere
from tracker.territory.models import UnitPerson
from tracker.territory.queries import hold_all

#: Names that one entry says were taken out.
_AT_ONCE = 200


@dataclass(frozen=True)
class Namesake:
    """Somebody else of the same name, in a municipality or, with None, as an account anywhere."""

    name: str
    municipality_id: int | None


class Namesakes(Exception):
    """Entries without an account bear a name that somebody else has too; the argument lists them."""

    def __init__(self, found: list[Namesake]) -> None:
        super().__init__(found)
        self.found = found


def forget_person(act: Act, email: str, reason: str, namesakes: str = "") -> dict[int, int]:
    """Take the names and addresses of whoever has this address out of every chain: how many, by chain.

    That is every name under which the account acted or was written down, the address wherever an entry tells of it,
    the names of people of units who have it, and entries without an account that bear one of these names where the
    person is known. Where somebody else bears it too, `namesakes` says what becomes of those entries: `leave` or
    `take`; else Namesakes is raised. Each chain gets an entry with the reason and no name. Raises NotHere where
    nothing is found.
    """
    begin_write()
    email = email.strip().lower()
    found = _names_of(email, namesakes)
    if not found:
        raise NotHere(email)
    municipalities = sorted(chain for chain in found if chain != NO_PLACE)
    hold_all(municipalities)
    names = table_of(AuditName)
    for chain in [*municipalities, *([NO_PLACE] if NO_PLACE in found else [])]:
        hashes = sorted(found[chain])
        for start in range(0, len(hashes), _AT_ONCE):
            batch = hashes[start : start + _AT_ONCE]
            blank = update(names).where(names.c.chain == chain, names.c.who.in_(batch))
            db.session.execute(blank.values(salt="", name="", user_id=None))
            said = {WHO: (None, batch), "reason": (None, reason)}
            record(act, "forget", None if chain == NO_PLACE else chain, "names", said)
    return {chain: len(hashes) for chain, hashes in found.items()}


def _names_of(email: str, namesakes: str) -> dict[int, set[str]]:
    """Hashes by chain of all that names somebody."""
    user = db.session.execute(select(User.id, User.name).where(User.email == email)).first()
    people = db.session.execute(
        select(UnitPerson.id, UnitPerson.municipality_id, UnitPerson.name).where(UnitPerson.email == email)
    ).all()
    ways = [func.lower(AuditName.name) == email]
    if user is not None:
        ways.append(AuditName.user_id == user.id)
    found, names = _by(or_(*ways))
    subjects = [f"person:{person.id}" for person in people] + ([f"user:{user.id}"] if user else [])
    for chain, hashes in _written_about(subjects).items():
        more, their_names = _by(and_(AuditName.chain == chain, AuditName.who.in_(hashes)))
        names |= their_names
        found.setdefault(chain, set()).update(more.get(chain, ()))
    names |= {person.name for person in people} | ({user.name} if user else set())
    names = {name for name in names if name and name.lower() != email}
    chains = {*found, *(person.municipality_id for person in people), NO_PLACE}
    nameless = and_(AuditName.user_id.is_(None), AuditName.chain.in_(chains), AuditName.name.in_(names))
    bare, _names = _by(nameless)
    bare = {chain: hashes - found.get(chain, set()) for chain, hashes in bare.items()}
    if any(bare.values()) and namesakes != "take":
        others = _namesakes(email, names, chains)
        if others and not namesakes:
            raise Namesakes(others)
        bare = {} if others else bare
    for chain, hashes in bare.items():
        found.setdefault(chain, set()).update(hashes)
    return {chain: hashes for chain, hashes in found.items() if hashes}


def _by(condition: ColumnElement[bool]) -> tuple[dict[int, set[str]], set[str]]:
    """Hashes by chain of the names that fit and stand still, and those names."""
    found: dict[int, set[str]] = {}
    names = set()
    statement = select(AuditName.chain, AuditName.who, AuditName.name).where(AuditName.salt != "", condition)
    for row in db.session.execute(statement):
        found.setdefault(row.chain, set()).add(row.who)
        names.add(row.name)
    return found, names


def _written_about(subjects: Sequence[str]) -> dict[int, set[str]]:
    """Hashes by chain of names and addresses in entries about these subjects: earlier ones too."""
    statement = select(AuditEntry.chain, AuditEntry.changes).where(
        AuditEntry.subject.in_(subjects), AuditEntry.verb != "forget"
    )
    found: dict[int, set[str]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.chain, set()).update(names_in(row.changes))
    return found


def _namesakes(email: str, names: Collection[str], chains: Collection[int]) -> list[Namesake]:
    """Others who bear one of these names: in units of these municipalities, or with an account."""
    another = or_(UnitPerson.email.is_(None), UnitPerson.email != email)
    in_units = select(UnitPerson.name, UnitPerson.municipality_id).where(
        UnitPerson.name.in_(names), UnitPerson.municipality_id.in_(chains), another
    )
    accounts = select(User.name).where(User.name.in_(names), User.email != email)
    found = [Namesake(row.name, row.municipality_id) for row in db.session.execute(in_units)]
    return found + [Namesake(name, None) for name in db.session.scalars(accounts)]
