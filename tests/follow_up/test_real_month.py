"""A month on an agenda that a real city published: brought in, followed day by day, answered as people would."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.agenda.counting import check_everything
from tests.exchange.real_files import EXAMPLES, real_files
from tests.exchange.test_real_agendas import SOURCES
from tests.support.clock import at
from tests.support.factories import act, make_place, make_user
from tests.support.mail_server import MailServer
from tracker.agenda.models import Commitment
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.queries.standing import differences
from tracker.core.db import begin_write, db
from tracker.core.ticks import transaction
from tracker.exchange.import_agenda import import_agenda
from tracker.exchange.mapping import read_agenda_mapping
from tracker.follow_up import ticks
from tracker.follow_up.operations import InTheWay, Report, clear_obstacle, report_obstacle, report_progress
from tracker.follow_up.operations.dates import NewDate, ask_new_date, grant_new_date
from tracker.follow_up.operations.steady import report_steady
from tracker.follow_up.queries.obstacles import open_obstacles
from tracker.notices.models import Notice
from tracker.territory.models import Unit
from tracker.territory.operations import find_or_create_unit
from tracker.territory.rules import Place

COORDINATOR = "coord@example.org"
FIRST, DAYS = date(2024, 11, 1), 31
#: Mails that somebody may get in this month, with a hundred promises of its own: three a week.
MOST = 13
WAKES = (time(6), time(12, 30), time(20))


def bring_in(source: str) -> Place:
    """The agenda as it was published, with somebody who coordinates and a mailbox for each unit."""
    told = SOURCES[source]
    path = real_files() / told.file
    mapping = read_agenda_mapping((EXAMPLES / f"{told.mapping}.json").read_text(encoding="utf-8"))
    with transaction():
        place = make_place(told.country, zone="America/Bogota")
        make_user("coordinator", place=place, email=COORDINATOR)
    with transaction():
        begin_write()
        who = act(FIRST, name="import", door="command")
        result = import_agenda(who, place, path.read_bytes(), path.name, mapping)
        assert not result.errors
        for unit in db.session.scalars(select(Unit).where(Unit.municipality_id == place.id)).all():
            find_or_create_unit(act(FIRST), place.id, unit.name, f"unidad{unit.id}@example.org")
    return place


def open_of(place: Place) -> list[Commitment]:
    rows = select(Commitment).where(Commitment.municipality_id == place.id).order_by(Commitment.id)
    return [row for row in db.session.scalars(rows) if row.is_open]


def live(place: Place, day: date, number: int) -> None:
    """What the people of a small town would do on the days of a month; weekends are free."""
    if day.weekday() > 4:
        return
    who = act(day)
    with transaction():
        begin_write()
        rows = open_of(place)
        late = [row for row in rows if row.overdue_from <= day]
        if number == 4:
            bring_up_to_date(who, place, {row.subject: Choice("kept") for row in late})
        if day.weekday() == 0:
            codes = [row.code for row in rows[number % 7 :: 7]]
            report_steady(who, place, codes, "Sigue según lo previsto")
        if day.weekday() == 2:
            for row in rows[number % 11 :: 11]:
                report_progress(who, place, row.code, Report(text="Avanza", told_by="Rosa", told_how="phone"))
        if number == 10:
            for row in rows[:2]:
                report_obstacle(who, place, row.code, InTheWay("money", "La transferencia", day))
        if number == 18:
            asked = ask_new_date(who, place, rows[5].code, NewDate(date(2025, 2, 28), "day", "Licitación desierta"))
            grant_new_date(who, place, rows[5].code, asked.id)
            for row in rows[:2]:
                obstacle, _who = open_obstacles(place.id, row.id)[0]
                clear_obstacle(who, place, row.code, obstacle.id, "Llegó")


@pytest.mark.full
@pytest.mark.parametrize("source", ["salud-2024", "cultura-2024"])
def test_a_month_of_a_real_agenda_nags_nobody(fresh_app: Flask, smtp: MailServer, source: str) -> None:
    with fresh_app.app_context(), at(f"{FIRST}T00:00Z") as clock:
        fresh_app.config["MAIL_URL"] = smtp.url
        clock.move_to(datetime.combine(FIRST, time(15), UTC))
        place = bring_in(source)
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            for wake in WAKES:
                if number or wake > time(15):
                    clock.move_to(datetime.combine(day, wake, UTC))
                    ticks.check_due()
                    ticks.compose_due()
                    ticks.deliver_due()
            live(place, day, number)
        with transaction():
            begin_write()
            check_everything(place, FIRST + timedelta(days=DAYS - 1))
        assert differences()[1] == []
        mails = Counter(received.recipients[0] for received in smtp.messages)
        days = Counter((received.recipients[0], str(received.message["Date"])[:16]) for received in smtp.messages)
        print(source, len(open_of(place)), "open;", sum(mails.values()), "mails:", dict(mails))
        assert max(days.values()) == 1, "one mail a person and day"
        assert max(mails.values()) <= MOST, "nobody hears every day"
        assert set(db.session.scalars(select(Notice.state))) <= {"sent", "cancelled", "waiting"}
