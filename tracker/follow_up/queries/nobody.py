"""What nobody could be told, and the promises it is about."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import db
from tracker.notices.models import Notice
from tracker.territory.models import Municipality
from tracker.territory.queries import within
from tracker.territory.rules import Scope

#: Counted no further than this.
COUNTED = 1_000


def count_nobody(scope: Scope, municipality_id: int | None = None) -> int:
    """How many things in scope (or of one municipality) nobody could be told; COUNTED + 1 means more."""
    some = select(Notice.id).where(_waits(scope)).limit(COUNTED + 1)
    if municipality_id is not None:
        some = some.where(Notice.municipality_id == municipality_id)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def nobody_in(scope: Scope, page: int, size: int) -> Sequence[Notice]:
    """A page of what nobody in scope could be told, by municipality, and one more row where there are more."""
    statement = (
        select(Notice)
        .join(Municipality, Municipality.id == Notice.municipality_id)
        .where(_waits(scope))
        .order_by(Municipality.name_key, Municipality.id, Notice.id)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    return db.session.scalars(statement).all()


def first_days_of(subjects: Sequence[str]) -> dict[str, date]:
    """By subject the first day on which nobody could be told of it."""
    statement = (
        select(Notice.subject, func.min(Notice.day))
        .where(Notice.subject.in_(subjects), Notice.audience == "nobody", Notice.reason != "skipped")
        .group_by(Notice.subject)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def rows_behind(subjects: Sequence[str]) -> dict[str, tuple[Commitment | Milestone, Commitment]]:
    """By subject (`commitment:12`, `milestone:40`) its row and the commitment, each with who leads."""
    ids: dict[str, list[int]] = {"commitment": [], "milestone": []}
    for subject in subjects:
        kind, _, number = subject.partition(":")
        ids[kind].append(int(number))
    milestones = {m.id: m for m in db.session.scalars(select(Milestone).where(Milestone.id.in_(ids["milestone"])))}
    owners = [m.commitment_id for m in milestones.values()]
    statement = (
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(or_(Commitment.id.in_(ids["commitment"]), Commitment.id.in_(owners)))
    )
    commitments = {c.id: c for c in db.session.scalars(statement)}
    found: dict[str, tuple[Commitment | Milestone, Commitment]] = {
        commitments[i].subject: (commitments[i], commitments[i]) for i in ids["commitment"] if i in commitments
    }
    return found | {m.subject: (m, commitments[m.commitment_id]) for m in milestones.values()}


def _waits(scope: Scope) -> ColumnElement[bool]:
    return (Notice.state == "nobody") & within(scope, Notice.municipality_id)
