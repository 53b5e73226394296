"""What was brought in through the pages is told on the next working morning, so that an undo comes first."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.exchange.making import csv_of
from tests.support.apps import DbSession
from tests.support.clock import moment
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.core.db import db
from tracker.exchange.import_agenda import import_agenda
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for, places_to_compose
from tracker.notices.models import Digest, MassApproval, Notice
from tracker.territory.rules import Place

#: DAY is a Monday; 21:39 in Mexico City on the Friday before.
FRIDAY = DAY - timedelta(days=3)
EVENING = moment("2026-11-21T03:39Z")
ROWS = csv_of(
    "code,title,unit,unit_email,due_on,milestone_of",
    "A-1,Pozo,Obras,obras@example.org,2026-11-01,",
    "A-2,Bomba,,,2026-11-02,A-1",
)


def brought_in(place: Place, door: str = "import", day: date = FRIDAY) -> None:
    assert import_agenda(act(day, door=door), place, ROWS, "agenda.csv").errors == []
    check_places([place], day, act(day).at)


def told() -> set[tuple[str, date]]:
    """(recipient, day) of every digest."""
    return {(row[0], row[1]) for row in db.session.execute(select(Digest.recipient, Digest.day))}


def waiting() -> set[str]:
    return set(db.session.scalars(select(Notice.subject).where(Notice.state == "waiting")))


def test_it_rests_until_the_next_working_morning(session: DbSession) -> None:
    place = make_place()
    brought_in(place)
    assert {subject.partition(":")[0] for subject in waiting()} == {"commitment", "milestone"}
    assert [p.id for p in places_to_compose(EVENING)] == [place.id]
    assert compose_for([place], FRIDAY, EVENING, by_itself=True).digests == 0
    assert places_to_compose(EVENING + timedelta(days=1)) == [], "a Saturday"
    assert places_to_compose(moment("2026-11-23T12:59Z")) == [], "before seven"
    assert [p.id for p in places_to_compose(moment("2026-11-23T13:00Z"))] == [place.id]
    assert compose_for([place], DAY, moment("2026-11-23T13:00Z"), by_itself=True).digests == 1
    assert told() == {("obras@example.org", DAY)} and not waiting()


def test_what_was_here_before_leaves_all_the_same(session: DbSession) -> None:
    place = make_place()
    make_commitment(place, due_on=FRIDAY - timedelta(days=1), unit=make_unit(place, mailbox="salud@example.org"))
    brought_in(place)
    compose_for([place], FRIDAY, EVENING, by_itself=True)
    assert told() == {("salud@example.org", FRIDAY)} and len(waiting()) == 2


@pytest.mark.parametrize(("door", "by_itself"), [("command", True), ("import", False)])
def test_commands_and_a_day_that_is_asked_for_wait_for_nothing(
    session: DbSession, door: str, by_itself: bool
) -> None:
    place = make_place()
    brought_in(place, door)
    assert compose_for([place], FRIDAY, EVENING, by_itself=by_itself).digests == 1


def test_who_lets_the_mails_leave_is_not_asked_twice(session: DbSession) -> None:
    place = make_place()
    brought_in(place)
    db.session.add(MassApproval(municipality_id=place.id, day=FRIDAY, at=EVENING, by="Ana"))
    db.session.flush()
    assert compose_for([place], FRIDAY, EVENING, by_itself=True).digests == 1
