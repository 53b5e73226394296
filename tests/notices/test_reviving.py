"""Notices that were void and are true again, in bulk too; when digests may leave."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.notices.raising import AT, notices_about, raise_about, raised, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, make_place
from tests.support.statements import statements
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices, void
from tracker.notices.rules import may_leave
from tracker.territory.rules import Policy

SUBJECT = "commitment:1"


@pytest.mark.parametrize("reason", ["changed", "completed", "cancelled"])
def test_what_was_void_and_is_true_again_is_told_after_all(session: DbSession, reason: str) -> None:
    """Completed by mistake and reopened with the same date: the notice never left, so it stands again."""
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    void(place.id, SUBJECT, reason, DAY)
    later = datetime(2026, 11, 24, 13, tzinfo=UTC)
    again = raised(place, SUBJECT, "overdue+1", facts={"code": "C-9"})
    assert raise_notices([again], later, date(2026, 11, 24)) == [again]
    (notice,) = notices_about(SUBJECT)
    assert (notice.state, notice.reason, notice.facts) == ("waiting", "", {"code": "C-9"})
    assert (notice.raised_at, notice.day, notice.digest_id) == (later, date(2026, 11, 24), None)
    assert raise_about(place, SUBJECT, "overdue+1") == []


def test_what_was_void_may_be_passed_over_and_says_why(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    void(place.id, SUBJECT, "changed", DAY)
    raise_about(place, SUBJECT, "overdue+1", skipped=True)
    assert states(SUBJECT) == {"overdue+1": ("cancelled", "skipped")}


def test_overtaken_is_for_good(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    raise_about(place, SUBJECT, "overdue+10")
    assert raise_about(place, SUBJECT, "overdue+1") == []
    assert states(SUBJECT) == {"overdue+1": ("cancelled", "overtaken"), "overdue+10": ("waiting", "")}


def test_a_bulk_takes_a_handful_of_statements(session: DbSession) -> None:
    place = make_place()
    bulk = [raised(place, f"commitment:{number}", "overdue+1") for number in range(1200)]
    with statements() as ran:
        assert len(raise_notices(bulk, AT, DAY)) == 1200
    assert len(ran) <= 20, f"{len(ran)} statements for 1,200 notices"
    assert len(session.scalars(select(Notice.id)).all()) == 1200


@pytest.mark.parametrize(
    ("instant", "zone", "country", "leaves"),
    [
        ("2026-11-23T13:00", "America/Mexico_City", "MX", True),
        ("2026-11-23T12:59", "America/Mexico_City", "MX", False),
        ("2026-11-22T13:00", "America/Mexico_City", "MX", False),
        ("2026-11-23T10:00", "America/Santiago", "CL", True),
        ("2026-11-24T02:00", "America/Mexico_City", "MX", True),
        ("2026-09-18T15:00", "America/Santiago", "CL", False),
    ],
)
def test_digests_leave_on_working_days_from_the_local_hour(
    instant: str, zone: str, country: str, leaves: bool
) -> None:
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert may_leave(now, ZoneInfo(zone), country, Policy()) is leaves
