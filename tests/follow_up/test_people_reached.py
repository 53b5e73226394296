"""People reached with an update: counted by sex, 0 is a figure, empty is not known, a minus corrects a slip."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.factories import act, make_commitment, make_milestone, make_place
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.follow_up.models import ProgressUpdate
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.queries.updates import people_reached
from tracker.territory.rules import Place


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def test_they_add_up_over_updates_and_milestones(place: Place) -> None:
    made, other = make_commitment(place), make_commitment(place)
    step = make_milestone(place, made)
    assert people_reached(place.id, made.id) == {"women": None, "men": None, "unsexed": None}
    report_progress(act(), place, made.code, Report("Taller", women=12, men=0))
    report_progress(act(), place, made.code, Report("Otro", women=3), step.id)
    report_progress(act(), place, other.code, Report("Aparte", unsexed=40))
    assert people_reached(place.id, made.id) == {"women": 15, "men": 0, "unsexed": None}
    kept = db.session.execute(
        select(ProgressUpdate.women_count, ProgressUpdate.men_count, ProgressUpdate.unsexed_count).order_by(
            ProgressUpdate.id
        )
    )
    assert [tuple(row) for row in kept] == [(12, 0, None), (3, None, None), (None, None, 40)]


def test_a_figure_alone_says_enough_and_the_trail_tells_it(place: Place) -> None:
    made = make_commitment(place)
    report_progress(act(), place, made.code, Report(women=0))
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and entry.changes["women"] == [None, 0]
    assert "men" not in entry.changes


def test_a_minus_corrects_a_slip(place: Place) -> None:
    made = make_commitment(place)
    report_progress(act(), place, made.code, Report(women=120))
    report_progress(act(), place, made.code, Report("Eran 12", women=-108))
    assert people_reached(place.id, made.id)["women"] == 12


@pytest.mark.parametrize("counts", [{"women": -1}, {"men": 10**9}, {"unsexed": -(10**9)}, {"men": -5, "women": 5}])
def test_what_cannot_be_is_said_at_its_field(place: Place, counts: dict[str, Any]) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused) as refused:
        report_progress(act(), place, made.code, Report("Taller", **counts))
    assert list(refused.value.fields) == [next(iter(counts))]
    assert db.session.scalar(select(ProgressUpdate.id)) is None
