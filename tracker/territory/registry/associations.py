"""Associations of municipalities: who belongs to one, and what it may not contain."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.models import Member, Municipality
from tracker.territory.queries import hold_all, members_of
from tracker.territory.rules import contains_itself


def add_members(act: Act, association_id: int, municipality_ids: Sequence[int]) -> int:
    """Note that these municipalities belong to an association; how many did not yet.

    Refused where it would belong to itself, over however many levels: an association may have associations.
    """
    wanted = sorted(set(municipality_ids))
    hold_all(sorted({association_id, *wanted}))
    known_links = db.session.execute(select(Member.association_id, Member.municipality_id))
    links = [(row.association_id, row.municipality_id) for row in known_links]
    if contains_itself([*links, *((association_id, member) for member in wanted)]):
        raise Refused(_l("An association cannot belong to itself."))
    known = members_of([association_id]).get(association_id, frozenset())
    new = [member for member in wanted if member not in known]
    db.session.add_all(Member(association_id=association_id, municipality_id=member) for member in new)
    for member in new:
        record(act, "join", member, f"municipality:{member}", {"association": (None, association_id)})
    db.session.flush()
    return len(new)


def remove_member(act: Act, association_id: int, municipality_id: int) -> None:
    """A municipality does not belong to an association any more; NotHere where it did not."""
    hold_all(sorted({association_id, municipality_id}))
    gone = db.session.execute(
        delete(Member)
        .where(Member.association_id == association_id, Member.municipality_id == municipality_id)
        .returning(Member.id)
    ).first()
    if gone is None:
        raise NotHere(municipality_id)
    changes = {"association": (association_id, None)}
    record(act, "leave_association", municipality_id, f"municipality:{municipality_id}", changes)


def members_by_name(association_id: int) -> Sequence[Municipality]:
    """The members of an association, by name."""
    statement = (
        select(Municipality)
        .join(Member, Member.municipality_id == Municipality.id)
        .where(Member.association_id == association_id)
        .order_by(Municipality.name_key, Municipality.id)
    )
    return db.session.scalars(statement).all()


def associations_of(municipality_id: int) -> Sequence[Municipality]:
    """The associations that a municipality belongs to, by name."""
    statement = (
        select(Municipality)
        .join(Member, Member.association_id == Municipality.id)
        .where(Member.municipality_id == municipality_id)
        .order_by(Municipality.name_key, Municipality.id)
    )
    return db.session.scalars(statement).all()
