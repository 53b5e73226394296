"""Terms of office: which one a day lies in, what overlaps, what ends soon, whose the delays are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.apps import DbSession
from tests.support.factories import act, make_place
from tracker.core.errors import EditConflict, Refused
from tracker.territory.governing import Office, add_term, edit_term, terms_of
from tracker.territory.terms import Term, ends_soon, is_inherited, moved_by_term, overlapping, term_on

FIRST = Term(1, date(2021, 6, 11), date(2024, 12, 31), "Eva Luna")
SECOND = Term(2, date(2025, 1, 1), date(2027, 12, 31), "Luis Sol")
BOTH = [FIRST, SECOND]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2021-06-10", None),
        ("2021-06-11", FIRST),
        ("2024-12-31", FIRST),
        ("2025-01-01", SECOND),
        ("2027-12-31", SECOND),
        ("2028-01-01", None),
    ],
)
def test_both_days_are_included(day: str, found: Term | None) -> None:
    assert term_on(BOTH, date.fromisoformat(day)) == found


@pytest.mark.parametrize(
    ("starts", "ends", "shared"),
    [
        ("2021-01-01", "2021-06-10", None),
        ("2021-01-01", "2021-06-11", FIRST),
        ("2024-12-31", "2024-12-31", FIRST),
        ("2020-01-01", "2030-01-01", FIRST),
        ("2028-01-01", "2031-12-31", None),
    ],
)
def test_a_shared_day_is_an_overlap(starts: str, ends: str, shared: Term | None) -> None:
    assert overlapping(date.fromisoformat(starts), date.fromisoformat(ends), BOTH) == shared


@pytest.mark.parametrize(("days", "soon"), [(91, False), (90, True), (0, True), (-1, False)])
def test_ninety_days_before_its_last_day_it_ends_soon(days: int, soon: bool) -> None:
    assert ends_soon(SECOND, SECOND.ends_on - timedelta(days=days)) is soon


def test_what_was_promised_on_the_first_day_is_not_inherited() -> None:
    assert is_inherited(date(2024, 12, 31), SECOND)
    assert not is_inherited(date(2025, 1, 1), SECOND)
    assert not is_inherited(date(2024, 12, 31), None)


def test_delays_belong_to_the_term_that_moved_the_date() -> None:
    moves = [(date(2025, 3, 1), 64), (date(2024, 12, 31), 30), (date(2025, 1, 1), -4), (date(2020, 5, 5), 7)]
    assert moved_by_term(moves, BOTH) == [(None, 7), (FIRST, 30), (SECOND, 60)]


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2029, 1, 1)), st.integers(-400, 400)), max_size=8))
def test_no_day_of_delay_is_lost_or_counted_twice(moves: list[tuple[date, int]]) -> None:
    assert sum(days for _term, days in moved_by_term(moves, BOTH)) == sum(days for _on, days in moves)


def _office(starts_on: str, ends_on: str, authority: str = "Eva Luna") -> Office:
    return Office(date.fromisoformat(starts_on), date.fromisoformat(ends_on), authority)


@pytest.mark.parametrize(
    ("office", "field"),
    [
        (_office("2027-12-31", "2031-01-01"), "starts_on"),
        (_office("2029-01-01", "2028-01-01"), "ends_on"),
        (_office("2029-01-01", "2030-01-01", " "), "authority"),
        (Office(None, date(2030, 1, 1), "Eva"), "starts_on"),
        (_office("1900-01-01", "1991-01-01"), "starts_on"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(session: DbSession, office: Office, field: str) -> None:
    place = make_place()
    add_term(act(), place.id, _office("2025-01-01", "2027-12-31"))
    with pytest.raises(Refused) as refused:
        add_term(act(), place.id, office)
    assert list(refused.value.fields) == [field]
    assert len(terms_of(place.id)) == 1


def test_a_term_may_be_moved_over_its_own_days_and_nobody_saves_over_somebody(session: DbSession) -> None:
    place, other = make_place(), make_place()
    made = add_term(act(), place.id, _office("2025-01-01", "2027-12-31"))
    add_term(act(), other.id, _office("2025-01-01", "2027-12-31"))
    edit_term(act(), place.id, made.id, _office("2025-02-01", "2028-01-31"), 1)
    with pytest.raises(EditConflict):
        edit_term(act(), place.id, made.id, _office("2025-03-01", "2028-01-31"), 1)
    assert [term.starts_on for term in terms_of(place.id)] == [date(2025, 2, 1)]
