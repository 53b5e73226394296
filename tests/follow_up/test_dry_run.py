"""A dry run says what the check of a day would add: nothing twice, nothing left out, nothing written."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.factories import DAY, act, be_patient, make_commitment, make_place, make_unit, make_user
from tracker.core.db import db
from tracker.follow_up.checked import Checked
from tracker.follow_up.checks import Way, check_places
from tracker.notices.models import Notice
from tracker.notices.preferring import prefer
from tracker.territory.operations import set_mailbox
from tracker.territory.rules import Place

DRY = Way(dry_run=True)
TOMORROW = DAY + timedelta(days=1)


def check(place: Place, day: date, way: Way | None = None) -> Checked:
    """Check one place for a day."""
    return check_places([place], day, act(day).at, way)


def lines(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Of each line these values, in order."""
    return sorted(tuple(line[name] for name in names) for line in found)


@pytest.fixture
def place(session: object) -> Place:
    """A municipality nobody works in yet."""
    place = make_place()
    be_patient(place)
    return place


def test_what_was_told_already_is_not_told_again(place: Place) -> None:
    unit = make_unit(place, mailbox="box@example.org")
    make_commitment(place, due_on=DAY + timedelta(days=3), unit=unit, day=DAY - timedelta(days=50))
    check(place, DAY)

    again = check(place, DAY, Way(dry_run=True, everything=True))

    assert (again.looked_at, again.notices, again.told) == (1, [], 0)


def test_a_dry_run_equals_the_check_that_follows(place: Place) -> None:
    make_user("coordinator", place=place, email="coord@example.org")
    unit = make_unit(place, mailbox="box@example.org")
    for days in (-40, -12, -1, 0, 3, 10, 14, 30):
        make_commitment(place, due_on=DAY + timedelta(days=days), unit=unit, day=DAY - timedelta(days=60))
    prefer("box@example.org", {"early": False, "copies": True, "cleared": True}, act(DAY).at)

    expected, done = check(place, DAY, DRY), check(place, DAY)

    assert expected.notices == done.notices
    assert expected.not_told == done.not_told
    assert expected.counts() == done.counts()
    assert len(done.notices) == 6


def test_each_line_says_on_which_day_its_step_falls(place: Place) -> None:
    unit = make_unit(place, mailbox="box@example.org")
    make_commitment(place, due_on=DAY + timedelta(days=20), unit=unit)
    check(place, DAY)

    found = check(place, DAY + timedelta(days=18), DRY)

    assert lines(found.notices, "step", "falls_on") == [("due-3", str(DAY + timedelta(days=17)))]
    assert lines(found.not_told, "step", "falls_on", "state") == [
        ("due-14", str(DAY + timedelta(days=6)), "skipped")
    ]


def test_what_its_reader_does_without_is_named(place: Place) -> None:
    unit = make_unit(place, mailbox="box@example.org")
    make_commitment(place, due_on=DAY + timedelta(days=14), unit=unit)
    prefer("box@example.org", {"early": False, "copies": True, "cleared": True}, act(DAY).at)

    found = check(place, DAY, DRY)

    assert found.notices == []
    assert lines(found.not_told, "recipient", "step", "state") == [("box@example.org", "due-14", "unwanted")]


def test_once_somebody_can_be_told_the_dry_run_of_tomorrow_says_so(place: Place) -> None:
    unit = make_unit(place)
    make_commitment(place, due_on=DAY - timedelta(days=2), unit=unit, day=DAY - timedelta(days=50))
    check(place, DAY)
    assert check(place, TOMORROW, DRY).notices == []

    set_mailbox(act(DAY), place.id, unit.id, "Box@Example.org")
    written = db.session.scalar(select(func.count()).select_from(Notice))
    expected = check(place, TOMORROW, DRY)

    assert lines(expected.notices, "recipient", "step", "falls_on") == [
        ("box@example.org", "overdue+1", str(TOMORROW))
    ]
    assert db.session.scalar(select(func.count()).select_from(Notice)) == written
    assert check(place, TOMORROW).notices == expected.notices
    assert lines(check(place, TOMORROW, DRY).notices, "recipient") == []
