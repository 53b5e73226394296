"""What the scheduled check reads."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from tracker.accounts.models import Membership
from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import NEVER, db
from tracker.territory.models import Partner, Unit

_CHUNK = 500
#: States of milestones as well as of commitments.
_OF_DATES = ("overdue", "due_soon")
#: A commitment or milestone with its commitment.
Looked = tuple[Commitment | Milestone, Commitment]


@dataclass(frozen=True)
class Cursor:
    """How far a check has come: the last ids it looked at."""

    commitment_id: int = 0
    milestone_id: int = 0


def rows_to_check(
    municipality_ids: Sequence[int], day: date, everything: bool, after: Cursor, most: int
) -> tuple[list[Looked], Cursor | None]:
    """Open rows whose check has come by `day` (or every open row), `most` of them, for writing.

    The second part is where to go on; None where these were the last.
    """
    rows: list[Looked] = []
    own = select(Commitment).where(_asks(Commitment, municipality_ids, day, everything))
    own = own.where(Commitment.id > after.commitment_id).order_by(Commitment.id).limit(most)
    rows += [(c, c) for c in db.session.scalars(own)]
    if len(rows) == most:
        return rows, Cursor(rows[-1][0].id, after.milestone_id)
    steps = _with_commitment(_asks(Milestone, municipality_ids, day, everything))
    steps = steps.where(Milestone.id > after.milestone_id).order_by(Milestone.id).limit(most - len(rows))
    milestones: list[Looked] = [(m, c) for m, c in db.session.execute(steps)]
    rows += milestones
    if len(rows) < most:
        return rows, None
    # Every commitment is behind: none has this id or a higher one.
    return rows, Cursor(sys.maxsize, milestones[-1][0].id)


def rows_about(subjects: Mapping[int, Sequence[str]]) -> list[Looked]:
    """The rows of these subjects (`commitment:12`, `milestone:40`), by municipality, for writing."""
    rows: list[Looked] = []
    for municipality_id, named in subjects.items():
        ids: dict[str, list[int]] = {"commitment": [], "milestone": []}
        for subject in named:
            kind, _, number = subject.partition(":")
            ids[kind].append(int(number))
        for start in range(0, len(named), _CHUNK):
            some = {kind: numbers[start : start + _CHUNK] for kind, numbers in ids.items()}
            own = select(Commitment).where(
                Commitment.municipality_id == municipality_id, Commitment.id.in_(some["commitment"])
            )
            if some["commitment"]:
                rows += [(c, c) for c in db.session.scalars(own.order_by(Commitment.id))]
            steps = _with_commitment(
                and_(Milestone.municipality_id == municipality_id, Milestone.id.in_(some["milestone"]))
            )
            if some["milestone"]:
                rows += [(m, c) for m, c in db.session.execute(steps.order_by(Milestone.id))]
    return rows


def led_by_reachable_partners(municipality_ids: Sequence[int]) -> set[int]:
    """Of these municipalities those where a partner that can be told leads something."""
    has_user = select(Membership.id).where(Membership.partner_id == Partner.id).exists()
    statement = (
        select(Commitment.municipality_id)
        .join(Partner, Partner.id == Commitment.partner_id)
        .where(Commitment.municipality_id.in_(municipality_ids), or_(Partner.email.is_not(None), has_user))
        .distinct()
    )
    return set(db.session.scalars(statement))


def _asks(
    model: type[Commitment] | type[Milestone], municipality_ids: Sequence[int], day: date, everything: bool
) -> ColumnElement[bool]:
    """Whether a row is to be looked at."""
    if everything:
        asks = and_(model.completed_on == NEVER, model.cancelled_on == NEVER)
        if model is Commitment:
            asks = and_(asks, ~Commitment.draft)
    else:
        # Spelled out, so that the partial index serves.
        asks = and_(model.next_check_on <= day, model.next_check_on < literal(NEVER, literal_execute=True))
    return and_(model.municipality_id.in_(municipality_ids), asks)


def _with_commitment(condition: ColumnElement[bool]) -> Select[Milestone, Commitment]:
    return (
        select(Milestone, Commitment)
        .join(
            Commitment,
            (Commitment.municipality_id == Milestone.municipality_id) & (Commitment.id == Milestone.commitment_id),
        )
        .where(condition)
    )


def rows_in_state(
    state: str, municipality_ids: Sequence[int], day: date
) -> Iterator[tuple[Commitment | Milestone, Commitment, str | None]]:
    """Rows in one state on the day, with commitment and lead's name, by municipality and due day.

    `overdue` and `due_soon` of commitments and milestones; `behind`, `silent` and `blocked` of commitments.
    """
    lead = func.coalesce(Unit.name, Partner.name)
    for start in range(0, len(municipality_ids), _CHUNK):
        ids = municipality_ids[start : start + _CHUNK]
        own = select(Commitment, lead).where(Commitment.municipality_id.in_(ids), _holds(Commitment, state, day))
        own = _with_lead(own).order_by(Commitment.municipality_id, Commitment.due_on, Commitment.id)
        commitment: Commitment
        milestone: Milestone
        for commitment, name in db.session.execute(own):
            yield commitment, commitment, name
        if state not in _OF_DATES:
            continue
        steps = (
            select(Milestone, Commitment, lead)
            .join(
                Commitment,
                (Commitment.municipality_id == Milestone.municipality_id)
                & (Commitment.id == Milestone.commitment_id),
            )
            .where(Milestone.municipality_id.in_(ids), _holds(Milestone, state, day))
        )
        steps = _with_lead(steps).order_by(Milestone.municipality_id, Milestone.due_on, Milestone.id)
        for milestone, commitment, name in db.session.execute(steps):
            yield milestone, commitment, name


def _holds(model: type[Commitment] | type[Milestone], state: str, day: date) -> ColumnElement[bool]:
    if state not in _OF_DATES:
        struck: ColumnElement[bool] = getattr(model, f"{state}_from") <= day
        return struck
    late = model.overdue_from <= day
    return late if state == "overdue" else (model.soon_from <= day) & ~late


def _with_lead(statement: Any) -> Any:
    return statement.outerjoin(Unit, Unit.id == Commitment.unit_id).outerjoin(
        Partner, Partner.id == Commitment.partner_id
    )
