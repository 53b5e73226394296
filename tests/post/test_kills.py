"""Workers are killed a hundred times while they check, compose and send; nothing is lost, nothing comes twice."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.post.book import Copy, Sink
from tests.post.promises import DAYS, Expected, make_promises
from tests.post.sink import NO_SUCH, UNKNOWN
from tests.post.workers import KILLED, Workers
from tests.support.factories import DAY, act
from tracker.agenda.operations import complete_commitment
from tracker.core.db import db
from tracker.notices.models import Digest, Notice
from tracker.post.models import OutboxMail
from tracker.post.rules import LEASE, PAUSES

SEEDS = {"sqlite": 20261123, "postgres": 20261124}
#: Workers at once; SQLite is for one machine with one worker.
AT_ONCE = {"sqlite": 1, "postgres": 2}
#: Hours (UTC) at which a day's killing begins: digests leave in the east, then in the west too.
HOURS = (11, 14)
#: Kills of each such stretch, by what the worker has begun: at a moment of the clock, or at a point of its work.
AIMS = {
    11: ("check",) * 3 + ("compose", "compose at", "compose at", "deliver at", "deliver at") + ("deliver",) * 7,
    14: ("compose", "compose at", "compose at", "deliver at", "deliver at") + ("deliver",) * 7,
}
#: Statements and commits of composing: at each of them one is killed. Of delivering, some.
POINTS = {"compose": 20, "deliver": 40}
#: Seconds from the beginning of a tick to the kill, at most.
WITHIN = {"check": 0.06, "compose": 0.06, "deliver": 0.4}
#: The same from the beginning of a conversation with the mail server, and how long one is waited for.
WITHIN_TALK, TALK_COMES = 0.08, 1.5
#: All workers between two shifts of the clock live less than this.
A_MINUTE = timedelta(minutes=1)
#: Laps of the one that finishes, three hours apart: more than a day and a night of tries.
LAPS = 20


class Killing:
    """The workers, the clock they are given, and what was done to them."""

    def __init__(self, app: Flask, engine: str, workers: Workers, sink: Sink, expected: Expected) -> None:
        self.app, self.workers, self.sink, self.expected = app, workers, sink, expected
        self.places, self.chance = AT_ONCE[engine], random.Random(SEEDS[engine])
        self.now = datetime.combine(DAY, time(), UTC)
        self.running: set[int] = set()
        self.kills = 0
        #: Kills by the tick they fell in, while that tick still had its work of the stretch before it.
        self.at_work: Counter[str] = Counter()
        #: How many were killed at a point of composing.
        self.points = 0
        #: What was completed meanwhile, by title, and the instant from which no mail may ask for it.
        self.completed: dict[str, datetime] = {}

    def go_through(self, aims: tuple[str, ...], begins_at: datetime) -> None:
        """One stretch of a day."""
        self.now = max(self.now, begins_at)
        before = self._made()
        for aim in aims:
            if aim.endswith(" at"):
                self._kill_at_a_point(aim.removesuffix(" at"), before)
                continue
            place = self.chance.randrange(self.places)
            self._start(place)
            if aim == "deliver" or self.chance.random() < 0.3:
                self._start_all()
            self.workers.hear(place, aim)
            if aim == "deliver" and self.chance.random() < 0.4:
                self._complete_one()
            within = WITHIN[aim]
            if aim == "deliver" and self.chance.random() < 0.6:
                # However slow the machine is, some fall between a worker's beginning and the server's answer.
                self.sink.hear_conversations(self.chance.randint(1, 4), TALK_COMES)
                within = WITHIN_TALK
            # Not to wait for anything: this is the random moment.
            sleep(self.chance.uniform(0, within))
            self._kill(place, before)
            if aim == "deliver" and self.chance.random() < 0.4:
                # All at once, so that whoever is alive sees the same time.
                self.stop_all()
                self.now += timedelta(minutes=self.chance.uniform(2, 8))
        self.stop_all()

    def stop_all(self) -> None:
        """Kill whoever runs."""
        for place in sorted(self.running):
            self._kill(place, {})

    def _start(self, place: int) -> None:
        if place not in self.running:
            self.workers.start(place, "work", self.now)
            self.running.add(place)

    def _start_all(self) -> None:
        for place in range(self.places):
            self._start(place)

    def _kill_at_a_point(self, tick: str, before: dict[str, int]) -> None:
        self.stop_all()
        # One after the other, so that none is left out; what is killed in the middle is there to be done again.
        point = self.chance.randint(1, POINTS[tick])
        if tick == "compose":
            point = self.points % POINTS[tick] + 1
            self.points += 1
        self.workers.start(0, "work", self.now, die_in=tick, die_at=point)
        self._bury(0, self.workers.wait(0), before)

    def _kill(self, place: int, before: dict[str, int]) -> None:
        ended = self.workers.kill(place)
        self.running.discard(place)
        self._bury(place, ended, before)

    def _bury(self, place: int, ended: int, before: dict[str, int]) -> None:
        assert ended == KILLED, f"a worker ended by itself with {ended}:\n{self.workers.log()}"
        self.kills += 1
        doing = self.workers.said(place)[-1:]
        if doing and doing[0] in before and self._made()[doing[0]] == before[doing[0]]:
            self.at_work[doing[0]] += 1

    def _complete_one(self) -> None:
        """What somebody is being reminded of at this moment is done: its mail waits, is leaving, or has left."""
        with self.app.app_context():
            on_its_way = select(Notice.subject).where(
                Notice.step == "due-14", Notice.state.not_in(("failed", "cancelled"))
            )
            found = sorted({self.expected.promises[subject].title for subject in db.session.scalars(on_its_way)})
            db.session.remove()
            left = [title for title in found if title not in self.completed]
            # One number drawn, however many there are: the kills after it stay what the seed says.
            title = left[int(self.chance.random() * len(left))]
            promise = next(p for p in self.expected.promises.values() if p.title == title)
            day = self.now.date()
            complete_commitment(act(day), promise.place, promise.code, day, "fulfilled", "Listo.")
            db.session.commit()
        self.completed[title] = self.now + A_MINUTE

    def _made(self) -> dict[str, int]:
        with self.app.app_context():
            return {
                "check": db.session.scalar(select(func.count()).select_from(Notice)) or 0,
                "compose": db.session.scalar(select(func.count()).select_from(Digest)) or 0,
            }


@pytest.mark.full
@pytest.mark.smtp
def test_a_hundred_kills_lose_nothing_and_double_nothing(fresh_app: Flask, engine: str, tmp_path: Path) -> None:
    seed = SEEDS[engine]
    with fresh_app.app_context():
        expected = make_promises()
        db.session.commit()
    log = tmp_path / "workers.log"
    with Sink(tmp_path, seed) as sink, Workers(fresh_app, AT_ONCE[engine], log, MAIL_URL=sink.url) as workers:
        killing = Killing(fresh_app, engine, workers, sink, expected)
        for day in DAYS:
            for hour in HOURS:
                killing.go_through(AIMS[hour], datetime.combine(day, time(hour), UTC))
        middle = sink.vanished_in_the_middle()
        print(f"seed {seed}: {killing.kills} kills, {middle} between beginning and answer")
        print(f"vanished {dict(sink.vanished())}, at work {dict(killing.at_work)}")
        sink.behave()
        finish(fresh_app, workers)
        copies = sink.copies()
    with fresh_app.app_context():
        every_key_ended_as_it_should(expected, killing.completed, copies)
        nothing_came_twice(copies)
    for copy in copies:
        late = [title for title in copy.said if copy.written_at > killing.completed.get(title, copy.written_at)]
        assert not late, f"asked for what was completed before: {late}, {copy}"
    assert killing.kills >= 100
    assert middle >= 10, "kills too tame: hardly any fell between connecting and the server's answer"
    assert killing.at_work["check"] >= 3, "kills too tame: hardly any fell into a check"
    assert killing.at_work["compose"] >= 3, "kills too tame: hardly any fell into composing"


def finish(app: Flask, workers: Workers) -> None:
    """One worker, undisturbed, until nothing is on its way; from the Monday after."""
    now = datetime.combine(DAYS[0] + timedelta(days=7), time(15), UTC)
    for lap in range(LAPS):
        workers.run(0, "lap", now + lap * timedelta(hours=3))
        with app.app_context():
            notices = select(Notice.key).where(Notice.state.not_in(("sent", "failed", "cancelled", "nobody")))
            mails = select(OutboxMail.id).where(OutboxMail.state.in_(("waiting", "sending")))
            if not db.session.scalars(notices).all() and not db.session.scalars(mails).all():
                return
    raise AssertionError(f"after {LAPS} laps something is still on its way")


def every_key_ended_as_it_should(expected: Expected, completed: dict[str, datetime], copies: list[Copy]) -> None:
    """Lost: none. What is called sent was said by a mail in the server's book; what failed has its words."""
    taken = {(copy.message_id, copy.recipient, title) for copy in copies if copy.is_taken for title in copy.said}
    said = {(copy.message_id, title) for copy in copies for title in copy.said}
    rows = db.session.execute(
        select(
            *(Notice.key, Notice.recipient, Notice.state, Notice.reason),
            *(OutboxMail.message_id, OutboxMail.answer, OutboxMail.in_doubt),
        )
        .outerjoin(Digest, Digest.id == Notice.digest_id)
        .outerjoin(OutboxMail, (OutboxMail.ref_id == Digest.id) & (OutboxMail.kind == "digest"))
        .where(Notice.reason != "skipped")
    ).all()
    found = {row.key for row in rows}
    assert not expected.keys.keys() - found, "lost: never raised"
    assert not found - expected.keys.keys(), "nobody expected these"
    assert len(rows) == len(found), "more than one row of a key"
    for row in rows:
        title = expected.title(row.key)
        assert row.recipient == expected.keys[row.key]
        if row.state == "cancelled":
            assert row.reason == "completed", (row.key, row.reason)
            assert title in completed, f"cancelled although nobody completed it: {row.key}"
            assert (row.message_id, title) not in said or row.in_doubt, f"said, and yet called cancelled: {row.key}"
        elif row.recipient.startswith(UNKNOWN):
            assert (row.state, row.reason, row.answer) == ("failed", NO_SUCH, NO_SUCH), row.key
        else:
            assert row.state == "sent", (row.key, row.state, row.reason)
            assert (row.message_id, row.recipient, title) in taken, f"called sent, no server has it: {row.key}"
    print(f"{len(rows)} notices: {dict(Counter(row.state for row in rows))}")


