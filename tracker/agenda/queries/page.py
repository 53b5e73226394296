"""All that one commitment's page shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Attachment, Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.queries.scoping import visible
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.plan.models import Action, Line, Plan
from tracker.territory.rules import Place, Scope

#: Statements are made once: making one anew at each request costs as much as asking.
_CALLED = (
    select(Commitment)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .where(Commitment.municipality_id == bindparam("place"), Commitment.code_key == bindparam("code"))
)


def commitment_called(place: Place, scope: Scope, code: str) -> Commitment:
    """The commitment of that code (case ignored) with its lead; NotHere when missing or not in scope."""
    statement = _CALLED if scope.is_inside(place) else _CALLED.where(visible(scope, place))
    commitment = db.session.scalar(statement, {"place": place.id, "code": code.lower()})
    if commitment is None:
        raise NotHere(code)
    return commitment


def commitments_called(place: Place, scope: Scope, codes: Sequence[str]) -> list[Commitment]:
    """The commitments of these codes (case ignored), each once, in their order; NotHere for one not in scope."""
    keys = dict.fromkeys(code.lower() for code in codes)
    own = Commitment.municipality_id == place.id, Commitment.code_key.in_(keys), visible(scope, place)
    found = {row.code_key: row for row in db.session.scalars(select(Commitment).where(*own))}
    if missing := [key for key in keys if key not in found]:
        raise NotHere(missing[0])
    return [found[key] for key in keys]


_WITH_CHAIN = (
    select(Commitment, Plan, Line, Action)
    .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
    .outerjoin(Action, (Action.municipality_id == Commitment.municipality_id) & (Action.id == Commitment.action_id))
    .outerjoin(Line, Line.id == Action.line_id)
    .outerjoin(Plan, Plan.id == Line.plan_id)
    .where(Commitment.municipality_id == bindparam("place"), Commitment.code_key == bindparam("code"))
)


def commitment_with_chain(
    place: Place, scope: Scope, code: str
) -> tuple[Commitment, tuple[Plan, Line, Action] | None]:
    """The same, and the way up from its action: plan, line and action; None where it comes from none."""
    statement = _WITH_CHAIN if scope.is_inside(place) else _WITH_CHAIN.where(visible(scope, place))
    row = db.session.execute(statement, {"place": place.id, "code": code.lower()}).first()
    if row is None:
        raise NotHere(code)
    return row[0], (row[1], row[2], row[3]) if row[3] is not None else None


def _of(model: type[Milestone | Party | DateChange | Budget | Attachment]) -> tuple[ColumnElement[bool], ...]:
    """A condition on what belongs to the commitment asked about."""
    return model.municipality_id == bindparam("place"), model.commitment_id == bindparam("commitment")


def _asked(commitment: Commitment) -> dict[str, Any]:
    return {"place": commitment.municipality_id, "commitment": commitment.id}


_MILESTONES = select(Milestone).where(*_of(Milestone))
_PARTIES = (
    select(Party)
    .options(joinedload(Party.unit), joinedload(Party.partner), joinedload(Party.member))
    .where(*_of(Party))
    .order_by(Party.kind, Party.id)
)
_DATE_CHANGES = select(DateChange).where(*_of(DateChange)).order_by(DateChange.id)
_BUDGETS = select(Budget).where(*_of(Budget)).order_by(Budget.fiscal_year, Budget.source)
_ATTACHMENTS = (
    select(Attachment).where(*_of(Attachment), Attachment.kind == bindparam("kind")).order_by(Attachment.id)
)


def milestone_of(commitment: Commitment, milestone_id: int) -> Milestone:
    """The milestone of this very commitment; NotHere otherwise."""
    statement = _MILESTONES.where(Milestone.id == milestone_id)
    milestone = db.session.scalar(statement, _asked(commitment))
    if milestone is None:
        raise NotHere(milestone_id)
    return milestone


def milestones_by_date(commitment: Commitment) -> Sequence[Milestone]:
    """Its milestones, dated ones first, in order."""
    rows = db.session.scalars(_MILESTONES, _asked(commitment)).all()
    return sorted(rows, key=lambda m: (m.due_on is None, m.due_on or m.entered_on, m.id))


def parties_of(commitment: Commitment) -> Sequence[Party]:
    """Co-responsibles and supporters with their names."""
    return db.session.scalars(_PARTIES, _asked(commitment)).all()


def date_changes_of(commitment: Commitment) -> Sequence[DateChange]:
    """The ledger of its dates and its milestones' dates, oldest first."""
    return db.session.scalars(_DATE_CHANGES, _asked(commitment)).all()


def budgets_of(commitment: Commitment) -> Sequence[Budget]:
    """Money assigned, by year and source."""
    return db.session.scalars(_BUDGETS, _asked(commitment)).all()


def attachments_of(commitment: Commitment, kind: str) -> Sequence[Attachment]:
    """Its files of a kind, oldest first."""
    return db.session.scalars(_ATTACHMENTS, {**_asked(commitment), "kind": kind}).all()


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
