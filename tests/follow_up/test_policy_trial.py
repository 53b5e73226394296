"""What a change of figures would do: tried on the rows, taken back, equal to what the change then does."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import live_counts
from tracker.audit.queries import newest_of
from tracker.core.db import db
from tracker.core.errors import EditConflict
from tracker.follow_up.policies.redoing import redo_clocks
from tracker.follow_up.policies.trial import Trial, try_policy
from tracker.notices.models import Notice
from tracker.territory.models import PolicySetting
from tracker.territory.policies.changing import set_policy, setting_of
from tracker.territory.queries import newest_policy, policy_for
from tracker.territory.rules import Place


def town(country: str = "MX", rows: int = 4) -> Place:
    place = make_place(country)
    unit = make_unit(place, "Obras", f"obras-{place.id}@example.org")
    for number in range(rows):
        make_commitment(
            place, f"P{number}", DAY + timedelta(days=10 + number), unit=unit, day=DAY - timedelta(days=90)
        )
    db.session.commit()
    return place


def tried(key: str, **figures: Any) -> Trial:
    db.session.rollback()
    return try_policy(act(), key, figures, act().at)


def test_a_trial_writes_nothing_and_tells_what_the_change_does(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = town()
        trial = tried(place.code, soon_days=11, remind_days=[11])
        assert (trial.soon, trial.late) == ((4, 2), (0, 0))
        assert (trial.people, trial.told) == ((1, 1), (4, 3))
        assert setting_of(place.code) is None
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
        before = live_counts({place.id: DAY})[place.id]["due_soon_count"]
        db.session.rollback()
        set_policy(act(), place.code, {"soon_days": 11, "remind_days": [11]})
        redo_clocks([place], newest_policy(), act().at)
        after = live_counts({place.id: DAY})[place.id]["due_soon_count"]
        assert trial.soon == (before, after)


def test_a_trial_of_a_country_leaves_others_alone_and_names_who_waits_for_a_yes(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        here, there = town("MX", 2), town("CL", 3)
        trial = tried("MX", soon_days=0)
        assert (trial.places, trial.looked_at, trial.soon) == (1, 1, (2, 0))
        assert tried("*", soon_days=0).soon == (5, 0)
        assert tried("PE", soon_days=0).places == 0
        assert {here.country_code, there.country_code} == {"MX", "CL"}
        assert (trial.is_whole, trial.estimate(7)) == (True, 7)
        assert Trial(200, 50).estimate(10) == 40


def test_two_who_save_at_once(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = town()
        set_policy(act(), place.code, {"soon_days": 9}, seen=0)
        db.session.commit()
        with pytest.raises(EditConflict):
            set_policy(act(), place.code, {"soon_days": 8}, seen=0)
        db.session.rollback()
        assert policy_for(place).soon_days == 9


def test_a_figure_is_given_back_to_the_level_above(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = town()
        set_policy(act(), "*", {"soon_days": 20})
        first = set_policy(act(), place.code, {"soon_days": 9, "quiet_days": 3}).version
        given_back = set_policy(act(), place.code, {"soon_days": None}, seen=first)
        assert given_back.version > first
        assert (policy_for(place).soon_days, policy_for(place).quiet_days) == (20, 3)
        db.session.commit()


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(soon=st.integers(0, 60), reminds=st.lists(st.integers(0, 30), max_size=3, unique=True))
def test_any_trial_leaves_every_clock_as_it_was(fresh_app: Flask, soon: int, reminds: list[int]) -> None:
    with fresh_app.app_context():
        place = town(rows=3)
        clocks = select(Commitment.id, Commitment.soon_from, Commitment.overdue_from, Commitment.next_check_on)
        before = db.session.execute(clocks.order_by(Commitment.id)).all()
        tried(place.code, soon_days=soon, remind_days=sorted(reminds, reverse=True))
        assert db.session.execute(clocks.order_by(Commitment.id)).all() == before
        assert db.session.scalar(select(func.count()).select_from(PolicySetting)) == 0
        db.session.rollback()


def test_each_level_tells_its_own_newest_changes(session: DbSession) -> None:
    for days in (20, 30, 40):
        set_policy(act(), "MX", {"silence_days": days})
    set_policy(act(), "*", {"silence_days": 60})
    told = [line.changes["silence_days"] for line in newest_of("policy:MX", "set_policy", 2)]
    assert told == [(30, 40), (20, 30)]
    assert [line.name for line in newest_of("policy:*", "set_policy", 20)] == ["Ana Prueba"]
