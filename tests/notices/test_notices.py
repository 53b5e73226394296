"""Notices: raised once by their key, overtaken, void, alive again; never lost and never doubled."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.notices.raising import AT, TO, notices_about, raise_about, raised, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, make_place
from tracker.core.db import db
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices, void
from tracker.notices.rules import notice_key

SUBJECT = "commitment:1"


def _set(step: str, state: str) -> None:
    db.session.execute(update(Notice).where(Notice.step == step).values(state=state))


def test_the_key_names_subject_step_day_and_recipient() -> None:
    key = notice_key(SUBJECT, "overdue+10", date(2026, 11, 20), TO)
    assert key == "commitment:1|overdue+10|2026-11-20|obras@example.org"


def test_the_same_thing_is_raised_once(session: DbSession) -> None:
    place = make_place()
    assert raise_about(place, SUBJECT, "overdue+1") == [notice_key(SUBJECT, "overdue+1", date(2026, 11, 20), TO)]
    for _ in range(3):
        assert raise_about(place, SUBJECT, "overdue+1", facts={"code": "changed"}) == []
    (notice,) = notices_about(SUBJECT)
    assert (notice.state, notice.facts, notice.raised_at, notice.day) == (
        "waiting",
        {"code": "C-001"},
        AT,
        DAY,
    )


def test_twice_in_one_call_is_once(session: DbSession) -> None:
    place = make_place()
    one = raised(place, SUBJECT, "overdue+1")
    assert raise_notices([one, one], AT, DAY) == [one]
    assert raise_notices([], AT, DAY) == []


def test_another_person_day_step_or_subject_is_another_notice(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    assert raise_about(place, SUBJECT, "overdue+1", recipient="ana@example.org")
    assert raise_about(place, SUBJECT, "overdue+1", struck_on=date(2026, 12, 1))
    assert raise_about(place, "commitment:2", "overdue+1")
    assert raise_about(place, SUBJECT, "overdue+10")


def test_the_database_holds_the_key_too(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    (first,) = notices_about(SUBJECT)
    copy = {c.key: getattr(first, c.key) for c in Notice.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Notice(**copy))


@pytest.mark.parametrize("unsent", ["waiting", "composed"])
def test_a_step_overtakes_the_unsent_ones_before_it(session: DbSession, unsent: str) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    raise_about(place, "commitment:2", "overdue+1")
    raise_about(place, SUBJECT, "overdue+1", recipient="ana@example.org")
    _set("overdue+1", unsent)
    raise_about(place, SUBJECT, "overdue+10")
    held = {(n.recipient, n.step): (n.state, n.reason) for n in notices_about(SUBJECT)}
    assert held == {
        (TO, "overdue+1"): ("cancelled", "overtaken"),
        (TO, "overdue+10"): ("waiting", ""),
        ("ana@example.org", "overdue+1"): (unsent, ""),
    }
    assert states("commitment:2") == {"overdue+1": (unsent, "")}


@pytest.mark.parametrize("settled", ["sent", "failed"])
def test_what_has_left_stays_as_it_is(session: DbSession, settled: str) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1")
    _set("overdue+1", settled)
    raise_about(place, SUBJECT, "overdue+10")
    void(place.id, SUBJECT, "completed", DAY)
    assert states(SUBJECT) == {"overdue+1": (settled, ""), "overdue+10": ("cancelled", "completed")}
    assert raise_about(place, SUBJECT, "overdue+1") == []


def test_skipped_steps_are_rows_that_overtake_nothing(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "due-3")
    raise_about(place, SUBJECT, "overdue+1", skipped=True)
    assert states(SUBJECT) == {"due-3": ("waiting", ""), "overdue+1": ("cancelled", "skipped")}
    raise_about(place, SUBJECT, "overdue+1")
    assert states(SUBJECT)["overdue+1"] == ("cancelled", "skipped"), "what was passed over is not sent later"


def test_where_nobody_can_be_told_a_row_says_so(session: DbSession) -> None:
    place = make_place()
    raise_about(place, SUBJECT, "overdue+1", recipient="", name="", audience="nobody")
    assert states(SUBJECT) == {"overdue+1": ("nobody", "")}
    void(place.id, SUBJECT, "completed", DAY)
    assert states(SUBJECT) == {"overdue+1": ("cancelled", "completed")}


def test_void_takes_what_has_not_left_of_this_subject_alone(session: DbSession) -> None:
    place, neighbour = make_place(), make_place()
    for number, state in enumerate(("waiting", "composed", "sent", "failed"), 1):
        raise_about(place, SUBJECT, f"overdue+{number}", recipient=f"{state}@example.org")
        _set(f"overdue+{number}", state)
    raise_about(place, "commitment:12", "overdue+1")
    raise_about(neighbour, SUBJECT, "overdue+9")
    void(place.id, SUBJECT, "changed", DAY)
    held = {n.recipient: (n.state, n.reason) for n in notices_about(SUBJECT) if n.municipality_id == place.id}
    assert held == {
        "waiting@example.org": ("cancelled", "changed"),
        "composed@example.org": ("cancelled", "changed"),
        "sent@example.org": ("sent", ""),
        "failed@example.org": ("failed", ""),
    }
    assert states("commitment:12") == {"overdue+1": ("waiting", "")}
    assert [n.state for n in notices_about(SUBJECT) if n.municipality_id == neighbour.id] == ["waiting"]
