"""Promises that recur: their occurrences are made once, held or not held, and never doubled."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.agenda.counting import check_everything
from tests.notices.raising import raise_about, states
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place
from tests.support.statements import statements
from tests.support.together import at_once
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import (
    cancel_commitment,
    cancel_milestone,
    complete_milestone,
    edit_milestone,
    reopen_commitment,
    reopen_milestone,
)
from tracker.agenda.presenting import folded
from tracker.agenda.queries.page import milestones_by_date
from tracker.agenda.queries.recurring import held_among, held_of
from tracker.agenda.recurring.making import look_ahead, make_occurrences, not_held
from tracker.agenda.rules import Held, Pattern
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.follow_up.operations import Report, report_progress
from tracker.territory.rules import Place

#: The 15th of each month, twelve times from the month after DAY.
MONTHLY = Pattern("month", 1, 15, date(2026, 12, 1), count=12)
AFTER = date(2027, 4, 1)


@pytest.fixture
def place(session: DbSession) -> Place:
    return make_place()


def own(made: Commitment) -> list[Milestone]:
    return [m for m in milestones_by_date(made) if m.occurs_on is not None]


def counted(made: Commitment, day: date = DAY) -> Held:
    db.session.flush()
    return held_of([made], day)[made.id]


def test_they_are_made_ahead_once(place: Place) -> None:
    made = make_commitment(place, "Vacunación")
    make_occurrences(act(), place, made.code, MONTHLY)
    rows = own(made)
    assert [m.due_on for m in rows][::11] == [date(2026, 12, 15), date(2027, 11, 15)]
    assert (rows[0].title, rows[3].title) == ("Vacunación · diciembre 2026", "Vacunación · marzo 2027")
    assert {(m.weight, m.first_due_on == m.due_on, m.due_precision) for m in rows} == {(1, True, "day")}
    check_everything(place, DAY)
    again = make_occurrences(act(), place, made.code, MONTHLY)
    assert again.new == [] and len(own(made)) == 12


def test_more_are_made_after_the_last_one(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, MONTHLY)
    edit_milestone(act(), place, made.code, own(made)[0].id, "Otro día", date(2026, 12, 20), date_reason="feria")
    more = make_occurrences(act(AFTER), place, made.code, replace(MONTHLY, count=14), "Jornada")
    assert more.new == [
        (date(2027, 12, 15), "Jornada · diciembre 2027"),
        (date(2028, 1, 15), "Jornada · enero 2028"),
    ]
    assert not more.dropped and len(own(made)) == 14
    check_everything(place, AFTER)


def test_another_pattern_touches_only_what_is_open_and_ahead(place: Place) -> None:
    made = make_commitment(place)
    plain = make_milestone(place, made, due_on=date(2027, 6, 1))
    make_occurrences(act(), place, made.code, MONTHLY)
    rows = own(made)
    complete_milestone(act(AFTER), place, made.code, rows[0].id, AFTER)
    not_held(act(AFTER), place, made.code, rows[1].id, "sin vacunas")
    complete_milestone(act(AFTER), place, made.code, rows[5].id, AFTER)
    raise_about(place, rows[6].subject, "due-14")
    changed = replace(MONTHLY, day=20, from_on=date(2027, 4, 2), count=6)
    ahead = make_occurrences(act(AFTER), place, made.code, changed)
    assert [m.id for m in ahead.dropped] == [rows[n].id for n in (4, 6, 7, 8, 9, 10, 11)]
    assert all(m.cancelled_on == AFTER and not m.not_held and m.end_reason for m in ahead.dropped)
    assert states(rows[6].subject) == {"due-14": ("cancelled", "cancelled")}
    assert [m.id for m in own(made)][:4] == [m.id for m in rows[:4]] and plain.is_open
    assert counted(made, AFTER) == Held(held=2, not_held=1, unsaid=2, to_come=6)
    check_everything(place, AFTER)
    # And back again: the days are there anew.
    back = make_occurrences(act(AFTER), place, made.code, MONTHLY)
    assert len(back.new) == 7 and len(back.dropped) == 6
    check_everything(place, AFTER)


def test_what_was_moved_or_reported_on_stays_when_it_recurs_on_other_days(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, MONTHLY)
    rows = own(made)
    edit_milestone(act(), place, made.code, rows[0].id, "Adelantada", date(2027, 4, 10), date_reason="feria")
    edit_milestone(act(), place, made.code, rows[5].id, "Otro día", date(2027, 5, 20), date_reason="feria")
    edit_milestone(act(), place, made.code, rows[6].id, "Sin día", None, date_reason="feria")
    edit_milestone(act(), place, made.code, rows[7].id, "Ida", date(2027, 7, 16), date_reason="feria")
    edit_milestone(act(), place, made.code, rows[7].id, "Vuelta", date(2027, 7, 15), date_reason="era antes")
    report_progress(act(AFTER), place, made.code, Report("Hay vacunas"), rows[8].id)
    changed = replace(MONTHLY, day=20, from_on=AFTER, count=6)
    ahead = make_occurrences(act(AFTER), place, made.code, changed)
    assert [m.id for m in ahead.kept] == [rows[n].id for n in (0, 5, 6, 8)]
    assert [m.id for m in ahead.dropped] == [rows[n].id for n in (4, 7, 9, 10, 11)]
    # What was moved onto 20 May stands for that day; the others are no reason not to make one.
    assert [day.month for day, _ in ahead.new] == [4, 6, 7, 8, 9]
    assert counted(made, AFTER) == Held(unsaid=3, to_come=9)
    check_everything(place, AFTER)
    again = make_occurrences(act(AFTER), place, made.code, changed)
    assert (again.new, again.dropped) == ([], [])
    # Also on its day, and once it was held.
    day = date(2027, 5, 20)
    for _ in range(2):
        assert make_occurrences(act(day), place, made.code, replace(changed, count=7)).over == []
        complete_milestone(act(day), place, made.code, rows[5].id, day)
    assert [m.due_on for m in own(made)].count(day) == 1
    check_everything(place, day)


def test_where_all_were_dropped_there_is_nothing_to_count(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, replace(MONTHLY, count=2))
    for milestone in own(made):
        cancel_milestone(act(), place, made.code, milestone.id, "ya no")
    db.session.flush()
    assert (held_of([made], DAY), held_among(own(made), DAY)) == ({}, None)


def test_that_one_will_not_be_held_may_be_known_before(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, MONTHLY)
    not_held(act(), place, made.code, own(made)[3].id, "ese día hay elecciones")
    assert counted(made) == Held(not_held=1, to_come=11)
    assert own(made)[3].soon_from == own(made)[3].next_check_on == NEVER
    check_everything(place, DAY)


def test_days_that_are_over_are_not_made(place: Place) -> None:
    made = make_commitment(place)
    ahead = make_occurrences(act(date(2027, 2, 15)), place, made.code, MONTHLY)
    assert ahead.over == [date(2026, 12, 15), date(2027, 1, 15)]
    assert own(made)[0].due_on == date(2027, 2, 15)


def test_not_held_counts_a_dropped_one_does_not(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, MONTHLY)
    rows, late = own(made), date(2027, 3, 1)
    raise_about(place, rows[1].subject, "overdue+1")
    complete_milestone(act(late), place, made.code, rows[0].id, date(2026, 12, 15))
    assert made.late_step_from == date(2027, 1, 16)
    not_held(act(late), place, made.code, rows[1].id, " no llegaron las vacunas ")
    cancel_milestone(act(late), place, made.code, rows[11].id, "ya no")
    assert (rows[1].cancelled_on, rows[1].end_reason) == (late, "no llegaron las vacunas")
    assert (rows[1].overdue_from, made.last_sign_on) == (NEVER, late)
    assert states(rows[1].subject) == {"overdue+1": ("cancelled", "cancelled")}
    assert counted(made, late) == Held(1, 1, 1, 8)
    assert sum(step.weight for step in made.follow_facts(own(made)).steps) == 10
    check_everything(place, late)
    not_held(act(late), place, made.code, rows[1].id, "no llegaron las vacunas")
    reopen_milestone(act(late), place, made.code, rows[1].id)
    assert not rows[1].not_held and rows[1].is_open and rows[1].overdue_from == date(2027, 1, 16)
    not_held(act(late), place, made.code, rows[1].id, "lluvia")
    complete_milestone(act(late), place, made.code, rows[1].id, late)
    assert not rows[1].not_held and counted(made, late) == Held(2, 0, 1, 8)
    check_everything(place, late)


def test_what_was_not_held_stays_so_when_its_commitment_comes_back(place: Place) -> None:
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, replace(MONTHLY, count=2))
    first, second = own(made)
    not_held(act(), place, made.code, first.id, "sin fondos")
    cancel_commitment(act(), place, made.code, "sin fondos")
    reopen_commitment(act(), place, made.code, "hay fondos")
    assert first.not_held and not first.is_open and second.is_open
    check_everything(place, DAY)


def _fields(call: Any, *arguments: Any) -> set[str]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return set(caught.value.fields)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "day"}, "unit"),
        ({"every": 0}, "every"),
        ({"day": 32}, "month_day"),
        ({"day": 8, "nth": 1}, "weekday"),
        ({"nth": 6}, "nth"),
        ({"from_on": date(1980, 1, 1)}, "from_on"),
        ({"from_on": DAY - timedelta(days=1)}, "from_on"),
        ({"count": None}, "until_on"),
        ({"count": 121}, "count"),
        ({"until_on": DAY}, "until_on"),
        ({"until_on": date(2026, 12, 2)}, "until_on"),
        ({"unit": "week", "day": 1, "count": None, "until_on": date(2050, 1, 1)}, "until_on"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(place: Place, change: dict[str, Any], field: str) -> None:
    made = make_commitment(place, start_on=DAY)
    assert field in _fields(make_occurrences, act(), place, made.code, replace(MONTHLY, **change))
    assert (made.recurs, own(made)) == ("", [])


def test_only_what_recurs_can_be_not_held_and_only_with_a_reason(place: Place) -> None:
    made = make_commitment(place)
    plain = make_milestone(place, made)
    assert _fields(not_held, act(), place, made.code, plain.id, "lluvia") == set()
    make_occurrences(act(), place, made.code, MONTHLY)
    first = own(made)[0]
    assert _fields(not_held, act(), place, made.code, first.id, " ") == {"reason"}
    complete_milestone(act(), place, made.code, first.id, DAY)
    assert _fields(not_held, act(), place, made.code, first.id, "lluvia") == set()


def test_what_was_looked_at_is_what_is_done(place: Place) -> None:
    made = make_commitment(place)
    seen = look_ahead(DAY, place, made, [], MONTHLY).mark
    with pytest.raises(Refused):
        make_occurrences(act(), place, made.code, MONTHLY, "Otro nombre", seen)
    make_occurrences(act(), place, made.code, MONTHLY, mark=seen)
    with pytest.raises(Refused):
        make_occurrences(act(), place, made.code, MONTHLY, mark=seen)


def test_many_take_no_more_statements_than_few(place: Place) -> None:
    few, many = make_commitment(place), make_commitment(place)
    with statements() as first:
        make_occurrences(act(), place, few.code, replace(MONTHLY, count=2))
    with statements() as second:
        make_occurrences(act(), place, many.code, Pattern("week", 1, 1, DAY, count=120))
    # Where the database cannot take the rows of one insert in their order, each is one of its own.
    assert len([s for s in second if not s.startswith("INSERT INTO milestone")]) <= len(first)
    assert len(own(many)) == 120


def test_a_page_shows_what_is_due_and_the_next_three(place: Place) -> None:
    made, day = make_commitment(place), date(2027, 3, 1)
    plain = make_milestone(place, made, due_on=DAY)
    make_occurrences(act(), place, made.code, MONTHLY)
    rows = own(made)
    complete_milestone(act(day), place, made.code, rows[0].id, day)
    shown, other = folded(milestones_by_date(made), day)
    assert [m.id for m in shown] == [plain.id, *(m.id for m in rows[1:6])]
    assert [m.id for m in other] == [rows[0].id, *(m.id for m in rows[6:])]


def test_of_many_who_make_them_at_once_each_day_is_made_once(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place).code
        db.session.commit()

    def make() -> None:
        make_occurrences(act(), place, code, MONTHLY)

    assert at_once(fresh_app, *[make] * 4) == [None] * 4
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Milestone)) == 12


def test_what_fails_on_its_way_leaves_nothing(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place).code
        db.session.commit()
        make_occurrences(act(), place, code, MONTHLY)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Milestone)) == 0
        assert db.session.scalar(select(Commitment.recurs)) == ""
        db.session.rollback()
        make_occurrences(act(), place, code, MONTHLY)
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Milestone)) == 12
