"""Looking afresh: after a clock that ran ahead, after a corrected address; and forgetting old journals."""

from datetime import date, datetime

from sqlalchemy import delete, select

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import reckon, recount, watch_of
from tracker.agenda.operations.commitments import milestones_of
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act
from tracker.core.db import LONG_AGO, NEVER, begin_write, db
from tracker.follow_up.models import JobRun, PlaceCheck
from tracker.notices.operations import take_back_skipped
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place


def forget_checks(before: datetime) -> None:
    """Drop lines of the journal of checks that are older than this instant."""
    begin_write()
    db.session.execute(delete(PlaceCheck).where(PlaceCheck.at < before))
    db.session.execute(delete(JobRun).where(JobRun.began_at < before))


def look_afresh(act: Act, place: Place, unit_id: int) -> None:
    """A unit has another address: the next check tells it the steps that hold now, and nobody anything twice."""
    hold(place.id)
    is_open = (Commitment.completed_on == NEVER, Commitment.cancelled_on == NEVER)
    led = select(Commitment).where(Commitment.municipality_id == place.id, Commitment.unit_id == unit_id, *is_open)
    policy = policy_for(place)
    for commitment in db.session.scalars(led):
        own = milestones_of(commitment)
        rows: list[Commitment | Milestone] = [commitment, *own]
        for row in rows:
            restart(row)
        reckon(commitment, own, policy)
    recount(place.id, act.day)


def take_back_checks(place: Place, day: date) -> None:
    """Forget checks of days after `day`, the municipality's own present one: nothing of these days has come yet."""
    hold(place.id)
    milestones: dict[int, list[Milestone]] = {}
    for milestone in db.session.scalars(select(Milestone).where(Milestone.municipality_id == place.id)):
        milestones.setdefault(milestone.commitment_id, []).append(milestone)
    commitments = db.session.scalars(select(Commitment).where(Commitment.municipality_id == place.id)).all()
    policy = policy_for(place)
    for commitment in commitments:
        own = milestones.get(commitment.id, [])
        rows: list[Commitment | Milestone] = [commitment, *own]
        for row in rows:
            if row.checked_on > day:
                restart(row)
        reckon(commitment, own, policy)
    watch = watch_of(place.id)
    watch.checked_on = watch.counted_on = LONG_AGO
    take_back_skipped(place.id, day)
    recount(place.id, day)
