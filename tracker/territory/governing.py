"""Reading and writing terms of office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _l, format_day
from tracker.territory.models import TermOfOffice
from tracker.territory.queries import hold
from tracker.territory.rules import FIRST_DAY, LAST_DAY
from tracker.territory.terms import Term, overlapping

#: Longest name and post of an authority.
AUTHORITY_LENGTH = 200


@dataclass(frozen=True)
class Office:
    """What a person may type about a term."""

    starts_on: date | None
    ends_on: date | None
    authority: str
    post: str = ""


def terms_of(municipality_id: int) -> list[Term]:
    """The terms of a municipality, oldest first."""
    statement = select(TermOfOffice).where(TermOfOffice.municipality_id == municipality_id)
    return [row.as_plain() for row in db.session.scalars(statement.order_by(TermOfOffice.starts_on))]


def term_row(municipality_id: int, term_id: int) -> TermOfOffice:
    """One term of this municipality; raises NotHere."""
    row = db.session.scalar(
        select(TermOfOffice).where(TermOfOffice.municipality_id == municipality_id, TermOfOffice.id == term_id)
    )
    if row is None:
        raise NotHere(term_id)
    return row


def add_term(act: Act, municipality_id: int, office: Office) -> Term:
    """Write a term down; Refused with a message per field, also where it shares days with another one."""
    hold(municipality_id)
    starts_on, ends_on = _checked(office, terms_of(municipality_id))
    row = TermOfOffice(
        municipality_id=municipality_id,
        starts_on=starts_on,
        ends_on=ends_on,
        authority=office.authority.strip(),
        post=office.post.strip(),
        version=1,
    )
    db.session.add(row)
    db.session.flush()
    record(act, "create", municipality_id, f"term:{row.id}", {n: (None, v or None) for n, v in _facts(row).items()})
    return row.as_plain()


def edit_term(act: Act, municipality_id: int, term_id: int, office: Office, version: int) -> Term:
    """Correct a term; EditConflict when somebody saved after `version`, Refused with a message per field."""
    hold(municipality_id)
    row = term_row(municipality_id, term_id)
    if row.version != version:
        raise EditConflict(_l("Somebody else changed this term while you were writing."))
    others = [term for term in terms_of(municipality_id) if term.id != term_id]
    before = _facts(row)
    row.starts_on, row.ends_on = _checked(office, others)
    row.authority, row.post, row.version = office.authority.strip(), office.post.strip(), row.version + 1
    changes = {name: (before[name] or None, value or None) for name, value in _facts(row).items()}
    record(act, "edit", municipality_id, f"term:{row.id}", changes)
    return row.as_plain()


def _facts(row: TermOfOffice) -> dict[str, object]:
    return {"from_on": row.starts_on, "until_on": row.ends_on, "authority": row.authority, "post": row.post}


def _checked(office: Office, others: Sequence[Term]) -> tuple[date, date]:
    wrong: dict[str, object] = {}
    if not office.authority.strip():
        wrong["authority"] = _l("Write who holds office.")
    for name in ("authority", "post"):
        if len(getattr(office, name)) > AUTHORITY_LENGTH:
            wrong[name] = _l("At most %(count)s characters.", count=AUTHORITY_LENGTH)
    for name in ("starts_on", "ends_on"):
        day = getattr(office, name)
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            wrong[name] = _l("Give a day between 1990 and 2100.")
    starts_on, ends_on = office.starts_on, office.ends_on
    if starts_on and ends_on and not wrong.keys() & {"starts_on", "ends_on"}:
        shared = overlapping(starts_on, ends_on, others)
        if ends_on < starts_on:
            wrong["ends_on"] = _l("It ends before it begins.")
        elif shared is not None:
            wrong["starts_on"] = _l(
                "It shares days with the term of %(name)s, %(start)s to %(end)s.",
                name=shared.authority,
                start=format_day(shared.starts_on),
                end=format_day(shared.ends_on),
            )
    if wrong:
        raise Refused(fields=wrong)
    assert starts_on is not None and ends_on is not None, "checked above"
    return starts_on, ends_on
