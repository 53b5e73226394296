"""What partners support, within what somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, or_, select

from tracker.agenda.models import Agreement, Commitment, Party
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.territory.models import Municipality
from tracker.territory.queries import within
from tracker.territory.rules import Scope


@dataclass(frozen=True)
class Support:
    """What a partner does in one municipality: open commitments that it leads, and that it takes part in."""

    municipality: Municipality
    led: int
    shared: int


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