def nothing_came_twice(copies: list[Copy]) -> None:
    """Doubled: none outside the moment of doubt, and there under one Message-ID."""
    mails = {
        row.message_id: row
        for row in db.session.execute(
            select(OutboxMail.message_id, OutboxMail.address, OutboxMail.in_doubt, Digest.day).join(
                Digest, Digest.id == OutboxMail.ref_id
            )
        )
    }
    by_day: dict[tuple[str, object], set[str]] = {}
    for copy in copies:
        mail = mails.get(copy.message_id)
        assert mail is not None, f"a Message-ID that no row of the outbox has: {copy}"
        assert mail.address == copy.recipient
        by_day.setdefault((copy.recipient, mail.day), set()).add(copy.message_id)
    assert not {whom: ids for whom, ids in by_day.items() if len(ids) > 1}, "two digests of one day"

    ordered = sorted(copies, key=lambda copy: (copy.message_id, copy.conversation))
    again = [(first, second) for first, second in pairwise(ordered) if first.message_id == second.message_id]
    print(f"{len(mails)} mails, {len(copies)} copies, {sum(mail.in_doubt for mail in mails.values())} in doubt")
    assert again, "no mail was ever in doubt: the moods are too tame"
    for first, second in again:
        assert mails[first.message_id].in_doubt, f"came twice and was not in doubt: {first}, {second}"
        assert not first.is_known, f"sent again although the 250 was read: {first}, {second}"
        # Whoever read no answer tries again after a pause; whoever was killed is followed when the lease is over.
        pause = LEASE if first.is_taken else timedelta(minutes=PAUSES[0])
        # The header Date has whole seconds.
        assert second.written_at - first.written_at > pause - timedelta(seconds=2), (first, second)
