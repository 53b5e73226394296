"""More than a hundred mails about one municipality on one day: when they are held, who sees it, what ends it."""

from datetime import date, timedelta

import pytest

from tests.notices.mailing import NOW, crowd, post, tell
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_place
from tracker.core.errors import EditConflict
from tracker.notices.composing import compose_for
from tracker.notices.deciding import approve_held, approve_mass, decline_held
from tracker.notices.models import Notice
from tracker.notices.queries.held import held_at, held_in, masses_of, waiting_at
from tracker.notices.rules import Mass, leaving_day
from tracker.territory.rules import EVERYWHERE, Policy, Scope


@pytest.mark.parametrize(
    ("mass", "held"),
    [
        (Mass(0), False),
        (Mass(100), False),
        (Mass(101), True),
        (Mass(101, approved=True), False),
        (Mass(1, 99), False),
        (Mass(1, 100), True),
        (Mass(0, 500), False),
        (Mass(1, 100, approved=True), False),
    ],
)
def test_above_a_hundred_mails_of_a_day_wait_for_a_yes(mass: Mass, held: bool) -> None:
    assert mass.is_held is held


@pytest.mark.parametrize(
    ("day", "leaves"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 12, 25), date(2026, 12, 28)),  # a Friday and Christmas
    ],
)
def test_mails_leave_on_the_next_working_day(day: date, leaves: date) -> None:
    assert leaving_day(day, "MX", Policy()) == leaves


def test_where_no_day_is_a_working_day_the_day_itself_stands() -> None:
    assert leaving_day(DAY, "MX", Policy(working_days=())) == DAY


def test_what_composing_holds_back_is_what_pages_call_held(session: DbSession) -> None:
    full, few = make_place(), make_place()
    crowd(full, 101)
    crowd(few, 100)
    assert held_at(few, DAY) is None
    assert held_at(full, DAY) == Mass(101)
    assert [held.place.id for held in held_in(EVERYWHERE, NOW)] == [full.id]
    done = compose_for([full, few], DAY, NOW)
    # Who lives in both has a digest by now; the same hundred people are in both crowds.
    assert (done.digests, done.waiting_for_approval) == (100, 101)
    assert masses_of([full.id], DAY) == {full.id: Mass(1)}
    assert held_at(full, DAY) is None, "one mail can leave today; the rest leaves tomorrow and is many again"
    assert held_at(full, DAY + timedelta(days=1)) == Mass(101)


def test_mails_that_left_in_the_morning_count_and_their_readers_do_not_wait(session: DbSession) -> None:
    place = make_place()
    crowd(place, 60)
    post(place)
    for number in range(41):
        tell(place, f"new{number}@example.org", 500 + number)
    for number in range(60):
        tell(place, f"p{number}@example.org", 700 + number)
    assert masses_of([place.id], DAY) == {place.id: Mass(41, 60)}
    assert [held.mass for held in held_in(EVERYWHERE, NOW)] == [Mass(41, 60)]


def test_held_municipalities_are_seen_in_scope_only(session: DbSession) -> None:
    here, there = make_place("MX"), make_place("CL")
    crowd(here, 101)
    crowd(there, 101)
    seen = {
        "nothing": Scope(),
        "one": Scope(municipality_ids=frozenset({there.id})),
        "country": Scope(country_codes=frozenset({"MX"})),
        "all": EVERYWHERE,
    }
    found = {name: {held.place.id for held in held_in(scope, NOW)} for name, scope in seen.items()}
    assert found == {"nothing": set(), "one": {there.id}, "country": {here.id}, "all": {here.id, there.id}}


def test_a_yes_on_a_weekend_is_for_the_day_on_which_they_leave(session: DbSession) -> None:
    place, saturday, monday = make_place(), date(2026, 11, 28), date(2026, 11, 30)
    crowd(place, 101)
    (held,) = held_in(EVERYWHERE, act(saturday).at)
    assert held.day == monday
    approve_held(act(saturday), place, held.day, 1_000)
    assert held_in(EVERYWHERE, act(saturday).at) == []
    assert compose_for([place], monday, act(monday).at).digests == 101


def test_a_no_ends_only_what_was_seen(session: DbSession) -> None:
    place = make_place()
    crowd(place, 101)
    seen = waiting_at(place.id)
    assert (seen.subjects, seen.notices, seen.quiet, len(seen.lines), seen.rest) == (101, 101, 51, 40, 61)
    tell(place, "late@example.org", 900)
    assert decline_held(act(), place, DAY, "Fechas viejas", seen.newest) == 101
    left = session.query(Notice).filter_by(state="waiting").all()
    assert [notice.recipient for notice in left] == ["late@example.org"]


def test_decisions_about_nothing_are_refused(session: DbSession) -> None:
    place = make_place()
    crowd(place, 100)
    with pytest.raises(EditConflict):
        approve_held(act(), place, DAY, 1_000)
    with pytest.raises(EditConflict):
        decline_held(act(), place, DAY, "Fechas viejas", 10**9)
    approve_mass(act(), place.id)
    tell(place, "one-more@example.org", 900)
    with pytest.raises(EditConflict):
        approve_held(act(), place, DAY, 1_000)
    assert masses_of([place.id], DAY) == {place.id: Mass(101, approved=True)}
