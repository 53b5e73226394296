"""The check run by many at once, and killed in the middle: what comes of it is what one undisturbed run makes."""

import fcntl
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.follow_up.whole_tables import differences, whole_tables
from tests.post.promises import Expected
from tests.post.workers import KILLED, Workers
from tests.support.apps import new_app, settings_for
from tests.support.clock import at
from tests.support.databases import drop_database, new_database
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tracker.agenda.models import Commitment
from tracker.agenda.operations import complete_commitment, reopen_commitment
from tracker.core.db import db
from tracker.follow_up.ticks import check_due
from tracker.notices.models import Notice
from tracker.territory.rules import Place

SEEDS = {"sqlite": 39, "postgres": 3939}
KILLS = 50
#: Kills of one day's check; then it may come to its end.
MOST_A_DAY = 6
#: Municipalities in whose zone it is still the day before, and those where the day has begun.
WEST, EAST = 30, 60
#: A third of the east's rows: its day is several transactions.
ROWS_AT_ONCE = "70"
#: What is due is looked up; the west takes two transactions, the east three at least, the journal one for each.
COMMITS = 8
#: Days after DAY on which something strikes in every municipality (the ladder's steps of `make_region`).
STRIKES = (1, 12, 16, 25, *range(45, 45 + 30 * 18, 30))


def test_ten_checks_in_four_processes_at_once_raise_each_notice_once(fresh_app: Flask, tmp_path: Path) -> None:
    now = datetime.combine(DAY, time(12), UTC)
    with fresh_app.app_context():
        expected = Expected()
        # Of these it was told before, and it was taken back before it left: it is to be told anew.
        first = [told_today(expected) for _place in range(8)]
        db.session.commit()
        with at(now.isoformat()):
            check_due()
            for place, codes in first:
                for code in codes:
                    complete_commitment(act(), place, code, DAY, "fulfilled", "Listo.")
                    reopen_commitment(act(), place, code, "No era cierto.")
                    db.session.commit()
        taken_back = select(Notice.key).where(Notice.state == "cancelled", Notice.reason == "completed")
        assert sorted(db.session.scalars(taken_back)) == sorted(expected.keys)
        db.session.remove()
        for _place in range(16):
            told_today(expected)
        db.session.commit()
        db.session.remove()

    line = tmp_path / "starting.line"
    with (
        line.open("wb") as held,
        Workers(fresh_app, 4, tmp_path / "workers.log", STARTING_LINE=str(line)) as workers,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)
        for place_number in range(4):
            workers.start(place_number, "check often", now)
        for place_number in range(4):
            workers.hear(place_number, "ready")
        fcntl.flock(held, fcntl.LOCK_UN)
        said = [workers.finish(place_number) for place_number in range(4)]

    answers = [json.loads(word) for words in said for word in words if word.startswith("[")]
    assert len(answers) == 40
    raised = Counter(tuple(notice.values()) for answer in answers for notice in answer)
    # The first thing each of them does is such a check, so one of these raised whatever there is.
    assert len(raised) == len(expected.keys)
    assert raised.most_common(1)[0][1] == 1, "two checks say that they raised the same notice"
    with fresh_app.app_context():
        rows = db.session.execute(select(Notice.key, Notice.state, Notice.recipient)).all()
    assert sorted(row.key for row in rows) == sorted(expected.keys)
    assert {row.state for row in rows} == {"waiting"}
    assert {row.key: row.recipient for row in rows} == expected.keys


def told_today(expected: Expected) -> tuple[Place, list[str]]:
    """A municipality of which two units hear something today, each with two addresses; what of, by code."""
    place = make_place()
    codes = []
    coordinator = f"coordination.{place.id}@example.org"
    make_user("coordinator", place=place, email=coordinator)
    for name in ("obras", "salud"):
        told = [f"{name}.{place.id}@example.org", f"persona.{name}.{place.id}@example.org"]
        unit = make_unit(place, name, mailbox=told[0])
        make_person(unit, email=told[1])
        soon = make_commitment(place, due_on=DAY + timedelta(days=14), unit=unit)
        expected.add(soon, place, "due-14", DAY, *told)
        late = make_commitment(place, due_on=DAY - timedelta(days=5), unit=unit)
        expected.add(late, place, "overdue+1", DAY - timedelta(days=4), *told, coordinator)
        codes += [soon.code, late.code]
    return place, codes


