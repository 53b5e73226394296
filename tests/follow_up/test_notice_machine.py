"""Any order of facts, days and ticks that Hypothesis thinks of, beside the independent model of the rules."""

import os
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.follow_up.side_by_side import SideBySide
from tests.follow_up.twin_towns import Row, Town
from tests.follow_up.year_recurring import Rhythm
from tests.support.apps import new_app, settings_for
from tests.support.clock import at
from tests.support.databases import drop_database, new_database
from tests.support.mail_server import MailServer
from tracker.core.db import db

#: A Monday; Christmas, New Year and a Mexican holiday follow.
FIRST = date(2027, 12, 20)
DAYS = 60
DAY = timedelta(days=1)
#: Hours of UTC: another day in the west; before seven everywhere; seven in the east; seven in the west.
HOURS = (3, 9, 10, 13)

some = st.integers(0, 99)
#: Days from today to a due date: around every rung of the ladder.
ahead = st.sampled_from((-40, -31, -30, -11, -10, -9, -2, -1, 0, 1, 2, 3, 4, 13, 14, 15, 20, 45))


class Notices(RuleBasedStateMachine):
    """Three municipalities: two with somebody for everything, one where nobody can be told at first."""

    folder: Path
    smtp: MailServer

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        url = new_database("sqlite")
        self.open.callback(drop_database, url)
        app = new_app(settings_for(url, self.folder))
        self.open.enter_context(app.app_context())
        self.open.callback(lambda: (db.session.remove(), db.engine.dispose()))
        clock = self.open.enter_context(at(f"{FIRST}T00:00Z"))
        self.smtp.behave()
        self.smtp.messages.clear()
        self.sides = SideBySide(app, self.smtp, clock)
        self.move_on(FIRST, HOURS[0])
        self.found_towns()

    def found_towns(self) -> None:
        """Who is there at first."""
        sides = self.sides
        zones = {"MX": "America/Mexico_City", "CL": "America/Santiago", "BR": "America/Sao_Paulo"}
        for country, zone in zones.items():
            days_off = holidays.country_holidays(country, years=(FIRST.year, FIRST.year + 1))
            sides.add_town(country, zone, days_off)
        first, second, third = sides.towns
        sides.appoint(first, "coord.a@example.org")
        sides.add_unit(first, "obras@example.org", ["ana@example.org"])
        sides.add_partner(first, "socio@example.org")
        sides.appoint(second, "coord.b@example.org")
        sides.add_unit(second, "gone@example.org")
        sides.refuse("gone@example.org")
        sides.add_unit(second)
        sides.add_unit(third)

    def teardown(self) -> None:
        """Everything of this example goes."""
        self.open.close()

    @property
    def day(self) -> date:
        """The day of the year, in UTC."""
        return self.sides.now.date()

    def move_on(self, day: date, hour: int) -> None:
        """The clock never goes back."""
        instant = datetime.combine(day, time(hour), UTC)
        self.sides.go_to(max(instant, self.sides.now + timedelta(minutes=1)))

    def rows(self, is_open: bool, milestones_too: bool = True) -> list[tuple[Town, Row]]:
        """Open rows, or those that may be opened again."""
        found = [(town, row) for town in self.sides.towns for row in town.rows]
        whole_open = {
            (town.place.id, row.code): self.sides.is_open(row) for town, row in found if row.milestone_id is None
        }
        return [
            (town, row)
            for town, row in found
            if self.sides.is_open(row) is is_open
            and (row.milestone_id is None or (milestones_too and whole_open[town.place.id, row.code]))
        ]

    def unanswered(self) -> list[tuple[Town, Row]]:
        """Commitments with a verdict that nobody replied to."""
        return [
            (town, row)
            for town in self.sides.towns
            for row in town.rows
            if any(not done for _made, _by, done in row.verdicts)
        ]

    # Facts.

    @initialize(dates=st.lists(st.tuples(some, some, ahead), min_size=4, max_size=8))
    def promise_much(self, dates: list[tuple[int, int, int]]) -> None:
        """Something is there from the first day."""
        for town, lead, days in dates:
            self.promise(town, lead, days % 2 == 0, days)

    @rule(town=some, lead=some, others=st.booleans(), days=ahead)
    def promise(self, town: int, lead: int, others: bool, days: int) -> None:
        """A new commitment."""
        where = self.sides.towns[town % 3]
        offices = [*where.offices, None] if town < 90 else where.offices
        leader = offices[lead % len(offices)]
        sharing = [office for office in where.offices if office is not leader and office.party.mailbox]
        today = self.sides.day_in(where)
        start_on = today - 80 * DAY if lead % 3 == 0 else None
        due_on, quantity = today + days * DAY, 8 if lead % 5 == 0 else None
        self.sides.add_commitment(where, due_on, leader, sharing if others else [], start_on, quantity)

    @precondition(lambda self: [town for town, _ in self.rows(True, False) if town is not self.sides.towns[2]])
    @rule(which=some, days=ahead, weight=st.integers(0, 3))
    def add_step(self, which: int, days: int, weight: int) -> None:
        """A milestone, where nobody joins later."""
        rows = [(town, row) for town, row in self.rows(True, False) if town is not self.sides.towns[2]]
        town, whole = rows[which % len(rows)]
        self.sides.add_milestone(town, whole, self.sides.day_in(town) + days * DAY, weight)

    @precondition(lambda self: [town for town, _ in self.rows(True, False) if town is not self.sides.towns[2]])
    @rule(which=st.integers(0, 2), unit=st.sampled_from(("week", "month")), day=st.integers(1, 7), shift=ahead)
    def recur(self, which: int, unit: str, day: int, shift: int) -> None:
        """It recurs, or recurs on other days; which days are made and which go is compared too."""
        rows = [(town, row) for town, row in self.rows(True, False) if town is not self.sides.towns[2]]
        town, whole = rows[which % len(rows)]
        from_on = self.sides.day_in(town) + shift * DAY
        self.sides.recur(town, whole, Rhythm(unit, 1 + which, day, from_on, 3, nth=which if unit == "month" else 0))

    @precondition(lambda self: self.occurrences())
    @rule(which=some, what=st.sampled_from(("held", "said_late", "not_held", "not_held", "report", "move", "undo")))
    def something_becomes_of_a_day(self, which: int, what: str) -> None:
        """One of the days is held, not held, reported on, moved, or what was said of it is taken back."""
        sides, (town, row) = self.sides, self.occurrences()[which % len(self.occurrences())]
        today, due_on = sides.day_in(town), row.promise.due_on
        if what == "undo" and not sides.is_open(row):
            sides.reopen(town, row)
        elif what == "said_late" and due_on and due_on < today and not sides.model.subjects[row.subject].done:
            sides.complete(town, row, on=due_on)
        elif not sides.is_open(row):
            return
        elif what == "held":
            sides.complete(town, row)
        elif what == "not_held":
            sides.miss(town, row)
        elif what == "report":
            sides.report(town, row)
        elif what == "move":
            sides.move(town, row, today + which % 40 * DAY)

    def occurrences(self) -> list[tuple[Town, Row]]:
        """Days of what recurs, in open commitments."""
        subjects = self.sides.model.subjects
        found = [*self.rows(True), *self.rows(False)]
        return [(town, row) for town, row in found if subjects[row.subject].occurs_on and row.milestone_id]

    @precondition(lambda self: self.rows(True, False))
    @rule(
        which=some, figure=st.none() | st.sampled_from((0, 50, 84, 85, 100)), delivered=st.sampled_from((0, 1, 4))
    )
    def report(self, which: int, figure: int | None, delivered: int) -> None:
        """Somebody says how it goes."""
        town, row = self.rows(True, False)[which % len(self.rows(True, False))]
        self.sides.report(town, row, figure, delivered)

    @precondition(lambda self: self.rows(True))
    @rule(which=some, days=ahead)
    def move_date(self, which: int, days: int) -> None:
        """Another date, or the same again."""
        town, row = self.rows(True)[which % len(self.rows(True))]
        self.sides.move(town, row, self.sides.day_in(town) + days * DAY)

    @precondition(lambda self: self.rows(True, False))
    @rule(which=some, since=st.sampled_from((0, 1, 30, 31)), who=st.sampled_from(("unit", "outside", "nobody")))
    def block(self, which: int, since: int, who: str) -> None:
        """Something is in the way."""
        town, row = self.rows(True, False)[which % len(self.rows(True, False))]
        outside = f"comision.{town.place.country_code.lower()}@example.org"
        clearer = {"unit": town.offices[0], "outside": outside, "nobody": None}[who]
        self.sides.block(town, row, self.sides.day_in(town) - since * DAY, clearer)

    @precondition(lambda self: [row for _, row in self.rows(True, False) if row.obstacles])
    @rule(which=some)
    def clear(self, which: int) -> None:
        """One obstacle is out of the way."""
        blocked = [(town, row) for town, row in self.rows(True, False) if row.obstacles]
        town, row = blocked[which % len(blocked)]
        self.sides.clear(town, row, which % len(row.obstacles))

    @precondition(lambda self: self.rows(True, False))
    @rule(which=some, days=st.sampled_from((0, 1, 30, 90)))
    def suspend(self, which: int, days: int) -> None:
        """It rests, or goes on again."""
        town, row = self.rows(True, False)[which % len(self.rows(True, False))]
        if which % 3:
            self.sides.suspend(town, row, self.sides.day_in(town) + days * DAY)
        else:
            self.sides.go_on(town, row)

    @precondition(lambda self: self.rows(True))
    @rule(
        which=some,
        days=st.sampled_from((0, 1, 15, 60)),
        answer=st.sampled_from(("granted", "refused")),
        known=st.booleans(),
    )
    def ask(self, which: int, days: int, answer: str, known: bool) -> None:
        """Another date is asked for, by somebody with an account or without."""
        town, row = self.rows(True)[which % len(self.rows(True))]
        due_on = self.sides.day_in(town) + days * DAY
        if due_on != row.promise.due_on:
            self.sides.ask(town, row, due_on, answer, known)

    @precondition(lambda self: self.rows(True, False))
    @rule(which=some, verdict=st.sampled_from(("limited", "complete")))
    def judge(self, which: int, verdict: str) -> None:
        """Somebody else says how far it is."""
        town, row = self.rows(True, False)[which % len(self.rows(True, False))]
        self.sides.judged(town, row, verdict)

    @precondition(lambda self: self.unanswered())
    @rule(which=some)
    def reply(self, which: int) -> None:
        """The municipality replies."""
        self.sides.replied(*self.unanswered()[which % len(self.unanswered())])

    @precondition(lambda self: self.rows(True))
    @rule(which=some, steps_are=st.sampled_from(("complete", "cancel")))
    def complete(self, which: int, steps_are: str) -> None:
        """Done."""
        town, row = self.rows(True)[which % len(self.rows(True))]
        self.sides.complete(town, row, steps_are)

    @precondition(lambda self: self.rows(True))
    @rule(which=some)
    def cancel(self, which: int) -> None:
        """Dropped."""
        self.sides.cancel(*self.rows(True)[which % len(self.rows(True))])

    @precondition(lambda self: self.rows(False))
    @rule(which=some)
    def reopen(self, which: int) -> None:
        """Taken up again."""
        self.sides.reopen(*self.rows(False)[which % len(self.rows(False))])

    @rule(how=st.sampled_from(("person", "mailbox", "coordinator")))
    def somebody_comes(self, how: str) -> None:
        """Where nobody could be told somebody can, or one more."""
        town, unit = self.sides.towns[2], self.sides.towns[2].offices[0]
        address = f"{how}{len(unit.party.people)}@example.org"
        if how == "person":
            self.sides.join(town, unit, address)
        elif how == "mailbox" and unit.party.mailbox is None:
            self.sides.open_mailbox(town, unit, address)
        elif how == "coordinator" and not town.side.coordinators:
            self.sides.appoint(town, address)

    # Days and ticks.

    @precondition(lambda self: self.day < FIRST + DAYS * DAY)
    @rule(hour=st.sampled_from(HOURS), dying=st.sampled_from((0, 0, 1, 2)))
    def next_day(self, hour: int, dying: int) -> None:
        """The scheduler wakes on the next day; a worker may die with mails in its hands."""
        self.move_on(self.day + DAY, hour)
        self.check()
        self.compose()
        self.deliver(dying)

    @precondition(lambda self: self.day < FIRST + DAYS * DAY)
    @rule(days=st.integers(2, 7))
    def next_days(self, days: int) -> None:
        """And on the days after it."""
        for _ in range(days):
            self.next_day(HOURS[-1], 0)

    @precondition(lambda self: self.day < FIRST + DAYS * DAY)
    @rule(days=st.sampled_from((1, 2, 5, 9, 10, 20, 30, 44, 45)))
    def skip_days(self, days: int) -> None:
        """Nothing runs."""
        self.move_on(self.day + days * DAY, HOURS[-1])

    @rule(hour=st.sampled_from(HOURS))
    def later(self, hour: int) -> None:
        """The same day, or a minute later."""
        self.move_on(self.day, hour)

    @rule(times=st.integers(1, 2))
    def check(self, times: int = 1) -> None:
        """A second check finds nothing new."""
        for _ in range(times):
            self.sides.check()

    @rule()
    def compose(self) -> None:
        """Into digests."""
        self.sides.compose()

    @rule()
    def deliver(self, dying: int = 0) -> None:
        """A worker claims so many and is killed, another goes on."""
        self.sides.deliver(dying)

    @rule()
    def deliver_to_nobody(self) -> None:
        """The mail server is gone."""
        self.sides.deliver_to_nobody()

    @invariant()
    def both_say_the_same(self) -> None:
        """Every notice, digest and mail."""
        wrong = self.sides.differences()
        assert not wrong, f"{self.sides.now}\n" + "\n".join(wrong)


@pytest.mark.sqlite
def test_any_order_of_facts_goes_as_the_rules_say(tmp_path: Path, smtp: MailServer) -> None:
    Notices.folder, Notices.smtp = tmp_path, smtp
    # Where everybody waits, the first history that goes wrong is told as it is; elsewhere the shortest.
    phases = [phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("CI")]
    bounded = settings(
        phases=phases,
        max_examples=15,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(Notices, settings=bounded)
