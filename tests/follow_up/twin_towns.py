"""Municipalities that exist twice, in the product and in the model of `year_model`.

Every fact goes into both at the same instant: into the product through its own operations.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import time_machine

from tests.follow_up import year_model
from tests.follow_up.year_recurring import held, occurrences
from tests.support.factories import make_partner, make_place, make_unit, make_user
from tracker.accounts.models import User
from tracker.agenda import operations as agenda
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.ticks import transaction
from tracker.follow_up.operations import InTheWay, clear_obstacle, report_obstacle
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.operations.dates import NewDate, ask_new_date, grant_new_date, refuse_new_date
from tracker.territory.models import Unit
from tracker.territory.operations import add_person, find_or_create_unit
from tracker.territory.rules import Place


@dataclass
class Office:
    """A unit or a partner that leads or shares."""

    id: int
    name: str
    party: year_model.Party
    is_partner: bool = False


@dataclass
class Row:
    """A commitment or one of its milestones."""

    subject: str
    code: str
    promise: Promise
    milestone_id: int | None = None
    version: int = 1
    weight: int = 1
    #: Ids of what is in its way.
    obstacles: list[int] = field(default_factory=list)
    #: Milestones of a commitment, and those that were dropped together with it.
    steps: list["Row"] = field(default_factory=list)
    dropped_with_it: list["Row"] = field(default_factory=list)
    #: What others said of it: (id, address of who said it, whether it was replied to).
    verdicts: list[tuple[int, str, bool]] = field(default_factory=list)


@dataclass
class Town:
    """A municipality on both sides."""

    place: Place
    side: year_model.Place
    offices: list[Office] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    #: Somebody whom no clock tells anything, and somebody of an organisation outside; made when first needed.
    asker: "Speaker | None" = None
    judge: "Speaker | None" = None


@dataclass(frozen=True)
class Speaker:
    """Somebody with an account."""

    id: int
    name: str
    email: str
    partner_id: int | None


class TwinTowns:
    """One clock, and everything people record. Needs an application context."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.model = year_model.Model()
        self.towns: list[Town] = []
        #: Where somebody acted since they were last compared, by id of the place.
        self.touched: dict[int, Town] = {}
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self._clock = clock
        self._numbers = count(1)

    def go_to(self, instant: datetime) -> None:
        """Both sides live at this instant."""
        self.now = instant
        self._clock.move_to(instant)

    def day_in(self, town: Town) -> date:
        """The local day."""
        return self.local(town).date()

    def local(self, town: Town) -> datetime:
        """The local instant."""
        return self.now.astimezone(ZoneInfo(town.place.zone))

    def is_open(self, row: Row) -> bool:
        """Neither completed nor cancelled."""
        return self.model.subjects[row.subject].open

    # Places and people.

    def add_town(self, country: str, zone: str, holidays: Iterable[date], coordinators: Iterable[str] = ()) -> Town:
        """A municipality with its coordinators."""
        with transaction():
            place = make_place(country, zone=zone)
        town = Town(place, year_model.Place(frozenset(holidays)))
        self.towns.append(town)
        for address in coordinators:
            self.appoint(town, address)
        return town

    def appoint(self, town: Town, address: str) -> None:
        """Somebody becomes coordinator there."""
        with transaction():
            make_user("coordinator", place=town.place, email=address)
        town.side.coordinators.append(address)

    def add_unit(self, town: Town, mailbox: str | None = None, people: Iterable[str] = ()) -> Office:
        """A unit, perhaps without any address."""
        with transaction():
            unit = make_unit(town.place, mailbox=mailbox)
            office = Office(unit.id, unit.name, year_model.Party([], mailbox))
        town.offices.append(office)
        for address in people:
            self.join(town, office, address)
        return office

    def add_partner(self, town: Town, address: str | None) -> Office:
        """An organisation outside the municipality that answers for something in it."""
        with transaction():
            partner = make_partner(email=address)
            office = Office(partner.id, partner.name, year_model.Party([], address), is_partner=True)
        town.offices.append(office)
        return office

    def join(self, town: Town, office: Office, address: str) -> None:
        """Somebody begins to work in a unit."""
        with transaction():
            begin_write()
            unit = db.session.get(Unit, office.id)
            assert unit is not None
            add_person(self._act(town), unit, address.partition("@")[0], email=address)
        office.party.people.append(address)

    def open_mailbox(self, town: Town, office: Office, address: str) -> None:
        """A unit without a mailbox gets one."""
        with transaction():
            begin_write()
            find_or_create_unit(self._act(town), town.place.id, office.name, address)
        office.party.mailbox = address

    # The agenda.

    def add_commitment(
        self,
        town: Town,
        due_on: date | None,
        lead: Office | None = None,
        others: Iterable[Office] = (),
        start_on: date | None = None,
        quantity: int | None = None,
    ) -> Row:
        """Something is promised, perhaps so many of something from a day on."""
        others = list(others)
        promise = Promise(
            title=f"Compromiso {next(self._numbers)}",
            unit_id=lead.id if lead and not lead.is_partner else None,
            partner_id=lead.id if lead and lead.is_partner else None,
            start_on=start_on,
            due_on=due_on,
            quantity=None if quantity is None else Decimal(quantity),
            parties=tuple(
                PartyFacts("co_responsible", None if o.is_partner else o.id, o.id if o.is_partner else None)
                for o in others
            ),
        )
        with transaction():
            begin_write()
            made = agenda.create_commitment(self._act(town), town.place, promise)
            row = Row(made.subject, made.code, promise)
        party = lead.party if lead else None
        parties = [other.party for other in others]
        subject = year_model.Subject(
            town.side, due_on, self.day_in(town), party, parties, start_on=start_on, promised=quantity
        )
        self._enter(town, row, subject)
        return row

    def add_milestone(self, town: Town, of: Row, due_on: date | None, weight: int = 1) -> Row:
        """A dated step of an open commitment."""
        promise = Promise(title=f"Hito {next(self._numbers)}", due_on=due_on)
        with transaction():
            begin_write()
            made = agenda.add_milestone(self._act(town), town.place, of.code, promise.title, due_on, weight=weight)
            row = Row(made.subject, of.code, promise, made.id, weight=weight)
        of.steps.append(row)
        whole = self.model.subjects[of.subject]
        step = year_model.Subject(town.side, due_on, self.day_in(town), whole.lead, whole.others, whole, weight)
        self._enter(town, row, step)
        return row

    def _enter(self, town: Town, row: Row, subject: year_model.Subject) -> None:
        town.rows.append(row)
        self.model.add(row.subject, subject)

    def move(self, town: Town, row: Row, due_on: date | None) -> None:
        """A new date, which may be the old one, or none any more."""
        moved = replace(row.promise, due_on=due_on)
        with transaction():
            begin_write()
            act, reason = self._act(town), "la obra se atrasó"
            if row.milestone_id is None:
                agenda.edit_commitment(act, town.place, row.code, moved, row.version, reason)
            else:
                which = row.milestone_id
                agenda.edit_milestone(
                    act, town.place, row.code, which, moved.title, due_on, "day", row.weight, reason
                )
        if due_on != row.promise.due_on:
            self.model.move(row.subject, due_on)
        row.promise, row.version = moved, row.version + 1

    def complete(self, town: Town, row: Row, steps_are: str = "complete", on: date | None = None) -> None:
        """Done, today or on a day before; `steps_are` says what becomes of open milestones: complete or cancel."""
        act, outcome = self._act(town), self.outcome_of(town, row)
        on = on or act.day
        with transaction():
            begin_write()
            if row.milestone_id is None:
                agenda.complete_commitment(act, town.place, row.code, on, outcome, "Listo.", steps_are)
            else:
                agenda.complete_milestone(act, town.place, row.code, row.milestone_id, on)
        # With the whole, what was to be said of its pace and silence is done, not merely news.
        steps = list(filter(self.is_open, row.steps))
        self.model.end(row.subject, year_model.COMPLETED, act.day, outcome == "fulfilled")
        for step in steps:
            how = year_model.COMPLETED if steps_are == "complete" else year_model.CANCELLED
            self.model.end(step.subject, how, act.day)

    def outcome_of(self, town: Town, row: Row) -> str:
        """How it ends if it ends now: in part where less was delivered, or held, than was promised."""
        subject, today = self.model.subjects[row.subject], self.day_in(town)
        if subject.promised is not None:
            return "in_part" if subject.delivered < subject.promised else "fulfilled"
        return held(occurrences(subject), today).outcome

    def cancel(self, town: Town, row: Row) -> None:
        """Dropped, open milestones with it."""
        act, reason = self._act(town), f"sin fondos {next(self._numbers)}"
        with transaction():
            begin_write()
            if row.milestone_id is None:
                agenda.cancel_commitment(act, town.place, row.code, reason)
            else:
                agenda.cancel_milestone(act, town.place, row.code, row.milestone_id, reason)
        row.dropped_with_it = [step for step in row.steps if self.is_open(step)]
        for ended in [row, *row.dropped_with_it]:
            self.model.end(ended.subject, year_model.CANCELLED, act.day)

    def reopen(self, town: Town, row: Row) -> None:
        """Taken up again, with the milestones that were dropped together with it."""
        with transaction():
            begin_write()
            if row.milestone_id is None:
                agenda.reopen_commitment(self._act(town), town.place, row.code, "no era cierto")
            else:
                agenda.reopen_milestone(self._act(town), town.place, row.code, row.milestone_id)
        for back in [*row.dropped_with_it, row]:
            self.model.reopen(back.subject, self.day_in(town))
        row.dropped_with_it = []

    # What stands between: obstacles, suspensions, other dates that are asked for.

    def block(self, town: Town, row: Row, since: date, clearer: Office | str | None) -> None:
        """Something is in the way of a commitment, and perhaps somebody can clear it: an office, or an address."""
        facts = InTheWay("permit", "El permiso", since)
        party = year_model.Party()
        if isinstance(clearer, str):
            facts = replace(facts, level="state", clearer_name="Comisión", clearer_email=clearer)
            party = year_model.Party([], clearer)
        elif clearer is not None:
            party = clearer.party
            at = {"partner_id": clearer.id} if clearer.is_partner else {"unit_id": clearer.id}
            facts = replace(facts, **at)
        with transaction():
            begin_write()
            row.obstacles.append(report_obstacle(self._act(town), town.place, row.code, facts).id)
        self.model.block(row.subject, year_model.InTheWay(since, party), self.day_in(town))

    def clear(self, town: Town, row: Row, number: int) -> None:
        """One of them is out of the way."""
        with transaction():
            begin_write()
            clear_obstacle(self._act(town), town.place, row.code, row.obstacles.pop(number), "Llegó")
        self.model.clear(row.subject, number, self.day_in(town))

    def suspend(self, town: Town, row: Row, until: date) -> None:
        """It rests from today until a day."""
        act = self._act(town)
        with transaction():
            begin_write()
            agenda.suspend(act, town.place, row.code, act.day, until, "lluvias")
        self.model.rest(row.subject, until)

    def go_on(self, town: Town, row: Row) -> None:
        """The suspension ends today, if one runs."""
        act = self._act(town)
        rests_until = self.model.subjects[row.subject].rests_until
        if rests_until is not None and act.day < rests_until:
            with transaction():
                begin_write()
                agenda.end_suspension(act, town.place, row.code)
            self.model.rest(row.subject, act.day)

    def speakers(self, town: Town) -> tuple[Speaker, Speaker]:
        """Who asks for dates and who judges in this municipality."""
        if town.asker is None or town.judge is None:
            with transaction():
                town.asker = self._speaker(make_user("authority", place=town.place))
                partner = make_partner()
                town.judge = self._speaker(make_user("partner", partner=partner), partner.id)
        return town.asker, town.judge

    def _speaker(self, user: User, partner_id: int | None = None) -> Speaker:
        return Speaker(user.id, user.name, user.email, partner_id)

    def judged(self, town: Town, row: Row, verdict: str) -> None:
        """An organisation outside says how far a commitment is."""
        _asker, judge = self.speakers(town)
        with transaction():
            begin_write()
            act = replace(self._act(town), user_id=judge.id, name=judge.name)
            made = assess_commitment(act, town.place, row.code, verdict, "falta", judge.partner_id).id
        earlier = [known for known, _by, _done in row.verdicts]
        self.model.judge(row.subject, made, self.day_in(town), earlier)
        row.verdicts.append((made, judge.email, False))

    def replied(self, town: Town, row: Row) -> None:
        """The municipality replies to the oldest verdict that it has not replied to."""
        number = next(n for n, (_made, _by, done) in enumerate(row.verdicts) if not done)
        made, judge, _done = row.verdicts[number]
        with transaction():
            begin_write()
            reply_to_assessment(self._act(town), town.place, row.code, made, "ya está")
        self.model.reply(row.subject, made, self.day_in(town), judge)
        row.verdicts[number] = made, judge, True

    def ask(self, town: Town, row: Row, due_on: date, answer: str, known: bool = True) -> None:
        """Another date is asked for by somebody with an account or without one, and granted or refused at once."""
        act, code = self._act(town), row.code
        asker = self.speakers(town)[0] if known else None
        asking = replace(act, user_id=asker.id if asker else None, name=asker.name if asker else "Luis Sin Cuenta")
        whole = next(other for other in town.rows if other.code == code and other.milestone_id is None)
        with transaction():
            begin_write()
            asked = ask_new_date(asking, town.place, code, NewDate(due_on, "day", "lluvias", row.milestone_id))
            if answer == "granted":
                grant_new_date(act, town.place, code, asked.id)
            else:
                refuse_new_date(act, town.place, code, asked.id, "urge")
            request_id = asked.id
        self.model.hear(whole.subject, act.day)
        if answer == "granted":
            self.model.move(row.subject, due_on)
            row.promise = replace(row.promise, due_on=due_on)
            row.version += row.milestone_id is None
        self.model.answer(row.subject, request_id, act.day, asker.email if asker else None)

    def _act(self, town: Town) -> Act:
        self.touched[town.place.id] = town
        return Act(None, "Ana Prueba", "page", self.now, self.day_in(town))
