"""Signs of life: what ends silence."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.reckoning import reckon
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.notices.operations import void_questions
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place


def note_sign(
    act: Act, place: Place, commitment: Commitment, progress: int | None, delivered: Decimal | None
) -> None:
    """A sign of life with a figure (0-100) or an amount delivered, either may be missing; does not recount."""
    if delivered is not None:
        commitment.delivered += delivered
    if commitment.quantity:
        commitment.progress = rules.progress_of(commitment.quantity, commitment.delivered)
    elif progress is not None:
        commitment.progress = progress
    note_signs(act, place, [commitment])


def note_signs(act: Act, place: Place, commitments: Sequence[Commitment], begun: bool = True) -> None:
    """A sign of life of each of these commitments of one place; does not recount.

    Not every sign says that work has `begun`: asking for a date, or saying what is in the way, does not.
    """
    milestones: dict[int, list[Milestone]] = {}
    about = Milestone.municipality_id == place.id, Milestone.commitment_id.in_([c.id for c in commitments])
    for milestone in db.session.scalars(select(Milestone).where(*about).order_by(Milestone.id)):
        milestones.setdefault(milestone.commitment_id, []).append(milestone)
    policy = policy_for(place)
    if begun:
        void_questions(place.id, [commitment.subject for commitment in commitments])
    for commitment in commitments:
        if begun:
            commitment.begun_on = min(commitment.begun_on, act.day)
        commitment.last_sign_on = max(act.day, commitment.last_sign_on or act.day)
        reckon(commitment, milestones.get(commitment.id, []), policy)
