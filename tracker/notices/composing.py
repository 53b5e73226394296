"""Composing: waiting notices become digests, one a person and local day, when they may leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update

from tracker.core.db import db, insert_into
from tracker.core.now import is_zone, local_day, zone
from tracker.notices.models import Digest, Notice
from tracker.notices.queries import municipalities_behind, municipalities_waiting, shared_recipients
from tracker.notices.queries.held import masses_of
from tracker.notices.queries.resting import came_in_on
from tracker.notices.rules import RIDER, may_leave
from tracker.post.operations import post_mails
from tracker.territory.queries import hold_all, places_by_id, policies_for
from tracker.territory.rules import Place, is_working_day

_CHUNK = 500


@dataclass
class Composed:
    """What one composing did."""

    digests: int = 0
    notices: int = 0
    #: Mails held back until a person says yes.
    waiting_for_approval: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts under their public names."""
        return {
            "digests": self.digests,
            "notices": self.notices,
            "waiting_for_approval": self.waiting_for_approval,
        }


def places_to_compose(now: datetime, narrowed_to: int | None = None, whatever_hour: bool = False) -> list[Place]:
    """Places with waiting notices whose digest hour has come on a working day; `whatever_hour` takes all."""
    places = [p for p in places_by_id(municipalities_waiting(narrowed_to)).values() if is_zone(p.zone)]
    if whatever_hour:
        return places
    policies = policies_for(places)
    return [p for p in places if may_leave(now, zone(p.zone), p.country_code, policies[p.id][0])]


def in_batches(places: Sequence[Place], size: int) -> list[list[Place]]:
    """These places in groups of about `size`, so that nobody hears of places in two groups."""
    group_of = _grouped([place.id for place in places])
    groups: dict[int, list[Place]] = {}
    for place in places:
        groups.setdefault(group_of.get(place.id, place.id), []).append(place)
    batches: list[list[Place]] = [[]]
    for group in groups.values():
        if batches[-1] and len(batches[-1]) + len(group) > size:
            batches.append([])
        batches[-1] += group
    return [batch for batch in batches if batch]


def _grouped(ids: Sequence[int]) -> dict[int, int]:
    """For each place that shares a listener with another one, a place that stands for all of them."""
    stands_for: dict[int, int] = {}

    def found(place_id: int) -> int:
        while stands_for.get(place_id, place_id) != place_id:
            place_id = stands_for[place_id]
        return place_id

    first_of: dict[str, int] = {}
    for recipient, place_id in shared_recipients(ids):
        first = first_of.setdefault(recipient, place_id)
        stands_for[found(place_id)] = found(first)
    return {place_id: found(place_id) for place_id in stands_for}


def places_behind(places: Sequence[Place], day: date, now: datetime, whatever_hour: bool = False) -> list[Place]:
    """Other places where notices of an earlier day wait for somebody who gets a digest of these places now.

    One digest a person and day: without this, who works for two places would hear of the later one never. Only
    places on whose own day it is a working day.
    """
    own = {place.id for place in places}
    found = places_by_id(municipalities_behind(sorted(own), day))
    others = [p for p in found.values() if p.id not in own and is_zone(p.zone)]
    policies = policies_for(others)
    return [
        p
        for p in others
        if whatever_hour or is_working_day(local_day(now, p.zone), p.country_code, policies[p.id][0])
    ]


def compose_for(
    places: Sequence[Place], day: date, now: datetime, behind: Sequence[Place] = (), by_itself: bool = False
) -> Composed:
    """Put the waiting notices of these places (all of one local day) into digests, in the caller's transaction.

    Who already has a digest of that day hears the rest in the next one. Notices of an earlier day in the places
    `behind` go along. More mails for one municipality than may leave by themselves wait for a person's yes.
    `by_itself`: nobody asked for that day, so what was brought in on it through the pages rests until the next,
    unless somebody let its mails leave; until then it can be undone and brought up to date.
    """
    done = Composed()
    hold_all([place.id for place in (*places, *behind)])
    own = _free_to_leave([place.id for place in places], day, done)
    left = _free_to_leave([place.id for place in behind], day, done)
    ready: list[ColumnElement[bool]] = []
    if by_itself:
        wanted = [municipality_id for municipality_id, approved in {**own, **left}.items() if approved]
        ready = [or_(Notice.municipality_id.in_(wanted), not_(came_in_on(day)))]
    taken: ColumnElement[bool] = Notice.municipality_id.in_(own)
    if left:
        taken = or_(taken, and_(Notice.municipality_id.in_(left), Notice.day < day))
    taken = and_(taken, *ready)
    waiting = db.session.execute(
        select(Notice.recipient, func.min(Notice.name).label("name"), func.min(Notice.locale).label("locale"))
        .where(Notice.state == "waiting", Notice.step != RIDER, Notice.municipality_id.in_(own), *ready)
        .group_by(Notice.recipient)
        .order_by(Notice.recipient)
    ).all()
    for start in range(0, len(waiting), _CHUNK):
        _compose_chunk([row._asdict() for row in waiting[start : start + _CHUNK]], taken, day, now, done)
    return done


def _compose_chunk(
    people: list[dict[str, Any]], taken: ColumnElement[bool], day: date, now: datetime, done: Composed
) -> None:
    """The digests of these people: (recipient, name, locale) each."""
    statement = insert_into(Digest).on_conflict_do_nothing(index_elements=[Digest.recipient, Digest.day])
    made = {
        row.recipient: row.id
        for row in db.session.execute(
            statement.returning(Digest.id, Digest.recipient), [{**person, "day": day} for person in people]
        )
    }
    digest_of = (
        select(Digest.id)
        .where(Digest.recipient == Notice.recipient, Digest.day == day)
        .scalar_subquery()
        .correlate(Notice)
    )
    db.session.execute(
        update(Notice)
        .where(
            Notice.state == "sent",
            Notice.cleared_on.is_not(None),
            Notice.cleared_in.is_(None),
            Notice.recipient.in_(made),
        )
        .values(cleared_in=digest_of)
        .execution_options(synchronize_session=False)
    )
    moved: Any = db.session.execute(
        update(Notice)
        .where(Notice.state == "waiting", Notice.recipient.in_(made), taken)
        .values(state="composed", digest_id=digest_of)
        .execution_options(synchronize_session=False)
    )
    post_mails("digest", [(made[recipient], recipient) for recipient in sorted(made)], now)
    done.digests += len(made)
    done.notices += moved.rowcount


def _free_to_leave(ids: list[int], day: date, done: Composed) -> dict[int, bool]:
    """The municipalities whose mails of the day are few enough, or have somebody's yes: id → whether they have."""
    masses = masses_of(ids, day)
    done.waiting_for_approval += sum(mass.waiting for mass in masses.values() if mass.is_held)
    return {municipality_id: mass.approved for municipality_id, mass in masses.items() if not mass.is_held}
