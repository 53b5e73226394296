"""What is in the way: since when a commitment is blocked, what clearing does, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit
from tests.support.together import at_once
from tracker.agenda.models import Commitment
from tracker.agenda.operations import cancel_commitment, reopen_commitment
from tracker.core.db import LONG_AGO, NEVER, db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.checks import check_places
from tracker.follow_up.models import Obstacle
from tracker.follow_up.operations import InTheWay, clear_obstacle, report_obstacle
from tracker.notices.models import Notice
from tracker.territory.rules import Place

BEFORE = DAY - timedelta(days=10)
PERMIT = InTheWay("permit", "El permiso de agua", BEFORE)


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def test_it_is_blocked_since_the_earliest_that_is_open(place: Place) -> None:
    made = make_commitment(place)
    later = report_obstacle(act(), place, made.code, replace(PERMIT, since_on=DAY))
    assert (made.blocked_from, made.last_sign_on, made.stage_on(DAY)) == (DAY, DAY, "not_started")
    first = report_obstacle(act(), place, made.code, PERMIT)
    assert made.blocked_from == BEFORE
    clear_obstacle(act(), place, made.code, first.id, "Llegó")
    assert (made.blocked_from, first.cleared_on, first.cleared_by) == (DAY, DAY, "Ana Prueba")
    clear_obstacle(act(DAY + timedelta(days=3)), place, made.code, later.id, "Llegó")
    assert (made.blocked_on, made.blocked_from, made.last_sign_on) == (None, NEVER, DAY + timedelta(days=3))


def test_what_ended_is_blocked_by_nothing_until_it_is_taken_up_again(place: Place) -> None:
    made = make_commitment(place)
    obstacle = report_obstacle(act(), place, made.code, PERMIT)
    cancel_commitment(act(), place, made.code, "Sin fondos")
    assert made.blocked_from == NEVER and obstacle.is_open
    with pytest.raises(Refused):
        clear_obstacle(act(), place, made.code, obstacle.id, "Llegó")
    with pytest.raises(Refused):
        report_obstacle(act(), place, made.code, PERMIT)
    reopen_commitment(act(), place, made.code, "Hay fondos")
    assert made.blocked_from == BEFORE


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "magic"}, "kind"),
        ({"needed": " "}, "needed"),
        ({"since_on": None}, "since_on"),
        ({"since_on": DAY + timedelta(days=1)}, "since_on"),
        ({"since_on": LONG_AGO}, "since_on"),
        ({"unit_id": 1, "partner_id": 1}, "clearer"),
        ({"level": "moon", "clearer_name": "Luna"}, "clearer"),
        ({"level": "state"}, "clearer_name"),
        ({"clearer_name": "Comisión"}, "clearer_name"),
        ({"level": "state", "clearer_name": "C", "clearer_email": "no"}, "clearer_email"),
        ({"clearer_email": "c@example.org"}, "clearer_email"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(place: Place, change: dict[str, Any], field: str) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused) as refused:
        report_obstacle(act(), place, made.code, replace(PERMIT, **change))
    assert field in refused.value.fields
    assert made.blocked_on is None


def test_what_is_of_another_place_is_not_here(place: Place) -> None:
    other = make_place()
    made, theirs = make_commitment(place), make_commitment(other)
    foreign = report_obstacle(act(), other, theirs.code, PERMIT)
    second = make_commitment(place)
    own = report_obstacle(act(), place, second.code, replace(PERMIT, partner_id=make_partner().id))
    for wrong in (foreign.id, own.id, 10**6):
        with pytest.raises(NotHere):
            clear_obstacle(act(), place, made.code, wrong, "Llegó")
    for facts in (replace(PERMIT, unit_id=make_unit(other).id), replace(PERMIT, partner_id=10**6)):
        with pytest.raises(NotHere):
            report_obstacle(act(), place, made.code, facts)


def test_of_two_who_clear_at_once_one_is_told_that_it_is_cleared(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place).code
        obstacle_id = report_obstacle(act(), place, code, PERMIT).id
        db.session.commit()

    def clear() -> None:
        clear_obstacle(act(), place, code, obstacle_id, "Llegó")

    results = at_once(fresh_app, clear, clear)
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Refused"]
    with fresh_app.app_context():
        assert db.session.scalar(select(Commitment.blocked_on)) is None
        assert db.session.scalar(select(Obstacle.cleared_on)) == DAY


def _blocked(place: Place, days: int) -> list[tuple[str, str, str, str]]:
    """(recipient, why, step, state) of what was raised about obstacles, after a check so many days later."""
    day = DAY + timedelta(days=days)
    check_places([place], day, act(day).at)
    notices = db.session.scalars(select(Notice).where(Notice.step.like("blocked+%")).order_by(Notice.id)).all()
    return sorted((n.recipient, n.audience, n.step, n.state) for n in notices)


def test_responsible_and_who_can_clear_it_hear_once_each_until_it_is_cleared(place: Place) -> None:
    lead, other = make_unit(place, mailbox="lead@example.org"), make_unit(place, "Agua", mailbox="agua@example.org")
    made = make_commitment(place, unit=lead)
    own = make_commitment(place, unit=other)
    _blocked(place, 0)
    first = report_obstacle(act(), place, made.code, replace(PERMIT, unit_id=other.id))
    second = report_obstacle(act(), place, own.code, replace(PERMIT, unit_id=other.id))
    by_row = [
        ("agua@example.org", "clearer", "blocked+0", "waiting"),
        ("agua@example.org", "responsible", "blocked+0", "waiting"),
        ("lead@example.org", "responsible", "blocked+0", "waiting"),
    ]
    assert _blocked(place, 1) == by_row
    facts = db.session.scalars(select(Notice).where(Notice.audience == "clearer")).one().facts
    assert (facts["needed"], facts["who"]) == ("El permiso de agua", "Agua")
    clear_obstacle(act(DAY + timedelta(days=1)), place, own.code, second.id, "Llegó")
    assert {one[2] for one in _blocked(place, 20)} == {"blocked+0", "blocked+30"}
    clear_obstacle(act(DAY + timedelta(days=20)), place, made.code, first.id, "Llegó")
    assert all(state == "cancelled" for *_rest, state in _blocked(place, 60))


@pytest.mark.parametrize("who", ["partner", "level"])
def test_partner_or_another_level_is_told(place: Place, who: str) -> None:
    made = make_commitment(place, unit=make_unit(place, mailbox="lead@example.org"))
    facts = replace(PERMIT, partner_id=make_partner(email="who@example.org").id)
    if who == "level":
        facts = replace(PERMIT, level="state", clearer_name="Comisión", clearer_email="Who@example.org")
    report_obstacle(act(), place, made.code, facts)
    assert {(one[0], one[1]) for one in _blocked(place, 1)} == {
        ("lead@example.org", "responsible"),
        ("who@example.org", "outside" if who == "level" else "clearer"),
    }
    facts_of = select(Notice.facts).where(Notice.recipient == "who@example.org")
    wish = {one.get("preference", "") for one in db.session.scalars(facts_of)}
    assert wish == {"copies" if who == "level" else ""}, "who has no role here may do without"
