"""New dates: asked for, granted, refused, withdrawn; the first promised date stays, and who decided shows."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_milestone, make_partner, make_place, make_unit
from tests.support.together import at_once
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.operations import cancel_commitment, complete_milestone, edit_commitment, reopen_commitment
from tracker.agenda.operations.dates.giving import meet_condition
from tracker.agenda.operations.promise import Promise
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.checks import check_places
from tracker.follow_up.models import DateRequest
from tracker.follow_up.operations.dates import (
    NewDate,
    ask_new_date,
    grant_new_date,
    refuse_new_date,
    withdraw_date_request,
)
from tracker.follow_up.queries.dates import count_date_requests, date_requests_waiting
from tracker.follow_up.rules import days_before_due
from tracker.notices.models import Notice
from tracker.territory.rules import Place

DUE, LATER = DAY + timedelta(days=20), DAY + timedelta(days=80)
WANTED = NewDate(LATER, "day", "Faltan materiales")


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def moves() -> list[tuple[date, date | None, str, str]]:
    rows = db.session.execute(
        select(DateChange.old_due_on, DateChange.new_due_on, DateChange.asked_by, DateChange.by)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_the_date_stands_until_it_is_granted_and_the_first_one_for_ever(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    asked = ask_new_date(act(name="Luis"), place, made.code, WANTED)
    assert (made.due_on, made.last_sign_on, moves()) == (DUE, DAY, [])
    assert count_date_requests(place.id) == 1
    grant_new_date(act(DAY + timedelta(days=1), name="Eva"), place, made.code, asked.id)
    assert (made.due_on, made.first_due_on, made.slippage_days) == (LATER, DUE, 60)
    assert made.overdue_from == LATER + timedelta(days=1)
    assert moves() == [(DUE, LATER, "Luis", "Eva")]
    assert (asked.answer, asked.answered_by, count_date_requests(place.id)) == ("granted", "Eva", 0)


def test_who_decides_moves_it_at_once_marked_as_own_decision(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    asked = ask_new_date(act(name="Eva"), place, made.code, WANTED, decides=True)
    assert (made.due_on, made.first_due_on, asked.answer) == (LATER, DUE, "granted")
    assert moves() == [(DUE, LATER, "Eva", "Eva")]


def test_refused_with_a_reason_or_withdrawn_it_stands(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    first = ask_new_date(act(), place, made.code, WANTED)
    with pytest.raises(Refused) as refused:
        refuse_new_date(act(), place, made.code, first.id, " ")
    assert list(refused.value.fields) == ["reason"]
    refuse_new_date(act(), place, made.code, first.id, "Urge")
    second = ask_new_date(act(), place, made.code, WANTED)
    withdraw_date_request(act(), place, made.code, second.id)
    for answered in (first, second):
        for answer in (grant_new_date, withdraw_date_request):
            with pytest.raises(Refused):
                answer(act(), place, made.code, answered.id)
    assert (made.due_on, moves(), [first.answer, second.answer]) == (DUE, [], ["refused", "withdrawn"])


def test_a_milestone_has_its_own_and_one_waits_at_a_time(place: Place) -> None:
    made = make_commitment(place, due_on=LATER)
    step = make_milestone(place, made, DUE)
    of_step = replace(WANTED, milestone_id=step.id)
    asked = ask_new_date(act(), place, made.code, of_step)
    with pytest.raises(Refused):
        ask_new_date(act(), place, made.code, of_step)
    ask_new_date(act(), place, made.code, replace(WANTED, due_on=LATER + timedelta(days=5)))
    grant_new_date(act(), place, made.code, asked.id)
    assert (step.due_on, step.first_due_on, made.due_on) == (LATER, DUE, LATER)


def test_what_ended_waits_for_no_answer_until_it_is_taken_up_again(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    step = make_milestone(place, made, DUE)
    asked = ask_new_date(act(), place, made.code, WANTED)
    ask_new_date(act(), place, made.code, replace(WANTED, milestone_id=step.id))
    complete_milestone(act(), place, made.code, step.id, DAY)
    assert [wish.request.id for wish in date_requests_waiting(place.id)] == [asked.id]
    cancel_commitment(act(), place, made.code, "Sin fondos")
    assert count_date_requests(place.id) == 0
    with pytest.raises(Refused):
        grant_new_date(act(), place, made.code, asked.id)
    reopen_commitment(act(), place, made.code, "Hay fondos")
    assert count_date_requests(place.id) == 1


def test_a_granted_date_voids_what_was_to_be_said_of_the_old_one(place: Place) -> None:
    made = make_commitment(place, due_on=DAY + timedelta(days=1), unit=make_unit(place, mailbox="b@example.org"))
    check_places([place], DAY + timedelta(days=2), act(DAY + timedelta(days=2)).at)
    assert db.session.scalars(select(Notice.state)).all() == ["waiting"]
    asked = ask_new_date(act(DAY + timedelta(days=2)), place, made.code, WANTED)
    assert db.session.scalars(select(Notice.state)).all() == ["waiting"], "asking alone changes no date"
    grant_new_date(act(DAY + timedelta(days=3)), place, made.code, asked.id)
    assert [tuple(row) for row in db.session.execute(select(Notice.state, Notice.reason))] == [
        ("cancelled", "changed")
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": None}, "due_on"),
        ({"due_on": DAY - timedelta(days=1)}, "due_on"),
        ({"due_on": date(9999, 12, 31)}, "due_on"),
        ({"due_on": DUE}, "due_on"),
        ({"precision": "week"}, "due_precision"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 10_001}, "reason"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(place: Place, change: dict[str, Any], field: str) -> None:
    made = make_commitment(place, due_on=DUE)
    with pytest.raises(Refused) as refused:
        ask_new_date(act(), place, made.code, replace(WANTED, **change))
    assert field in refused.value.fields
    assert count_date_requests(place.id) == 0


def test_a_period_ends_on_its_last_day(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    asked = ask_new_date(act(), place, made.code, NewDate(date(2027, 2, 3), "quarter", "Lluvias"))
    assert (asked.new_due_on, asked.new_precision) == (date(2027, 3, 31), "quarter")


def test_what_is_of_another_is_not_here(place: Place) -> None:
    other = make_place()
    made, theirs, second = make_commitment(place, due_on=DUE), make_commitment(other), make_commitment(place)
    foreign = ask_new_date(act(), other, theirs.code, WANTED)
    own = ask_new_date(act(), place, second.code, WANTED)
    for wrong in (foreign.id, own.id, 10**6):
        with pytest.raises(NotHere):
            grant_new_date(act(), place, made.code, wrong)
    step = make_milestone(place, second, DUE)
    with pytest.raises(NotHere):
        ask_new_date(act(), place, made.code, replace(WANTED, milestone_id=step.id))


def test_what_leaves_no_room_for_the_date_is_refused_in_words(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    asked = ask_new_date(act(), place, made.code, WANTED)
    moved = Promise(made.title, start_on=LATER + timedelta(days=1), due_on=LATER + timedelta(days=9))
    edit_commitment(act(), place, made.code, moved, made.version, "Otra obra antes")
    with pytest.raises(Refused) as refused:
        grant_new_date(act(), place, made.code, asked.id)
    assert refused.value.message and (made.due_on, asked.is_open) == (LATER + timedelta(days=9), True)


def test_a_date_that_stands_already_is_no_second_move(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    asked = ask_new_date(act(name="Luis"), place, made.code, WANTED)
    edit_commitment(act(name="Eva"), place, made.code, Promise(made.title, due_on=LATER), made.version, "Lluvias")
    grant_new_date(act(name="Eva"), place, made.code, asked.id)
    assert (moves(), asked.answer) == ([(DUE, LATER, "", "Eva")], "granted")


def test_asking_is_no_work_begun(place: Place) -> None:
    made = make_commitment(place, due_on=DUE)
    ask_new_date(act(), place, made.code, WANTED)
    assert made.stage_on(DAY) == "not_started"
    hanging = make_commitment(place, condition="La transferencia", condition_days=60)
    meet_condition(act(), place, hanging.code, DAY)
    assert hanging.stage_on(DAY) == "not_started"


def test_a_partner_sees_what_it_asked_for(place: Place) -> None:
    partner, unit = make_partner(), make_unit(place)
    led = make_commitment(place, due_on=DUE, partner_id=partner.id)
    other = make_commitment(place, due_on=DUE, unit=unit)
    for made in (led, other):
        ask_new_date(act(), place, made.code, WANTED)
    seen = date_requests_waiting(place.id, frozenset(), {partner.id})
    assert [wish.commitment.id for wish in seen] == [led.id]


def test_of_two_who_answer_at_once_one_is_told_that_it_is_answered(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place, due_on=DUE).code
        request_id = ask_new_date(act(), place, code, WANTED).id
        db.session.commit()
    results = at_once(
        fresh_app,
        lambda: grant_new_date(act(), place, code, request_id) and None,
        lambda: refuse_new_date(act(), place, code, request_id, "Urge") and None,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    with fresh_app.app_context():
        answer = db.session.scalar(select(DateRequest.answer))
        assert db.session.scalar(select(Commitment.due_on)) == (LATER if answer == "granted" else DUE)


def test_a_date_on_a_condition_follows_from_the_day_on_which_it_is_there(place: Place) -> None:
    made = make_commitment(place, condition="La transferencia", condition_days=60)
    assert (made.due_on, made.waits_for_condition) == (None, True)
    for wrong in (None, DAY + timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            meet_condition(act(), place, made.code, wrong)
        assert list(refused.value.fields) == ["on"]
    meet_condition(act(DAY + timedelta(days=9)), place, made.code, DAY + timedelta(days=5))
    assert (made.due_on, made.first_due_on) == (DAY + timedelta(days=65), DAY + timedelta(days=65))
    assert (made.waits_for_condition, made.last_sign_on, moves()) == (False, DAY + timedelta(days=9), [])
    with pytest.raises(Refused):
        meet_condition(act(DAY + timedelta(days=9)), place, made.code, DAY)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"condition": "Lluvia"}, "condition"),
        ({"condition": "Lluvia", "condition_days": -1}, "condition_days"),
        ({"condition": "Lluvia", "condition_days": 10**6}, "condition_days"),
        ({"condition_days": 3}, "condition"),
        ({"condition": "x" * 301, "condition_days": 3}, "condition"),
    ],
)
def test_a_condition_has_words_and_days(place: Place, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        make_commitment(place, **facts)
    assert list(refused.value.fields) == [field]


def test_what_has_no_date_is_asked_for_one_monthly_until_it_has(place: Place) -> None:
    make_unit(place, "Nadie")
    made = make_commitment(place, "Parque", unit=make_unit(place, mailbox="b@example.org"))
    heard = {}
    for number in range(100):
        day = DAY + timedelta(days=number)
        if number == 70:
            ask_new_date(act(day), place, made.code, NewDate(day + timedelta(days=300), "day", "Ya"), decides=True)
        if steps := [line["step"] for line in check_places([place], day, act(day).at).notices]:
            heard[number] = steps
    assert heard == {30: ["undated+30"], 60: ["undated+60"]}


@pytest.mark.parametrize(("days", "said"), [(8, None), (7, 7), (0, 0), (-1, -1), (-40, -40)])
def test_shortly_before_the_date_is_visible_as_such(days: int, said: int | None) -> None:
    assert days_before_due(DAY + timedelta(days=days), DAY) == said
    assert days_before_due(None, DAY) is None
