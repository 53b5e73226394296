"""Which notices go into which digest: people of several places, places of several zones, too many for one day."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.clock import moment
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit, make_user
from tracker.core.db import db
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for, in_batches, places_behind
from tracker.notices.deciding import approve_mass, decline_mass
from tracker.notices.models import Digest, Notice
from tracker.territory.rules import Place

WHO = "ana@example.org"


def town(zone: str = "America/Mexico_City", address: str = WHO, country: str = "MX", due: date = DAY) -> Place:
    """A municipality with something late of which this address hears."""
    place = make_place(country, zone=zone)
    unit = make_unit(place, mailbox=address)
    make_commitment(place, due_on=due - timedelta(days=1), unit=unit, day=due - timedelta(days=60))
    return place


def carried() -> dict[tuple[str, date], set[int]]:
    """Municipalities by (recipient, day) of digest."""
    found: dict[tuple[str, date], set[int]] = {}
    rows = select(Digest.recipient, Digest.day, Notice.municipality_id).join(Notice, Notice.digest_id == Digest.id)
    for recipient, day, municipality_id in db.session.execute(rows):
        found.setdefault((recipient, day), set()).add(municipality_id)
    return found


def test_places_with_a_common_listener_are_composed_together(session: DbSession) -> None:
    places = [town(address=f"{name}@example.org") for name in ("ana", "eva", "ana", "eva", "ida")]
    check_places(places, DAY, act().at)
    groups = in_batches(places, 1)
    assert sorted(sorted(place.id for place in group) for group in groups) == sorted(
        [[places[0].id, places[2].id], [places[1].id, places[3].id], [places[4].id]]
    )
    for group in groups:
        compose_for(group, DAY, act().at)
    assert carried()[WHO, DAY] == {places[0].id, places[2].id}


def test_batches_keep_to_their_size(session: DbSession) -> None:
    places = [town(address=f"u{number}@example.org") for number in range(5)]
    check_places(places, DAY, act().at)
    assert [len(group) for group in in_batches(places, 2)] == [2, 2, 1]


def test_a_place_of_a_later_zone_is_not_left_behind_for_ever(session: DbSession) -> None:
    """Each day the earlier zone has its digest first; the later one's notices ride along the day after."""
    east, west = town("America/Cancun"), town("America/Tijuana")
    check_places([east, west], DAY, act().at)
    seven = moment("2026-11-23T12:00Z")
    compose_for([east], DAY, seven, places_behind([east], DAY, seven))
    compose_for([west], DAY, seven + timedelta(hours=3))
    assert carried() == {(WHO, DAY): {east.id}}
    make_commitment(east, due_on=DAY, unit=make_unit(east, mailbox=WHO), day=DAY)
    following = DAY + timedelta(days=1)
    check_places([east], following, act(following).at)
    behind = places_behind([east], following, seven + timedelta(days=1))
    assert [place.id for place in behind] == [west.id]
    compose_for([east], following, seven + timedelta(days=1), behind)
    assert carried()[WHO, following] == {east.id, west.id}


@pytest.mark.parametrize(("day", "rides"), [("2026-09-18T14:00Z", False), ("2026-09-17T14:00Z", True)])
def test_what_waits_where_it_is_a_holiday_goes_on_waiting(session: DbSession, day: str, rides: bool) -> None:
    """18 September is a holiday in Chile and none in Mexico."""
    now: datetime = moment(day)
    local = now.date()
    here, there = town(due=local), town("America/Santiago", country="CL", due=local)
    check_places([here], local, now)
    check_places([there], local - timedelta(days=1), now)
    waiting = Notice(**_copy_of_any(there, local - timedelta(days=1)))
    db.session.add(waiting)
    db.session.flush()
    assert [p.id for p in places_behind([here], local, now)] == ([there.id] if rides else [])


def _copy_of_any(place: Place, day: date) -> dict[str, object]:
    one = db.session.scalars(select(Notice).limit(1)).one()
    facts = {column.key: getattr(one, column.key) for column in Notice.__table__.columns if column.key != "id"}
    return {**facts, "key": f"copy of {place.id}", "municipality_id": place.id, "day": day}


def crowded(people: int) -> Place:
    """A municipality of which so many people hear something today."""
    place = make_place()
    for number in range(people):
        unit = make_unit(place, f"Unidad {number}", mailbox=f"u{number}@example.org")
        make_commitment(place, due_on=DAY, unit=unit)
    check_places([place], DAY, act().at)
    return place


def test_mails_of_the_day_count_whenever_they_were_composed(session: DbSession) -> None:
    place = crowded(60)
    assert compose_for([place], DAY, act().at).digests == 60
    for number in range(60, 101):
        unit = make_unit(place, f"Unidad {number}", mailbox=f"u{number}@example.org")
        make_commitment(place, due_on=DAY, unit=unit)
    check_places([place], DAY, act().at)
    held = compose_for([place], DAY, act().at)
    assert (held.digests, held.waiting_for_approval) == (0, 41)
    following = DAY + timedelta(days=1)
    assert compose_for([place], following, act(following).at).digests == 41


def test_a_hundred_mails_leave_by_themselves(session: DbSession) -> None:
    assert compose_for([crowded(100)], DAY, act().at).digests == 100


def test_a_yes_is_for_its_day(session: DbSession) -> None:
    place = crowded(101)
    approve_mass(act(), place.id)
    following = DAY + timedelta(days=1)
    assert compose_for([place], following, act(following).at).digests == 0
    assert compose_for([place], DAY, act().at).digests == 101


def test_a_no_ends_them_with_its_reason_and_later_steps_come_as_ever(session: DbSession) -> None:
    place = crowded(101)
    make_user("coordinator", place=place, email="coord@example.org")
    decline_mass(act(), place.id)
    assert set(db.session.execute(select(Notice.state, Notice.reason))) == {("cancelled", "declined")}
    late = DAY + timedelta(days=1)
    check_places([place], late, act(late).at)
    assert compose_for([place], late, act(late).at).waiting_for_approval == 101