@pytest.mark.full
def test_killed_at_fifty_points_the_check_ends_as_if_undisturbed(
    fresh_app: Flask, engine: str, tmp_path: Path
) -> None:
    print(f"seed {SEEDS[engine]}")
    with (
        second_app(engine, tmp_path / "calm") as calm,
        Workers(fresh_app, 1, tmp_path / "killed.log", ROWS_AT_ONCE=ROWS_AT_ONCE) as killed,
        Workers(calm, 1, tmp_path / "calm.log", ROWS_AT_ONCE=ROWS_AT_ONCE) as undisturbed,
    ):
        for app in (calm, fresh_app):
            with app.app_context():
                make_region()
                db.session.commit()
                db.session.remove()
        assert not differences(whole_tables(calm), whole_tables(fresh_app))
        done = Tally()
        chance = random.Random(SEEDS[engine])
        for days in STRIKES:
            # In the east a day has begun that is still to come in the west: two days are checked in one run.
            now = datetime.combine(DAY + timedelta(days=days), time(4), UTC)
            said = undisturbed.run(0, "check", now, ticking=False)[-2].split()
            points, commits, seconds = int(said[1]), int(said[2]), float(said[3])
            assert commits >= COMMITS, "a check is to be many transactions, or there is little between them"
            kill_on_the_way(fresh_app, killed, now, points, seconds, chance, done)
            killed.run(0, "check", now, ticking=False)
            assert not differences(whole_tables(calm), whole_tables(fresh_app)), f"seed {SEEDS[engine]}, {now}"
            if done.kills >= KILLS:
                break
    print(done)
    assert done.kills >= KILLS, "kills too tame: checks came to their end before"
    assert done.by_clock >= 10, "kills too tame: hardly any at a moment of the clock"
    assert done.halfway >= 15, "kills too tame: hardly any left a part of the rows looked at"


@dataclass
class Tally:
    """The kills so far."""

    #: All of them fell between the first statement of a check and its end.
    kills: int = 0
    #: Of these at a moment of the clock, not before a statement of a number.
    by_clock: int = 0
    #: Of these when some rows were looked at that day for good and others were not.
    halfway: int = 0


def kill_on_the_way(
    app: Flask, workers: Workers, now: datetime, points: int, seconds: float, chance: random.Random, done: Tally
) -> None:
    """Begin a check and kill it, a few times; what the one has finished the next need not do again."""
    for number in range(min(MOST_A_DAY, KILLS - done.kills)):
        by_clock = number % 2 == 1
        if by_clock:
            workers.start(0, "check", now, ticking=False)
            workers.hear(0, "check")
            # Not to wait for anything: this is the random moment.
            sleep(chance.uniform(0, seconds * 0.9))
            ended = workers.kill(0)
        else:
            point = chance.randint(1, max(1, points * 9 // 10))
            workers.start(0, "check", now, ticking=False, die_in="check", die_at=point)
            ended = workers.wait(0)
        if ended != KILLED or any(word.startswith("done") for word in workers.said(0)):
            assert ended in (0, KILLED), workers.log()
            return
        wait_for_the_dead(app)
        done.kills += 1
        done.by_clock += by_clock
        with app.app_context():
            # In the west it is the day before.
            looked_at = select(Commitment.checked_on >= now.date() - timedelta(days=1))
            done.halfway += len(set(db.session.scalars(looked_at))) > 1
            db.session.remove()


def wait_for_the_dead(app: Flask) -> None:
    """Until the server has seen that a killed worker is gone: its locks last so long, and checks go round them."""
    if app.config["DATABASE_URL"].startswith("sqlite"):
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    deadline = monotonic() + 20
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(others):
            assert monotonic() < deadline, "a killed worker's connection goes on"


def make_region() -> None:
    """Municipalities of one day and of the next, three rows each."""
    for number in range(WEST + EAST):
        place = make_place("MX" if number < WEST else "BR", f"7{number:04d}", name=f"Lugar {number}")
        # Of every seventh unit nobody is known.
        unit = make_unit(place, "Obras", mailbox=None if number % 7 == 0 else f"obras.{number}@example.org")
        if number % 3 == 0:
            make_user("coordinator", place=place, email=f"coordination.{number}@example.org", name="Ana")
        due_on = DAY + timedelta(days=15 - number % 2)
        make_commitment(place, "Pozo", due_on, unit=unit)
        later = make_commitment(place, "Camino", DAY + timedelta(days=45 - number % 4), unit=unit)
        make_milestone(place, later, due_on, title="Proyecto")


@contextmanager
def second_app(engine: str, folder: Path) -> Iterator[Flask]:
    """One more installation on a database of its own."""
    app = new_app(settings_for(new_database(engine), folder))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        drop_database(app.config["DATABASE_URL"])
