"""Policies: figures as typed, layered from installation to municipality, and what they make of a day."""

import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from tests.support.factories import act, make_place
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import policies_for, policy_for
from tracker.territory.rules import (
    Policy,
    is_working_day,
    policy_with,
    public_holidays,
    read_policy_value,
)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("soon_days", "21", 21),
        ("soon_days", " 0 ", 0),
        ("repeat_days", "1", 1),
        ("repeat_days", "365", 365),
        ("quiet_days", "0", 0),
        ("digest_hour", "0", 0),
        ("digest_hour", "23", 23),
        ("remind_days", "3,14", [14, 3]),
        ("remind_days", "7, 7", [7]),
        ("remind_days", "", []),
        ("late_days", "1,10,30", [1, 10, 30]),
        ("late_days", "2, 5, 9", [2, 5, 9]),
        ("working_days", "mon,tue,wed", [0, 1, 2]),
        ("working_days", "Sunday,MONDAY", [0, 6]),
        ("working_days", "all", [0, 1, 2, 3, 4, 5, 6]),
        ("holidays_off", "yes", True),
        ("holidays_off", "NO", False),
    ],
)
def test_what_is_typed_becomes_a_figure(key: str, typed: str, value: object) -> None:
    assert read_policy_value(key, typed) == value
    assert json.loads(json.dumps(read_policy_value(key, typed))) == value


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("soon_days", "-1"),
        ("soon_days", "366"),
        ("soon_days", "two weeks"),
        ("soon_days", "14.5"),
        ("soon_days", ""),
        ("repeat_days", "0"),
        ("digest_hour", "24"),
        ("digest_hour", "7:00"),
        ("remind_days", "14,-3"),
        ("remind_days", "a,b"),
        ("late_days", "1,10"),
        ("late_days", "10,1,30"),
        ("late_days", "1,1,30"),
        ("late_days", "0,10,30"),
        ("late_days", ""),
        ("working_days", "lundi"),
        ("working_days", ""),
        ("holidays_off", "perhaps"),
    ],
)
def test_what_makes_no_sense_is_refused(key: str, typed: str) -> None:
    with pytest.raises(ValueError):
        read_policy_value(key, typed)


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("holidays_off", "perhaps", "yes or no"),
        ("digest_hour", "24", "from 0 to 23"),
        ("late_days", "1,10", "three growing numbers"),
        ("working_days", "lundi", "mon"),
        ("soon_days", "two weeks", "number"),
    ],
)
def test_a_refusal_says_what_is_expected(key: str, typed: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        read_policy_value(key, typed)


def test_figures_replace_only_what_they_name() -> None:
    changed = policy_with(Policy(), {"soon_days": 7, "late_days": [2, 4, 8], "a figure of the future": 1})
    assert changed == Policy(soon_days=7, late_days=(2, 4, 8))
    assert policy_with(Policy(), {}) == Policy()


def test_the_default_policy_is_the_published_one() -> None:
    dates = Policy(14, (14, 3), (1, 10, 30), 30, 45, digest_hour=7, working_days=(0, 1, 2, 3, 4), holidays_off=True)
    assert Policy() == dates
    clocks = Policy(behind_points=15, behind_share=25, behind_days=15, blocked_repeat_days=30)
    clocks = replace(clocks, undated_repeat_days=30)
    silence = replace(clocks, silence_days=90, silence_before_due_days=60, silence_least_days=30)
    assert Policy() == silence


def test_installation_country_municipality_in_this_order(app: Flask) -> None:
    with app.app_context():
        toluca, merida, talca = make_place("MX"), make_place("MX"), make_place("CL")
        assert policies_for([toluca])[toluca.id] == (Policy(), 0)
        set_policy(act(), "*", {"soon_days": 20, "quiet_days": 10})
        set_policy(act(), "MX", {"soon_days": 21})
        set_policy(act(), toluca.code, {"soon_days": 22, "remind_days": [5]})
        answers = policies_for([toluca, merida, talca])
        assert answers[toluca.id][0] == Policy(soon_days=22, quiet_days=10, remind_days=(5,))
        assert answers[merida.id][0] == Policy(soon_days=21, quiet_days=10)
        assert answers[talca.id][0] == Policy(soon_days=20, quiet_days=10)


def test_a_version_grows_for_whom_a_change_concerns_and_nobody_else(app: Flask) -> None:
    with app.app_context():
        toluca, talca = make_place("MX"), make_place("CL")
        set_policy(act(), "CL", {"soon_days": 20})
        before = policies_for([toluca, talca])
        set_policy(act(), "MX", {"soon_days": 21})
        after = policies_for([toluca, talca])
        assert after[toluca.id][1] > before[toluca.id][1]
        assert after[talca.id] == before[talca.id]
        set_policy(act(), "*", {"quiet_days": 1})
        assert policies_for([talca])[talca.id][1] > after[talca.id][1]


def test_setting_again_keeps_the_other_figures(app: Flask) -> None:
    with app.app_context():
        place = make_place()
        set_policy(act(), place.code, {"soon_days": 5})
        setting = set_policy(act(), place.code, {"quiet_days": 6})
        assert setting.figures == {"soon_days": 5, "quiet_days": 6}
        assert policy_for(place) == Policy(soon_days=5, quiet_days=6)


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        (date(2026, 11, 23), "MX", True),
        (date(2026, 11, 21), "MX", False),
        (date(2026, 11, 22), "MX", False),
        (date(2026, 9, 16), "MX", False),
        (date(2026, 9, 16), "CL", True),
        (date(2026, 9, 18), "CL", False),
        (date(2026, 12, 25), "BR", False),
    ],
)
def test_working_days_know_the_country(day: date, country: str, works: bool) -> None:
    assert is_working_day(day, country, Policy()) is works


def test_weekdays_and_holidays_are_policy() -> None:
    sunday, independence = date(2026, 11, 22), date(2026, 9, 16)
    assert is_working_day(sunday, "MX", Policy(working_days=(6,)))
    assert is_working_day(independence, "MX", Policy(holidays_off=False))


def test_a_country_without_a_calendar_has_no_holidays() -> None:
    assert public_holidays("XX", 2026) == frozenset()
    assert is_working_day(date(2026, 12, 25), "XX", Policy())
