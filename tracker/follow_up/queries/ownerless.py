"""Units that reach nobody: no mailbox, nobody with an address, no account that answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from tracker.accounts.models import Membership, User
from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.territory.models import Municipality, Unit, UnitPerson
from tracker.territory.queries import within
from tracker.territory.rules import Scope


@dataclass(frozen=True)
class Ownerless:
    """A unit without anybody, and how many open commitments wait there."""

    unit: Unit
    municipality: Municipality
    open_count: int


def reaches_nobody() -> ColumnElement[bool]:
    """A condition on Unit."""
    person = exists().where(
        UnitPerson.municipality_id == Unit.municipality_id,
        UnitPerson.unit_id == Unit.id,
        UnitPerson.email.is_not(None),
    )
    officer = exists().where(Membership.unit_id == Unit.id, Membership.user_id == User.id, User.active)
    return Unit.mailbox.is_(None) & ~person & ~officer


def ownerless_in(scope: Scope, skip: int, most: int) -> Sequence[Ownerless]:
    """Units in scope that reach nobody, those with most open commitments first; `most` + 1 at most."""
    waits = (
        select(func.count())
        .select_from(Commitment)
        .where(Commitment.municipality_id == Unit.municipality_id, Commitment.unit_id == Unit.id, is_open())
        .scalar_subquery()
    )
    statement = (
        select(Unit, Municipality, waits.label("waits"))
        .join(Municipality, Municipality.id == Unit.municipality_id)
        .where(within(scope, Unit.municipality_id), reaches_nobody(), Municipality.valid_until.is_(None))
        .order_by(waits.desc(), Municipality.name_key, Unit.name_key, Unit.id)
        .offset(skip)
        .limit(most + 1)
    )
    return [Ownerless(row[0], row[1], row[2]) for row in db.session.execute(statement)]
