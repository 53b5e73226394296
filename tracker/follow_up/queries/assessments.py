"""Reads of what others say of a commitment."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Agreement, Commitment, Party
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Assessment
from tracker.territory.models import Partner

#: Days for which a verdict waits for an answer.
ANSWER_DAYS = 90
_OF_COMMITMENT = (
    select(Assessment)
    .options(joinedload(Assessment.partner))
    .where(Assessment.municipality_id == bindparam("place"), Assessment.commitment_id == bindparam("commitment"))
    .order_by(Assessment.id.desc())
)


_NEWEST = (
    select(func.max(Assessment.id))
    .where(Assessment.municipality_id == bindparam("place"), Assessment.on >= bindparam("since", type_=Date))
    .group_by(Assessment.commitment_id, Assessment.partner_id)
)
_UNANSWERED = (
    select(Assessment, Commitment)
    .join(Commitment, Commitment.id == Assessment.commitment_id)
    .where(Assessment.id.in_(_NEWEST), Assessment.reply == "", Assessment.verdict != "complete")
    .where(Commitment.cancelled_on == NEVER, Assessment.by_user_id.is_distinct_from(bindparam("user")))
    .options(joinedload(Assessment.partner), joinedload(Commitment.unit), joinedload(Commitment.partner))
    .order_by(Assessment.id)
)


def verdicts_unanswered(
    municipality_id: int, day: date, user_id: int, unit_ids: Collection[int] | None = None
) -> list[tuple[Assessment, Commitment]]:
    """What others said lately and nobody has answered, longest first; that it is complete needs no answer.

    Of what these units lead alone; without units (None) of all. The newest word of each voice, not the user's own.
    """
    statement = _UNANSWERED if unit_ids is None else _UNANSWERED.where(Commitment.unit_id.in_(unit_ids))
    asked = {"place": municipality_id, "since": day - timedelta(days=ANSWER_DAYS), "user": user_id}
    return [(row[0], row[1]) for row in db.session.execute(statement, asked)]


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
