"""Reads of what others say of a commitment."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Agreement, Commitment, Party
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Assessment
from tracker.territory.models import Partner

_OF_COMMITMENT = (
    select(Assessment)
    .options(joinedload(Assessment.partner))
    .where(Assessment.municipality_id == bindparam("place"), Assessment.commitment_id == bindparam("commitment"))
    .order_by(Assessment.id.desc())
)


def assessments_of(commitment: Commitment) -> Sequence[Assessment]:
    """What others said of a commitment, newest first."""
    asked = {"place": commitment.municipality_id, "commitment": commitment.id}
    return db.session.scalars(_OF_COMMITMENT, asked).all()


def assessment_of(commitment: Commitment, assessment_id: int) -> Assessment:
    """One verdict on this very commitment, else NotHere."""
    statement = _OF_COMMITMENT.where(Assessment.id == assessment_id)
    asked = {"place": commitment.municipality_id, "commitment": commitment.id}
    found = db.session.scalar(statement, asked)
    if found is None:
        raise NotHere(assessment_id)
    return found


def partners_who_may_judge(commitment: Commitment, partner_ids: Collection[int]) -> list[tuple[int, str]]:
    """(id, name) of those of these partners that share or support a commitment or serve it by an agreement."""
    shares = select(Party.partner_id).where(
        Party.municipality_id == commitment.municipality_id, Party.commitment_id == commitment.id
    )
    agreed = select(Agreement.partner_id).where(Agreement.id == commitment.agreement_id)
    own = Partner.id.in_(partner_ids), or_(Partner.id.in_(shares), Partner.id.in_(agreed))
    not_lead = Partner.id != (commitment.partner_id or 0)
    rows = db.session.execute(select(Partner.id, Partner.name).where(*own, not_lead).order_by(Partner.id))
    return [(row[0], row[1]) for row in rows]
