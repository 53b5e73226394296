"""What came in late and nobody has sorted yet."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import NEVER, db

PAGE = 50


def _unsorted(model: type[Commitment] | type[Milestone], municipality_id: int, day: date) -> ColumnElement[bool]:
    """Late on the day, late already when it came in, and not sorted; `overdue_from` holds only of what is open."""
    return and_(
        model.municipality_id == municipality_id,
        model.overdue_from <= day,
        model.overdue_from < NEVER,
        model.due_on < model.entered_on,
        model.sorted_on.is_(None),
    )


def unsorted_count(municipality_id: int, day: date) -> int:
    """How many commitments and milestones that came in late wait to be sorted."""
    counts = [
        select(func.count()).select_from(model).where(_unsorted(model, municipality_id, day)).scalar_subquery()
        for model in (Commitment, Milestone)
    ]
    return db.session.scalar(select(counts[0] + counts[1])) or 0


def unsorted_rows(municipality_id: int, day: date, limit: int) -> list[Commitment | Milestone]:
    """The longest overdue of them: commitments, then milestones of those that stay."""
    with_unit = (joinedload(Commitment.unit), joinedload(Commitment.partner))
    own = select(Commitment).options(*with_unit).where(_unsorted(Commitment, municipality_id, day))
    rows: list[Commitment | Milestone] = list(
        db.session.scalars(own.order_by(Commitment.due_on, Commitment.id).limit(limit))
    )
    # Asked even where there is no room left, so that the page asks as often whatever there is.
    steps = (
        select(Milestone)
        .options(joinedload(Milestone.commitment).options(*with_unit))
        .where(_unsorted(Milestone, municipality_id, day))
        .order_by(Milestone.due_on, Milestone.id)
        .limit(limit - len(rows))
    )
    rows += db.session.scalars(steps)
    return rows


def unsorted_subjects(municipality_id: int, day: date) -> list[str]:
    """The subjects of all of them."""
    found: list[str] = []
    for model, kind in ((Commitment, "commitment"), (Milestone, "milestone")):
        ids = select(model.id).where(_unsorted(model, municipality_id, day)).order_by(model.id)
        found += [f"{kind}:{key}" for key in db.session.scalars(ids)]
    return found


def rows_called(municipality_id: int, subjects: Sequence[str]) -> list[Commitment | Milestone]:
    """Rows of one municipality by subject, commitments first, for writing; unknown ones are missing."""
    ids: dict[str, list[int]] = {"commitment": [], "milestone": []}
    for subject in subjects:
        kind, _, number = subject.partition(":")
        if kind in ids and number.isascii() and number.isdigit() and len(number) < 19:
            ids[kind].append(int(number))
    rows: list[Commitment | Milestone] = []
    for start in range(0, max(map(len, ids.values()), default=0), 500):
        own = select(Commitment).where(
            Commitment.municipality_id == municipality_id, Commitment.id.in_(ids["commitment"][start : start + 500])
        )
        rows += db.session.scalars(own.order_by(Commitment.id))
    for start in range(0, len(ids["milestone"]), 500):
        steps = (
            select(Milestone)
            .options(joinedload(Milestone.commitment))
            .where(
                Milestone.municipality_id == municipality_id,
                Milestone.id.in_(ids["milestone"][start : start + 500]),
            )
        )
        rows += db.session.scalars(steps.order_by(Milestone.id))
    return rows
