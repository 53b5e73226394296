"""On which days a promise recurs: by grid, and by what must hold whatever the pattern."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.agenda.rules import LAST, MOST_OCCURRENCES, UNITS, Held, Pattern, days_of, pattern_from

FROM = date(2027, 1, 1)


def said(pattern: Pattern) -> list[str]:
    return [day.isoformat() for day in days_of(pattern)]


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        (Pattern("month", 1, 31, FROM, count=4), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Pattern("month", 1, 30, date(2028, 1, 31), count=2), ["2028-02-29", "2028-03-30"]),
        (Pattern("month", 12, 29, date(2027, 2, 1), count=2), ["2027-02-28", "2028-02-29"]),
        (Pattern("month", 2, 5, date(2027, 1, 6), count=2), ["2027-02-05", "2027-04-05"]),
        (Pattern("quarter", 1, 31, FROM, count=4), ["2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31"]),
        (Pattern("quarter", 2, 1, FROM, count=2), ["2027-01-01", "2027-07-01"]),
        # 1 Jan 2027 is a Friday.
        (Pattern("week", 1, 5, FROM, count=2), ["2027-01-01", "2027-01-08"]),
        (Pattern("week", 2, 4, FROM, count=2), ["2027-01-07", "2027-01-21"]),
        (Pattern("week", 1, 1, FROM, date(2027, 1, 18)), ["2027-01-04", "2027-01-11", "2027-01-18"]),
        (Pattern("week", 1, 1, FROM, date(2027, 1, 18), 2), ["2027-01-04", "2027-01-11"]),
        (Pattern("month", 1, 6, FROM, count=2, nth=1), ["2027-01-02", "2027-02-06"]),
        (Pattern("month", 1, 5, FROM, count=2, nth=LAST), ["2027-01-29", "2027-02-26"]),
        (Pattern("month", 1, 5, date(2027, 1, 2), count=1, nth=1), ["2027-02-05"]),
        (Pattern("month", 1, 15, date(2027, 1, 16), date(2027, 2, 14)), []),
    ],
)
def test_days(pattern: Pattern, days: list[str]) -> None:
    assert said(pattern) == days


def test_one_more_than_the_most_says_that_they_are_too_many() -> None:
    assert len(days_of(Pattern("week", 1, 1, FROM, date(2099, 1, 1)))) == MOST_OCCURRENCES + 1
    assert len(days_of(Pattern("week", 1, 1, FROM, count=MOST_OCCURRENCES))) == MOST_OCCURRENCES


def test_it_ends_where_our_time_ends() -> None:
    assert said(Pattern("month", 1, 31, date(2100, 11, 30), count=9)) == ["2100-11-30", "2100-12-31"]
    assert said(Pattern("week", 1, 5, date(2100, 12, 31), count=9)) == ["2100-12-31"]


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    unit = draw(st.sampled_from(UNITS))
    nth = 0 if unit == "week" else draw(st.integers(0, LAST))
    day = draw(st.integers(1, 7 if unit == "week" or nth else 31))
    from_on = draw(st.dates(date(1990, 1, 1), date(2085, 1, 1)))
    until_on = draw(st.none() | st.integers(0, 5000).map(lambda days: from_on + timedelta(days=days)))
    count = draw(st.integers(1, MOST_OCCURRENCES) if until_on is None else st.none() | st.integers(1, 120))
    return Pattern(unit, draw(st.integers(1, 4)), day, from_on, until_on, count, nth)


@given(patterns())
def test_whatever_the_pattern(pattern: Pattern) -> None:
    days = days_of(pattern)
    assert all(one < other for one, other in pairwise(days))
    assert all(pattern.from_on <= day for day in days)
    assert pattern.until_on is None or all(day <= pattern.until_on for day in days)
    assert len(days) <= (pattern.count or MOST_OCCURRENCES + 1)
    for one, other in pairwise(days):
        if pattern.unit == "week":
            assert (other - one).days == 7 * pattern.every
        else:
            months = (other.year - one.year) * 12 + other.month - one.month
            assert months == pattern.every * (3 if pattern.unit == "quarter" else 1)
    for day in days:
        last = calendar.monthrange(day.year, day.month)[1]
        if pattern.unit == "week":
            assert day.isoweekday() == pattern.day
        elif not pattern.nth:
            assert day.day == min(pattern.day, last)
        else:
            assert day.isoweekday() == pattern.day
            assert (day.day > last - 7) if pattern.nth == LAST else ((day.day - 1) // 7 + 1 == pattern.nth)
    # The first period that can be is not skipped, nor the last one.
    if days:
        assert (days[0] - pattern.from_on).days < (7 if pattern.unit == "week" else 62)
    if pattern.until_on is not None and pattern.count is None and 0 < len(days) <= MOST_OCCURRENCES:
        following = days_of(Pattern(**{**vars(pattern), "until_on": None, "count": MOST_OCCURRENCES}))
        assert days == [day for day in following if day <= pattern.until_on]
    assert pattern_from(pattern.written()) == pattern


@pytest.mark.parametrize(
    ("held", "outcome"),
    [
        (Held(12), "fulfilled"),
        (Held(9, 1, 0, 2), "in_part"),
        (Held(0, 3), "not_fulfilled"),
        (Held(9, 3), "in_part"),
    ],
)
def test_how_it_ended_follows_from_what_was_held(held: Held, outcome: str) -> None:
    assert held.outcome == outcome
