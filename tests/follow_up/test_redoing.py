"""Which municipalities are reckoned anew in one transaction after a change of policy."""

from collections.abc import Sequence

import pytest
from flask import Flask

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place
from tracker.agenda.models import Watch
from tracker.agenda.rules import VERSION
from tracker.core.db import db
from tracker.follow_up import ticks
from tracker.follow_up.policies.redoing import stale_municipalities
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import newest_policy
from tracker.territory.rules import Place


def towns(counts: Sequence[int]) -> list[Place]:
    """Municipalities with so many commitments each, all of them behind a policy that changed since."""
    places = [make_place() for _ in counts]
    for place, count in zip(places, counts, strict=True):
        for number in range(count):
            make_commitment(place, f"P{number}", DAY)
    db.session.commit()
    set_policy(act(), "*", {"soon_days": 30})
    db.session.commit()
    return places


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [((2, 2, 1), 2), ((2, 3, 1), 1), ((1, 1, 1), 3), ((5, 1), 1), ((1, 5), 1)],
)
def test_so_many_commitments_go_together_and_a_large_agenda_alone(
    session: DbSession, counts: tuple[int, ...], chosen: int
) -> None:
    places = towns(counts)
    assert stale_municipalities(newest_policy(), most=4) == [place.id for place in places[:chosen]]


def test_older_rules_make_stale_too_and_who_is_up_to_date_is_left_out(session: DbSession) -> None:
    first, second = towns((1, 1))
    for place, version in ((first, VERSION), (second, VERSION - 1)):
        watch = session.get_one(Watch, place.id)
        watch.policy_version, watch.rules_version = newest_policy(), version
    db.session.commit()
    assert stale_municipalities(newest_policy()) == [second.id]


def test_the_tick_goes_on_until_nobody_is_behind(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        towns((1, 1, 1))
        assert ticks.redo_stale_clocks() == 3
        db.session.remove()
        assert not stale_municipalities(newest_policy())
