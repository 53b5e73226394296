"""All that one commitment's page shows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Attachment, Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.queries.scoping import visible
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.territory.rules import Place, Scope


def commitment_called(place: Place, scope: Scope, code: str) -> Commitment:
    """The commitment of that code (case ignored) with its lead; NotHere when missing or not in scope."""
    statement = (
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(Commitment.municipality_id == place.id, Commitment.code_key == code.lower(), visible(scope, place))
    )
    commitment = db.session.scalar(statement)
    if commitment is None:
        raise NotHere(code)
    return commitment


def milestone_of(commitment: Commitment, milestone_id: int) -> Milestone:
    """The milestone of this very commitment; NotHere otherwise."""
    statement = select(Milestone).where(
        Milestone.municipality_id == commitment.municipality_id,
        Milestone.commitment_id == commitment.id,
        Milestone.id == milestone_id,
    )
    milestone = db.session.scalar(statement)
    if milestone is None:
        raise NotHere(milestone_id)
    return milestone


def milestones_by_date(commitment: Commitment) -> Sequence[Milestone]:
    """Its milestones, dated ones first, in order."""
    rows = db.session.scalars(
        select(Milestone).where(
            Milestone.municipality_id == commitment.municipality_id, Milestone.commitment_id == commitment.id
        )
    ).all()
    return sorted(rows, key=lambda m: (m.due_on is None, m.due_on or m.entered_on, m.id))


def parties_of(commitment: Commitment) -> Sequence[Party]:
    """Co-responsibles and supporters with their names."""
    statement = (
        select(Party)
        .options(joinedload(Party.unit), joinedload(Party.partner))
        .where(Party.municipality_id == commitment.municipality_id, Party.commitment_id == commitment.id)
        .order_by(Party.kind, Party.id)
    )
    return db.session.scalars(statement).all()


def date_changes_of(commitment: Commitment) -> Sequence[DateChange]:
    """The ledger of its dates and its milestones' dates, oldest first."""
    statement = (
        select(DateChange)
        .where(
            DateChange.municipality_id == commitment.municipality_id,
            DateChange.commitment_id == commitment.id,
        )
        .order_by(DateChange.id)
    )
    return db.session.scalars(statement).all()


def budgets_of(commitment: Commitment) -> Sequence[Budget]:
    """Money assigned, by year and source."""
    statement = (
        select(Budget)
        .where(Budget.municipality_id == commitment.municipality_id, Budget.commitment_id == commitment.id)
        .order_by(Budget.fiscal_year, Budget.source)
    )
    return db.session.scalars(statement).all()


def attachments_of(commitment: Commitment, kind: str) -> Sequence[Attachment]:
    """Its files of a kind, oldest first."""
    statement = (
        select(Attachment)
        .where(
            Attachment.municipality_id == commitment.municipality_id,
            Attachment.commitment_id == commitment.id,
            Attachment.kind == kind,
        )
        .order_by(Attachment.id)
    )
    return db.session.scalars(statement).all()


def attachment_called(place: Place, scope: Scope, attachment_id: int) -> Attachment:
    """A file of a commitment in scope; NotHere otherwise."""
    statement = (
        select(Attachment)
        .join(Commitment, Commitment.id == Attachment.commitment_id)
        .where(Attachment.municipality_id == place.id, Attachment.id == attachment_id, visible(scope, place))
    )
    attachment = db.session.scalar(statement)
    if attachment is None:
        raise NotHere(attachment_id)
    return attachment
