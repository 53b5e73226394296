"""What partners support, within what somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true

from tracker.agenda.models import Agreement, Commitment, Party
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.territory.models import Municipality, Partner
from tracker.territory.queries import within
from tracker.territory.rules import Scope


@dataclass(frozen=True)
class Support:
    """What a partner does in one municipality: open commitments that it leads, and that it takes part in."""

    municipality: Municipality
    led: int
    shared: int


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """A condition on Partner: all for who sees the whole, else those with a part in something that is seen."""
    if scope.is_whole:
        return true()
    seen = within(scope, Commitment.municipality_id), ~Commitment.draft
    leads = select(Commitment.partner_id).where(*seen, Commitment.partner_id.is_not(None))
    shares = select(Party.partner_id).join(Commitment, Commitment.id == Party.commitment_id)
    agreed = select(Agreement.partner_id).join(Commitment, Commitment.agreement_id == Agreement.id)
    return or_(
        Partner.id.in_(leads),
        Partner.id.in_(shares.where(*seen, Party.partner_id.is_not(None))),
        Partner.id.in_(agreed.where(*seen)),
    )


def partners_seen(scope: Scope, skip: int, most: int) -> Sequence[Partner]:
    """Partners that somebody may see, by name; `most` + 1 at most."""
    statement = select(Partner).where(seen_by(scope)).order_by(Partner.name_key, Partner.id)
    return db.session.scalars(statement.offset(skip).limit(most + 1)).all()


def partner_seen(partner_id: int, scope: Scope) -> Partner:
    """One of them; NotHere otherwise."""
    partner = db.session.scalar(select(Partner).where(Partner.id == partner_id, seen_by(scope)))
    if partner is None:
        raise NotHere(partner_id)
    return partner


def support_of(partner_id: int, scope: Scope, most: int) -> Sequence[Support]:
    """Where a partner has a part, by municipality; `most` at most."""
    agreed = select(Agreement.id).where(Agreement.partner_id == partner_id)
    takes_part = or_(
        Commitment.agreement_id.in_(agreed),
        exists().where(Party.commitment_id == Commitment.id, Party.partner_id == partner_id),
    )
    leads = Commitment.partner_id == partner_id
    statement = (
        select(
            Municipality,
            func.sum(case((leads, 1), else_=0)),
            func.sum(case((and_(~func.coalesce(leads, False), takes_part), 1), else_=0)),
        )
        .join(Commitment, Commitment.municipality_id == Municipality.id)
        .where(or_(leads, takes_part), is_open(), within(scope, Commitment.municipality_id))
        .group_by(Municipality.id)
        .order_by(Municipality.country_code, Municipality.name_key, Municipality.id)
        .limit(most)
    )
    return [Support(row[0], row[1] or 0, row[2] or 0) for row in db.session.execute(statement)]
