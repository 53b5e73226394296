"""A year of 50 municipalities in four time zones, day by day beside the independent model of the rules.

Dates move, things are done, dropped and taken up again, days recur and are held or not; some units have no
address, some addresses are dead; the scheduler stands still for 1, 5 and 40 days; workers die with mails in their
hands. The year is drawn from a seed, always the same where a red light stops everybody; `YEAR_SEED=7` plays
another one.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import holidays
import pytest
from flask import Flask

from tests.follow_up import year_model
from tests.follow_up.side_by_side import SideBySide
from tests.follow_up.twin_towns import Row, Town
from tests.follow_up.year_recurring import Rhythm
from tests.support.clock import at
from tests.support.mail_server import MailServer

SEED = int(os.environ.get("YEAR_SEED") or (20270901 if os.environ.get("CI") else Random().randrange(10**6)))
#: The first of the year, which has a 29 February and every change of the clocks in it.
FIRST = date(2027, 9, 1)
DAY = timedelta(days=1)
#: How many days an engine plays; a mail takes PostgreSQL twice as long.
DAYS = {"sqlite": 366, "postgres": 220}
#: First days without a scheduler, and how many.
STANDSTILLS = {12: 1, 27: 5, 50: 40, 120: 1, 150: 5, 200: 1, 201: 1, 230: 5, 300: 1, 333: 1}
#: When the scheduler wakes, in UTC: once while it is yesterday in the west, twice as the hour of digests comes.
WAKES = (time(4, 30), time(10, 30), time(13, 15), time(20, 0))
PLACES = 50
#: Promises that recur at the same time.
RECURRING = 12
ZONES = {
    "MX": "America/Mexico_City",
    "CL": "America/Santiago",
    "BR": "America/Sao_Paulo",
    "HT": "America/Port-au-Prince",
}


class Region:
    """What happens in the year, drawn from one seed."""

    def __init__(self, sides: SideBySide, chance: Random) -> None:
        self.sides, self.chance = sides, chance
        #: People and units come and go here; nothing in these places has milestones.
        self.changing: list[Town] = []
        self.recurring: list[tuple[Town, Row]] = []
        for number in range(PLACES):
            self.found_town(number, list(ZONES)[number % len(ZONES)])

    def found_town(self, number: int, country: str) -> None:
        """A municipality: every fifth without a coordinator, every tenth shares one or has nobody to tell."""
        sides = self.sides
        days_off = holidays.country_holidays(country, years=(FIRST.year, FIRST.year + 1))
        shared = number - len(ZONES) if number % 10 == 7 else number
        coordinators = [] if number % 5 == 4 else [f"coord{shared}@example.org"]
        town = sides.add_town(country, ZONES[country], days_off, coordinators)
        if number % 10 == 4:
            sides.add_unit(town)
        sides.add_unit(town, f"obras{number}@example.org", [f"ana{number}@example.org"])
        sides.add_unit(town, None, [f"luis{number}@example.org", f"rosa{number}@example.org"])
        if number % 3 == 0:
            sides.add_unit(town)
        if number % 4 == 1:
            sides.add_unit(town, f"gone{number}@example.org")
            sides.refuse(f"gone{number}@example.org")
        if number % 6 == 2:
            sides.add_partner(town, f"socio{number}@example.org" if number % 12 == 2 else None)
        if not coordinators or number % 5 == 3:
            self.changing.append(town)
        if coordinators and number % 7 == 0:
            sides.join(town, town.offices[0], coordinators[0])
        for _ in range(1 + number % 2):
            self.promise(town)

    def some_date(self, town: Town) -> date:
        """Late already, close, or far."""
        low, high = self.chance.choice([(-150, -1), (-1, 1), (0, 20), (10, 120), (10, 120), (60, 240)])
        return self.sides.day_in(town) + self.chance.randint(low, high) * DAY

    def promise(self, town: Town) -> None:
        """A new commitment, rarely without a date, unit or partner."""
        chance = self.chance
        lead = chance.choice([*town.offices, None]) if chance.random() < 0.4 else town.offices[0]
        sharing = [office for office in town.offices if office is not lead and office.party.people]
        others = [office for office in sharing if chance.random() < 0.4]
        due_on = self.some_date(town) if chance.random() < 0.93 else None
        # Before any date that it may be given.
        start_on = self.sides.day_in(town) - chance.randint(151, 300) * DAY if chance.random() < 0.2 else None
        quantity = chance.choice((3, 12, 700)) if chance.random() < 0.15 else None
        self.sides.add_commitment(town, due_on, lead, others, start_on, quantity)

    def being_told(self, rows: list[Row], state: str = year_model.WAITING) -> list[Row]:
        """Rows with a notice on its way, or in another state."""
        return [row for row in rows if state in self.sides.model.notices[row.subject].values()]

    def was_withdrawn(self, row: Row) -> bool:
        """Whether something about it was to be told and never left."""
        return any(state in year_model.WITHDRAWN for state in self.sides.model.notices[row.subject].values())

    def something_happens(self) -> None:
        """One fact, half the time where somebody is just being told something."""
        sides, chance = self.sides, self.chance
        if chance.random() < 0.2:
            self.something_recurs()
            return
        busy = [town for town in sides.towns if self.being_told(town.rows)]
        town = chance.choice(busy if busy and chance.random() < 0.5 else sides.towns)
        still = [row for row in town.rows if sides.is_open(row)]
        about = self.being_told(still) or still
        ended = [row for row in town.rows if not sides.is_open(row) and self.whole_is_open(town, row)]
        if still and chance.random() < 0.2:
            self.something_between(town, still)
            return
        kind = chance.choices(
            ("promise", "step", "move", "complete", "cancel", "reopen", "people"), (18, 12, 20, 24, 7, 12, 4)
        )[0]
        if kind == "promise" or not still:
            self.promise(town)
        elif kind == "move":
            sides.move(town, chance.choice(about), self.some_date(town) if chance.random() < 0.95 else None)
        elif kind == "complete":
            oldest = min(still, key=lambda row: row.promise.due_on or date.max)
            sides.complete(town, chance.choice([oldest, *about]), chance.choice(("complete", "cancel")))
        elif kind == "cancel":
            sides.cancel(town, chance.choice(about))
        elif kind == "reopen" and ended:
            sides.reopen(town, chance.choice([row for row in ended if self.was_withdrawn(row)] or ended))
        elif kind == "people":
            unheard = [town for town in self.changing if self.being_told(town.rows, year_model.NOBODY)]
            self.people_change(chance.choice(unheard or self.changing))
        elif kind == "step" and town not in self.changing:
            wholes = [row for row in still if row.milestone_id is None]
            if wholes:
                weight = chance.choice((1, 1, 2, 3, 0))
                sides.add_milestone(town, chance.choice(wholes), self.some_date(town), weight)

    def something_recurs(self) -> None:
        """A promise begins to recur, recurs on other days, or something becomes of one of its days."""
        sides, chance = self.sides, self.chance
        going = [(town, row) for town, row in self.recurring if sides.is_open(row)]
        if not going or (len(going) < RECURRING and chance.random() < 0.3):
            town = chance.choice([town for town in sides.towns if town not in self.changing])
            wholes = [row for row in town.rows if row.milestone_id is None and sides.is_open(row)]
            if wholes:
                self.recurring.append((town, chance.choice(wholes)))
                sides.recur(*self.recurring[-1], self.some_rhythm(town))
            return
        town, row = chance.choice(going)
        day, subjects = sides.day_in(town), sides.model.subjects
        days = [step for step in row.steps if subjects[step.subject].occurs_on is not None]
        still = sorted(filter(sides.is_open, days), key=lambda step: step.promise.due_on or date.max)
        missed = [step for step in days if subjects[step.subject].not_held]
        over = [step for step in days if subjects[step.subject].done] + missed
        kind = chance.choices(("held", "not_held", "recur", "undo", "move", "report"), (40, 15, 15, 10, 10, 10))[0]
        if kind == "recur":
            sides.recur(town, row, self.some_rhythm(town))
        elif kind == "undo" and over:
            sides.reopen(town, chance.choice(over))
        elif kind == "held" and still:
            # In time, early, late, or late and said of its day; now and then one that was not held after all.
            which = chance.choice([*still[:3], *missed[:1]])
            sides.complete(town, which, on=min(day, chance.choice((day, which.promise.due_on or day))))
        elif kind == "not_held" and still:
            sides.miss(town, chance.choice(still[:4]))
        elif kind == "move" and still:
            sides.move(town, chance.choice(still), day + chance.randint(-10, 60) * DAY)
        elif kind == "report" and still:
            sides.report(town, chance.choice(still))

    def some_rhythm(self, town: Town) -> Rhythm:
        """A few days, some of them over already."""
        chance = self.chance
        unit = chance.choice(("week", "month", "month", "quarter"))
        nth = 0 if unit == "week" else chance.choice((0, 0, 1, 2, 3, 4, 5))
        day = chance.randint(1, 7) if unit == "week" or nth else chance.choice((1, 15, 28, 30, 31))
        from_on = self.sides.day_in(town) + chance.randint(-40, 30) * DAY
        return Rhythm(unit, chance.randint(1, 3), day, from_on, chance.randint(2, 8), nth)

    def something_between(self, town: Town, still: list[Row]) -> None:
        """Something is in the way or out of it again, it rests, another date is asked for, others speak of it."""
        sides, chance = self.sides, self.chance
        day = sides.day_in(town)
        wholes = [row for row in still if row.milestone_id is None]
        blocked = [row for row in wholes if row.obstacles]
        kinds = ("block", "clear", "suspend", "go_on", "ask", "judge", "report")
        kind = chance.choices(kinds, (25, 20, 10, 10, 15, 10, 10))[0]
        if kind == "report":
            row = chance.choice(still)
            figure = chance.choice((None, 0, 30, 84, 85, 100)) if row.milestone_id is None else None
            sides.report(town, row, figure, delivered=chance.choice((0, 1, 2, 150)))
        elif kind == "ask":
            row, later = chance.choice(still), day + chance.randint(0, 150) * DAY
            if later != row.promise.due_on:
                sides.ask(town, row, later, chance.choice(("granted", "refused")), chance.random() < 0.8)
        elif kind == "judge" and wholes:
            row = chance.choice([row for row in wholes if row.verdicts] or wholes)
            if any(not done for _made, _by, done in row.verdicts) and chance.random() < 0.6:
                sides.replied(town, row)
            else:
                sides.judged(town, row, chance.choice(("limited", "complete")))
        elif kind == "clear" and blocked:
            row = chance.choice(blocked)
            sides.clear(town, row, chance.randrange(len(row.obstacles)))
        elif kind == "suspend" and wholes:
            sides.suspend(town, chance.choice(wholes), day + chance.randint(0, 90) * DAY)
        elif kind == "go_on" and wholes:
            sides.go_on(town, chance.choice(wholes))
        elif wholes:
            # An office of the country; who reads in two time zones is the subject of other tests.
            outside = f"comision{chance.randrange(5)}.{town.place.country_code.lower()}@example.org"
            clearer = chance.choice([*town.offices, outside, None])
            sides.block(town, chance.choice(wholes), day - chance.choice((0, 0, 3, 40)) * DAY, clearer)

    def whole_is_open(self, town: Town, row: Row) -> bool:
        """A milestone is only taken up again in an open commitment."""
        whole = next(other for other in town.rows if other.code == row.code and other.milestone_id is None)
        return row is whole or self.sides.is_open(whole)

    def people_change(self, town: Town) -> None:
        """Somebody is appointed, begins work or opens a mailbox."""
        number = self.chance.randrange(10**6)
        units = [office for office in town.offices if not office.is_partner]
        silent = [office for office in units if not office.party.people and not office.party.mailbox]
        if not town.side.coordinators:
            self.sides.appoint(town, f"coord-new{number}@example.org")
        elif silent:
            self.sides.open_mailbox(town, silent[0], f"box{number}@example.org")
        else:
            self.sides.join(town, self.chance.choice(units), f"new{number}@example.org")

    def wake(self) -> None:
        """The scheduler wakes; what it calls may die on the way."""
        chance, sides = self.chance, self.sides
        if chance.random() < 0.97:
            sides.check()
        if chance.random() < 0.95:
            sides.compose()
        fate = chance.random()
        if fate < 0.05:
            sides.deliver_to_nobody()
        elif fate < 0.93:
            sides.deliver(dying=chance.choice((0, 0, 0, 0, 1, 5)))


def instants(day: date) -> Iterator[datetime]:
    """When something may happen on a day."""
    return (datetime.combine(day, wake, UTC) for wake in WAKES)


@pytest.mark.full
def test_a_year_goes_as_the_rules_say(fresh_app: Flask, smtp: MailServer, engine: str) -> None:
    print(f"seed {SEED}")
    chance = Random(SEED)
    silent_until = FIRST
    with fresh_app.app_context(), at(f"{FIRST}T00:00Z") as clock:
        sides = SideBySide(fresh_app, smtp, clock)
        sides.go_to(datetime.combine(FIRST, time(0), UTC))
        region = Region(sides, chance)
        for number in range(DAYS[engine]):
            day = FIRST + number * DAY
            silent_until = max(silent_until, day + STANDSTILLS.get(number, 0) * DAY)
            for instant in instants(day):
                sides.go_to(instant + chance.randint(0, 25) * timedelta(minutes=1))
                if chance.random() < 0.4:
                    region.something_happens()
                if day >= silent_until:
                    region.wake()
            wrong = sides.differences(everywhere=number % 30 == 29)
            assert not wrong, f"seed {SEED}, {day}, {engine}: {len(wrong)} differences\n" + "\n".join(wrong[:20])
    print(len(sides.model.states()), "notices", len(sides.model.mails()), "mails")
