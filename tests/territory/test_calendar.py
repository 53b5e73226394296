"""Days without mails: how they are typed, kept, shown, and which days they are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.territory.policies.calendar import LONGEST, is_day_off, read_day_off, shown
from tracker.territory.rules import Policy, is_working_day, policy_with, read_policy_value


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24/12", "--12-24"),
        ("1/5", "--05-01"),
        ("29/2", "--02-29"),
        ("24.12.", None),
        ("--12-24", "--12-24"),
        ("24-12", "--12-24"),
        ("24/12/2026", "2026-12-24"),
        ("2026-12-24", "2026-12-24"),
        ("20/12/2026 - 5/1/2027", "2026-12-20/2027-01-05"),
        ("20/12/2026 al 5/1/2027", "2026-12-20/2027-01-05"),
        ("2026-12-20/2027-01-05", "2026-12-20/2027-01-05"),
        ("1/1/2026 - 4/3/2026", "2026-01-01/2026-03-04"),
        ("1/1/2026 - 5/3/2026", None),
        ("5/1/2027 - 20/12/2026", None),
        ("31/4", None),
        ("30/2/2026", None),
        ("0/1", None),
        ("13/13", None),
        ("mañana", None),
        ("", None),
        ("24/12/26", None),
        ("99999/12/2026", None),
    ],
)
def test_what_is_typed(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValueError):
            read_day_off(typed)
    else:
        assert read_day_off(typed) == kept


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, LONGEST.days))
def test_what_is_shown_reads_the_same(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    for kept in (first.isoformat(), f"--{first:%m-%d}", f"{first.isoformat()}/{last.isoformat()}"):
        assert read_day_off(shown(kept)) == kept
        assert read_day_off(kept) == kept


def test_boundaries() -> None:
    days_off = ("--12-24", "2026-05-15", "2026-12-20/2027-01-05")
    answers = {
        date(2026, 12, 19): False,
        date(2026, 12, 20): True,
        date(2027, 1, 5): True,
        date(2027, 1, 6): False,
        date(2026, 5, 15): True,
        date(2027, 5, 15): False,
        date(2030, 12, 24): True,
        date(2030, 12, 25): False,
    }
    assert {day: is_day_off(day, days_off) for day in answers} == answers


def test_a_municipality_rests_on_its_countrys_days_and_its_own() -> None:
    country = policy_with(Policy(), {"days_off": ["--09-15"]})
    own = policy_with(country, {"days_off": ["--09-16", "--09-15"]})
    assert own.days_off == ("--09-15", "--09-16")
    assert not is_working_day(date(2027, 9, 15), "MX", own)
    assert is_working_day(date(2027, 9, 14), "MX", own)
    assert read_policy_value("days_off", "24/12, 2026-12-20/2027-01-05") == ["--12-24", "2026-12-20/2027-01-05"]
