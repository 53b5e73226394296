"""Every zone of the region, odd days of the calendar, clocks that jump and servers that slept: once, and true."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from config import ROOT
from tests.support.apps import only_sqlite
from tests.support.clock import at
from tests.support.factories import be_patient, make_commitment, make_place, make_unit
from tracker.agenda.models import Watch
from tracker.core.db import db
from tracker.core.now import local_day
from tracker.follow_up import ticks
from tracker.notices.models import Digest, Notice
from tracker.territory.rules import Place

COUNTRIES = {
    entry["code"]: entry["timezone"]
    for entry in json.loads((ROOT / "tracker" / "territory" / "countries.json").read_text(encoding="utf-8"))
}
#: Zones of single states, which differ from their country's.
MORE = {
    "MX": ("America/Tijuana", "America/Cancun", "America/Hermosillo", "America/Chihuahua"),
    "BR": ("America/Noronha", "America/Manaus", "America/Rio_Branco", "America/Cuiaba"),
    "CL": ("Pacific/Easter", "America/Punta_Arenas"),
    "EC": ("Pacific/Galapagos",),
    "AR": ("America/Argentina/Ushuaia",),
}
ZONES = [(code, zone) for code, own in COUNTRIES.items() for zone in (own, *MORE.get(code, ()))]


def instant(day: date, hour: int, zone: str) -> str:
    """An instant of a local day, as `at` takes it."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC).isoformat()


def late_town(zone: str, due: date, country: str = "MX") -> Place:
    """A municipality with one commitment due on a day."""
    place = make_place(country, zone=zone)
    be_patient(place)
    unit = make_unit(place, mailbox=f"box{place.id}@example.org")
    make_commitment(place, due_on=due, unit=unit, day=due - timedelta(days=60))
    return place


def raised() -> list[tuple[str, date]]:
    """(step, local day) of what was to be sent, in order."""
    db.session.remove()
    rows = select(Notice.step, Notice.day).where(Notice.reason != "skipped").order_by(Notice.id)
    return [(row[0], row[1]) for row in db.session.execute(rows)]


@only_sqlite
def test_in_every_zone_of_the_region_late_begins_at_the_local_midnight(fresh_app: Flask) -> None:
    due = date(2027, 3, 31)
    with fresh_app.app_context():
        places = {late_town(zone, due, code).id: zone for code, zone in ZONES}
        db.session.commit()
        begins = datetime(2027, 4, 1, tzinfo=UTC)
        found: dict[int, datetime] = {}
        with at(begins.isoformat()) as clock:
            for _hour in range(24):
                ticks.check_due()
                db.session.remove()
                late = select(Notice.municipality_id).where(Notice.step == "overdue+1")
                for municipality_id in set(db.session.scalars(late)) - found.keys():
                    found[municipality_id] = datetime.now(UTC)
                db.session.remove()
                clock.shift(timedelta(hours=1))
    assert found.keys() == places.keys()
    wrong = {
        places[i]: moment.isoformat()
        for i, moment in found.items()
        if not timedelta(0) <= moment - datetime(2027, 4, 1, tzinfo=ZoneInfo(places[i])) < timedelta(hours=1)
    }
    assert wrong == {}


@only_sqlite
@pytest.mark.parametrize(
    "due", [date(2028, 2, 29), date(2027, 2, 28), date(2027, 12, 31), date(2027, 4, 30), date(2028, 1, 1)]
)
def test_ends_of_months_and_years_are_days_like_others(fresh_app: Flask, due: date) -> None:
    zone = "America/Guatemala"
    steps = {-14: "due-14", -3: "due-3", 1: "overdue+1", 10: "overdue+10", 30: "overdue+30", 60: "overdue+60"}
    with fresh_app.app_context():
        late_town(zone, due)
        db.session.commit()
        with at(instant(due - timedelta(days=20), 12, zone)) as clock:
            for _day in range(85):
                ticks.check_due()
                db.session.remove()
                clock.shift(timedelta(days=1))
        # From the tenth day on the coordinator hears; there is none, so the unit's mailbox is not bothered again.
        found = {(step, day) for step, day in raised()}
    assert found == {(name, due + timedelta(days=days)) for days, name in steps.items()}


@pytest.mark.parametrize("down", [1, 5, 40])
def test_after_days_without_a_server_the_current_step_is_told_once_with_the_true_days(
    fresh_app: Flask, down: int
) -> None:
    zone, due = "America/La_Paz", date(2027, 6, 10)
    with fresh_app.app_context():
        late_town(zone, due, "BO")
        db.session.commit()
        with at(instant(due, 12, zone)) as clock:
            ticks.check_due()
            clock.shift(timedelta(days=down + 1))
            day = local_day(datetime.now(UTC), zone)
            for _tick in range(3):
                ticks.check_due()
        current = {1: "overdue+1", 5: "overdue+1", 40: "overdue+30"}[down]
        assert raised() == [("due-3", due), (current, day)]
        skipped = set(db.session.scalars(select(Notice.step).where(Notice.reason == "skipped")))
        passed_over = {"overdue+1", "overdue+10"} if down == 40 else set()
        assert skipped == {"due-14"} | passed_over


def test_a_clock_that_jumps_doubles_and_loses_nothing(fresh_app: Flask) -> None:
    zone, due = "America/Lima", date(2027, 8, 16)
    with fresh_app.app_context():
        place = late_town(zone, due, "PE")
        db.session.commit()
        for day, hour in ((-3, 12), (1, 8), (-2, 8), (1, 9), (0, 23), (2, 1), (1, 10), (10, 8), (3, 8), (10, 9)):
            with at(instant(due + timedelta(days=day), hour, zone)):
                ticks.check_due()
                ticks.compose_due(whatever_hour_day=None)
            db.session.remove()
        told = [(step, day) for step, day in raised()]
        assert told == [
            ("due-3", due - timedelta(days=3)),
            ("overdue+1", due + timedelta(days=1)),
            ("overdue+10", due + timedelta(days=10)),
        ]
        assert db.session.get_one(Watch, place.id).checked_on == due + timedelta(days=10)
        digests = db.session.execute(select(Digest.recipient, Digest.day)).all()
        assert len(digests) == len(set(digests)) == 3


@only_sqlite
def test_the_hour_and_the_working_day_move_the_digest_and_never_the_step(fresh_app: Flask) -> None:
    """Due on Christmas Eve of 2026, a Thursday: what is late on the 25th is told on Monday the 28th at seven."""
    zone, due = "America/Bogota", date(2026, 12, 24)
    with fresh_app.app_context():
        late_town(zone, due, "CO")
        db.session.commit()
        with at(instant(due, 6, zone)) as clock:
            for _hour in range(24 * 6):
                ticks.check_due()
                ticks.compose_due()
                clock.shift(timedelta(hours=1))
        assert raised()[-1] == ("overdue+1", date(2026, 12, 25))
        assert [day for (day,) in db.session.execute(select(Digest.day).order_by(Digest.id))] == [
            date(2026, 12, 24),
            date(2026, 12, 28),
        ]
