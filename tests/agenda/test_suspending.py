"""A commitment that is suspended: pace and silence rest, its date does not; what ends early counts anew."""

from datetime import date, timedelta

import pytest

from tests.agenda.counting import check_everything
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place
from tracker.agenda.models import Commitment
from tracker.agenda.operations import end_suspension, note_sign, reckon, recount, suspend
from tracker.core.db import NEVER
from tracker.core.errors import Refused
from tracker.follow_up.checks import check_places
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place


def days(number: int) -> date:
    return DAY + timedelta(days=number)


@pytest.fixture
def place(session: DbSession) -> Place:
    return make_place()


def lasting(place: Place) -> Commitment:
    """From 100 days ago to in 100 days, a tenth of it done: behind after 51 days, silent after 90."""
    made = make_commitment(place, start_on=days(-100), due_on=days(100), day=days(-100))
    note_sign(act(days(-100)), place, made, 10, None)
    return made


def test_what_is_not_suspended_strikes_on_its_day(place: Place) -> None:
    made = lasting(place)
    assert (made.behind_from, made.silent_from) == (days(-49), days(-10))
    recount(place.id, days(-100))
    check_everything(place, days(-100))


def test_while_it_is_suspended_both_strike_the_day_after_its_end(place: Place) -> None:
    made = lasting(place)
    suspend(act(), place, made.code, DAY, days(30), "Lluvias")
    assert (made.behind_from, made.silent_from) == (days(31), days(31))
    assert (made.due_on, made.overdue_from) == (days(100), days(101))
    assert [made.is_suspended_on(days(n)) for n in (-1, 0, 30, 31)] == [False, True, True, False]
    check_everything(place, DAY)


def test_a_strike_after_its_end_stays_where_it_is(place: Place) -> None:
    made = lasting(place)
    note_sign(act(), place, made, 60, None)
    expected = made.behind_from, made.silent_from
    assert expected == (days(51), days(40))
    suspend(act(), place, made.code, days(-3), days(30), "Juicio")
    assert (made.behind_from, made.silent_from) == expected


def test_ending_it_early_counts_anew_from_the_day_after(place: Place) -> None:
    made = lasting(place)
    suspend(act(), place, made.code, DAY, days(60), "Lluvias")
    end_suspension(act(days(10)), place, made.code)
    assert (made.suspended_until, made.behind_from, made.silent_from) == (days(10), days(11), days(11))
    for again in (days(10), days(11)):
        with pytest.raises(Refused):
            end_suspension(act(again), place, made.code)
    check_everything(place, days(10))


def test_what_waited_to_be_said_is_not_said(place: Place) -> None:
    made = lasting(place)
    assert [notice["step"] for notice in check_places([place], DAY, act().at).notices] == ["silent+0"]
    suspend(act(), place, made.code, DAY, days(30), "Lluvias")
    for number in range(31):
        assert check_places([place], days(number), act().at).notices == []
    again = check_places([place], days(31), act().at).notices
    assert [notice["step"] for notice in again] == ["silent+0"]


@pytest.mark.parametrize(
    ("from_on", "until_on", "reason", "field"),
    [
        (1, 5, "Lluvias", "from_on"),
        (None, 5, "Lluvias", "from_on"),
        (0, None, "Lluvias", "until_on"),
        (0, -1, "Lluvias", "until_on"),
        (0, 5, "  ", "reason"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    place: Place, from_on: int | None, until_on: int | None, reason: str, field: str
) -> None:
    made = make_commitment(place)
    first = None if from_on is None else days(from_on)
    last = None if until_on is None else days(until_on)
    with pytest.raises(Refused) as refused:
        suspend(act(), place, made.code, first, last, reason)
    assert list(refused.value.fields) == [field]
    assert made.suspended_until is None


def test_without_a_pace_nothing_is_behind_after_a_suspension_either(place: Place) -> None:
    made = make_commitment(place)
    suspend(act(), place, made.code, DAY, days(3), "Lluvias")
    assert made.behind_from == NEVER
    reckon(made, [], policy_for(place))
    check_everything(place, DAY)
