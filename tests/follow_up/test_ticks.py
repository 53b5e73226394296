"""Ticks: each municipality on its own local day, bad ones alone, files swept, clocks redone."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.support.apps import only_sqlite
from tests.support.clock import at
from tests.support.factories import act, be_patient, make_commitment, make_place, make_unit
from tracker.accounts.models import PasswordReset
from tracker.accounts.operations.resets import ask_reset
from tracker.agenda.models import Commitment, Watch
from tracker.core.db import db
from tracker.core.ticks import Tick, run_tick
from tracker.follow_up import ticks
from tracker.follow_up.models import JobRun
from tracker.notices.models import Notice
from tracker.schedule import TICKS
from tracker.territory.policies.changing import set_policy

FIRST = date(2027, 4, 1)


def notices() -> list[tuple[int, str]]:
    """(municipality, step) of what waits, in order."""
    db.session.remove()
    rows = db.session.execute(
        select(Notice.municipality_id, Notice.step).where(Notice.reason != "skipped").order_by(Notice.id)
    )
    return [(row[0], row[1]) for row in rows]


def test_due_31_march_is_late_from_midnight_of_1_april_local_time(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        west = make_place("MX", zone="America/Tijuana")
        east = make_place("BR", zone="America/Noronha")
        for place in (west, east):
            be_patient(place)
            unit = make_unit(place, mailbox=f"box{place.id}@example.org")
            make_commitment(place, due_on=date(2027, 3, 31), unit=unit, day=date(2027, 1, 1))
        db.session.commit()
        with at("2027-03-31T12:00Z"):
            ticks.check_due()
        with at("2027-04-01T01:59Z"):
            ticks.check_due()
        assert notices() == [(west.id, "due-3"), (east.id, "due-3")]
        with at("2027-04-01T02:00Z"):  # midnight on Fernando de Noronha
            ticks.check_due()
        assert notices()[2:] == [(east.id, "overdue+1")]
        with at("2027-04-01T06:59Z"):
            ticks.check_due()
        assert len(notices()) == 3
        with at("2027-04-01T07:00Z"):  # midnight in Tijuana
            ticks.check_due()
        assert notices()[3:] == [(west.id, "overdue+1")]


def changes_of_the_clock(zone: str, year: int) -> list[date]:
    """The days of a year on which a zone's offset changes."""
    noons = [datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=n) for n in range(365)]
    return [later.date() for early, later in pairwise(noons) if early.utcoffset() != later.utcoffset()]


@pytest.mark.parametrize("zone", ["America/Santiago", "America/Havana", "America/Port-au-Prince"])
@only_sqlite
def test_days_on_which_the_clock_changes_are_checked_once_each(fresh_app: Flask, zone: str) -> None:
    days = changes_of_the_clock(zone, 2027)
    assert len(days) == 2
    with fresh_app.app_context():
        place = make_place("CL", zone=zone)
        for change in days:
            for offset in range(-2, 3):
                make_commitment(place, due_on=change + timedelta(days=offset), day=date(2026, 12, 1))
        db.session.commit()
        for change in days:
            seen: list[date] = []
            with at(f"{change - timedelta(days=2)}T00:30") as clock:
                for _hour in range(0, 5 * 24, 3):
                    ticks.check_due()
                    watch = db.session.get(Watch, place.id)
                    assert watch is not None
                    if not seen or seen[-1] != watch.checked_on:
                        seen.append(watch.checked_on)
                    db.session.remove()
                    clock.shift(timedelta(hours=3))
            assert {change - timedelta(days=1), change, change + timedelta(days=1)} <= set(seen)
            assert seen == [seen[0] + timedelta(days=n) for n in range(len(seen))]


def test_a_municipality_that_fails_does_not_stop_the_others(fresh_app: Flask) -> None:
    with fresh_app.app_context(), at("2027-04-01T12:00Z"):
        good, bad = make_place(), make_place()
        for place in (good, bad):
            be_patient(place)
            make_commitment(place, due_on=FIRST, unit=make_unit(place, mailbox=f"b{place.id}@example.org"))
        db.session.commit()
        # Its zone is unknown: nothing can be said about its day.
        db.session.execute(text("update municipality set timezone = 'Nowhere/Land' where id = :id"), {"id": bad.id})
        db.session.commit()
        ticks.check_due()
        assert [row[0] for row in notices()] == [good.id]


def test_a_tick_never_throws_out_of_itself(fresh_app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    assert run_tick(fresh_app, Tick("broken", fail)) is False
    assert all(run_tick(fresh_app, tick) for tick in TICKS)


def test_a_changed_policy_redoes_the_clocks(fresh_app: Flask) -> None:
    with fresh_app.app_context(), at("2027-01-01T12:00Z"):
        place = make_place()
        make_commitment(place, due_on=FIRST)
        db.session.commit()
        assert ticks.redo_stale_clocks() == 0
        set_policy(act(), place.code, {"soon_days": 30})
        db.session.commit()

        assert ticks.redo_stale_clocks() == 1
        db.session.remove()
        assert db.session.scalars(select(Commitment.soon_from)).one() == FIRST - timedelta(days=30)
        assert ticks.redo_stale_clocks() == 0


def test_files_that_no_row_knows_are_swept_once_a_day(fresh_app: Flask) -> None:
    folder = Path(fresh_app.config["UPLOADS_DIR"]) / "ab"
    folder.mkdir(parents=True)
    old, young = folder / "old.jpg", folder / "young.jpg"
    for file in (old, young):
        file.write_bytes(b"x")
    now = datetime(2027, 1, 10, tzinfo=UTC)
    os.utime(old, (now.timestamp() - 90_000, now.timestamp() - 90_000))
    os.utime(young, (now.timestamp() - 600, now.timestamp() - 600))
    with fresh_app.app_context(), at("2027-01-10T00:00Z"):
        ask_reset("vieja@example.org", now - timedelta(days=31))
        ask_reset("nueva@example.org", now - timedelta(hours=1))
        db.session.commit()
        assert ticks.sweep_files() == 1
        assert [reset.email for reset in db.session.scalars(select(PasswordReset))] == ["nueva@example.org"]
        assert (old.exists(), young.exists()) == (False, True)
        assert ticks.sweep_files() == 0
        assert [run.did for run in db.session.scalars(select(JobRun))] == [{"files": 1}]
