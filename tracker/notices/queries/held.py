"""Mails that are too many for one day to leave by themselves: the rule told once, for composing and for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, case, func, select
from sqlalchemy.orm import aliased

from tracker.core.db import db
from tracker.core.now import is_zone, local_day
from tracker.notices.models import Digest, MassApproval, Notice
from tracker.notices.rules import APPROVAL_ABOVE, RIDER, Mass, leaving_day
from tracker.territory.models import Municipality
from tracker.territory.queries import in_scope, places_by_id, policies_for
from tracker.territory.rules import Place, Scope

#: Subjects of what waits that are named.
MOST_LINES = 40
#: Municipalities named in one statement.
_AT_ONCE = 1_000
_DAY: BindParameter[date] = bindparam("day")
_PEOPLE = func.count(Notice.recipient.distinct())
_OF_DAY = select(func.min(Digest.id)).where(Digest.day == _DAY).scalar_subquery()
_MASSES = select(
    Municipality.id,
    select(_PEOPLE)
    .where(
        Notice.state == "waiting",
        Notice.step != RIDER,
        Notice.municipality_id == Municipality.id,
        ~select(Digest.id).where(Digest.recipient == Notice.recipient, Digest.day == _DAY).exists(),
    )
    .correlate(Municipality)
    .scalar_subquery()
    .label("waiting"),
    select(_PEOPLE)
    .join(Digest, Digest.id == Notice.digest_id)
    .where(Notice.municipality_id == Municipality.id, Notice.digest_id >= _OF_DAY, Digest.day == _DAY)
    .correlate(Municipality)
    .scalar_subquery()
    .label("composed"),
    select(MassApproval.day)
    .where(MassApproval.municipality_id == Municipality.id, MassApproval.day == _DAY)
    .exists()
    .label("approved"),
).where(Municipality.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Held:
    """Mails of one municipality that wait for a person's yes, and the day on which they would leave."""

    place: Place
    day: date
    mass: Mass


@dataclass(frozen=True)
class Waiting:
    """What waits in one municipality: by subject, those due first; how much of it there is in all."""

    #: Each with `people`, how many would hear of it.
    lines: Sequence[Row[Any]]
    subjects: int
    notices: int
    #: Notices about what was late already when it was brought in.
    quiet: int
    #: The id of the newest notice.
    newest: int

    @property
    def rest(self) -> int:
        """How many subjects are not named."""
        return self.subjects - len(self.lines)


def masses_of(ids: Sequence[int], day: date) -> dict[int, Mass]:
    """For each of these municipalities its mails of a local day: how many, and whether somebody said yes."""
    found: dict[int, Mass] = {}
    for start in range(0, len(ids), _AT_ONCE):
        asked = {"ids": list(ids[start : start + _AT_ONCE]), "day": day}
        rows: Sequence[Row[Any]] = db.session.execute(_MASSES, asked).all()
        found |= {row.id: Mass(row.waiting, row.composed, bool(row.approved)) for row in rows}
    return found


def held_at(place: Place, day: date) -> Mass | None:
    """The mails of a municipality that wait for somebody's yes to leave on this day; None where none do."""
    mass = masses_of([place.id], day)[place.id]
    return mass if mass.is_held else None


def held_in(scope: Scope, now: datetime) -> list[Held]:
    """Every municipality in scope whose mails wait for somebody's yes, by name."""
    places = [place for place in places_by_id(_may_be_held(scope, now)).values() if is_zone(place.zone)]
    policies = policies_for(places)
    by_day: dict[date, dict[int, Place]] = {}
    for place in places:
        day = leaving_day(local_day(now, place.zone), place.country_code, policies[place.id][0])
        by_day.setdefault(day, {})[place.id] = place
    held = [
        Held(own[municipality_id], day, mass)
        for day, own in by_day.items()
        for municipality_id, mass in masses_of(list(own), day).items()
        if mass.is_held
    ]
    return sorted(held, key=lambda each: (each.place.name, each.place.code))


def waiting_at(municipality_id: int) -> Waiting:
    """What waits to be told in a municipality."""
    here = (Notice.municipality_id == municipality_id, Notice.state == "waiting")
    came_late = Notice.facts["quiet_start"].as_boolean()
    whole = db.session.execute(
        select(
            func.count(Notice.subject.distinct()),
            func.count(),
            func.sum(case((came_late, 1), else_=0)),
            func.max(Notice.id),
        ).where(*here)
    ).one()
    by_subject = (
        select(
            func.max(Notice.id).label("newest"),
            _PEOPLE.label("people"),
            func.min(Notice.struck_on).label("first"),
        )
        .where(*here)
        .group_by(Notice.subject)
        .subquery()
    )
    lines: Sequence[Row[Any]] = db.session.execute(
        select(Notice.facts, Notice.day, Notice.struck_on, by_subject.c.people)
        .join(by_subject, by_subject.c.newest == Notice.id)
        .order_by(by_subject.c.first, Notice.id)
        .limit(MOST_LINES)
    ).all()
    return Waiting(lines, whole[0], whole[1], int(whole[2] or 0), whole[3] or 0)


def _may_be_held(scope: Scope, now: datetime) -> list[int]:
    """Ids of municipalities in scope with so much waiting and lately composed that some of it may be held.

    Notices are counted here, not their readers: that needs the index alone.
    """
    days = [now.date() + timedelta(days=number) for number in (-1, 0, 1)]
    lately = select(func.min(Digest.id)).where(Digest.day.in_(days)).scalar_subquery()
    waiting = select(Notice.municipality_id, func.count().label("count")).where(Notice.state == "waiting")
    if not scope.everywhere:
        waiting = waiting.where(Notice.municipality_id.in_(select(Municipality.id).where(in_scope(scope))))
    each = waiting.group_by(Notice.municipality_id).subquery()
    composed = aliased(Notice)
    before = (
        select(func.count(composed.recipient.distinct()))
        .where(composed.municipality_id == each.c.municipality_id, composed.digest_id >= lately)
        .correlate(each)
        .scalar_subquery()
    )
    statement = select(each.c.municipality_id).where(each.c.count + before > APPROVAL_ABOVE)
    return list(db.session.scalars(statement))
