"""Standings and stored dates: always what a recount makes of the rows, and no row more than needed."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from tests.agenda.counting import (
    check_everything,
    commitments_of,
    counted,
    counts_of,
    milestones_of,
    standings_of,
)
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, be_patient, make_commitment, make_milestone, make_place
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import (
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    complete_milestone,
    edit_commitment,
    edit_milestone,
    recount,
    recount_many,
    reopen_commitment,
    reopen_milestone,
)
from tracker.agenda.operations.promise import Promise
from tracker.agenda.queries.counting import live_counts
from tracker.agenda.recurring.making import make_occurrences, not_held
from tracker.agenda.rules import Pattern
from tracker.core.db import NEVER
from tracker.core.errors import Refused
from tracker.territory.rules import Place


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def test_a_new_row_only_when_a_count_changes(session: DbSession) -> None:
    place = make_place()
    be_patient(place)
    made = make_commitment(place, due_on=days(20))
    edit_commitment(act(days(1)), place, made.code, Promise("Otro", due_on=made.due_on), 1)
    for number in range(40):
        recount(place.id, days(number))
    standings = standings_of(place)
    assert [(s.from_on, s.due_soon_count, s.overdue_count) for s in standings] == [
        (days(0), 0, 0),
        (days(6), 1, 0),
        (days(21), 0, 1),
    ]
    assert [s.until_on for s in standings] == [days(6), days(21), NEVER]


def test_changes_of_one_day_share_a_row(session: DbSession) -> None:
    place = make_place()
    make_commitment(place)
    make_commitment(place)
    cancel_commitment(act(), place, "C-001", "doble")
    (standing,) = standings_of(place)
    assert (standing.open_count, standing.cancelled_count, standing.from_on) == (1, 1, DAY)


def test_what_is_undone_the_same_day_leaves_no_row(session: DbSession) -> None:
    place = make_place()
    make_commitment(place)
    cancel_commitment(act(days(3)), place, "C-001", "por error")
    reopen_commitment(act(days(3)), place, "C-001", "era un error")
    recount(place.id, days(5))
    assert all(counts_of(one) != counts_of(other) for one, other in pairwise(standings_of(place)))


def test_a_standing_never_goes_back(session: DbSession) -> None:
    place = make_place()
    make_commitment(place, due_on=days(20))
    recount(place.id, days(30))
    recount(place.id, days(2))
    standings = standings_of(place)
    assert [s.from_on for s in standings] == [days(0), days(30)]
    assert standings[-1].overdue_count == 1


def test_places_are_counted_apart_and_each_on_its_own_day(session: DbSession) -> None:
    ahead, behind, empty = make_place(), make_place(), make_place()
    for place in (ahead, behind):
        make_commitment(place, due_on=days(0))
    recount_many({ahead.id: days(1), behind.id: days(0), empty.id: days(0)})
    assert standings_of(ahead)[-1].overdue_count == 1
    assert standings_of(behind)[-1].overdue_count == 0
    assert counts_of(standings_of(empty)[-1]) == counted(empty, days(0))
    found = live_counts({ahead.id: days(1), behind.id: days(0), empty.id: days(0)})
    assert found == {place.id: counts_of(standings_of(place)[-1]) for place in (ahead, behind, empty)}


def test_kept_on_time_is_by_the_first_date(session: DbSession) -> None:
    place = make_place()
    for number, done_after in enumerate((0, 1), 1):
        made = make_commitment(place, due_on=days(10))
        edit_commitment(act(), place, made.code, Promise("Después", due_on=days(30)), 1, date_reason="se atrasa")
        complete_commitment(act(days(20)), place, f"C-00{number}", days(10 + done_after), "fulfilled", "x")
    standing = standings_of(place)[-1]
    assert (standing.completed_count, standing.on_time_count) == (2, 1)
    check_everything(place, days(20))


def _one_step(chance: random.Random, place: Place, day: date) -> None:
    """Something that a municipality might do on a day; a refusal is an answer too."""
    rows, steps = commitments_of(place), milestones_of(place)
    row = chance.choice(rows) if rows else None
    step = chance.choice(steps) if steps else None
    owner = next((r for r in rows if step and r.id == step.commitment_id), None)
    someday = chance.choice([None, *(day + timedelta(days=n) for n in (-40, -15, -1, 0, 1, 3, 14, 15, 90))])
    kind = chance.randrange(11)
    if row is None or kind == 0:
        make_commitment(place, due_on=someday, day=day)
    elif kind == 1:
        make_milestone(place, row, due_on=someday, day=day)
    elif kind == 2:
        edit_commitment(act(day), place, row.code, Promise("Otro", due_on=someday), row.version, "porque sí")
    elif kind == 3:
        past = day - timedelta(days=chance.randrange(30))
        complete_commitment(
            act(day), place, row.code, past, chance.choice(["fulfilled", "in_part"]), "x", "complete"
        )
    elif kind == 4:
        cancel_commitment(act(day), place, row.code, "sin fondos")
    elif kind == 5:
        reopen_commitment(act(day), place, row.code, "otra vez")
    elif step and owner and kind == 6:
        edit_milestone(act(day), place, owner.code, step.id, "Otro", someday, date_reason="porque sí")
    elif step and owner and kind == 7:
        complete_milestone(act(day), place, owner.code, step.id, day)
    elif kind == 9:
        every, day_of, count = chance.randrange(1, 3), chance.randrange(1, 8), chance.randrange(1, 6)
        make_occurrences(act(day), place, row.code, Pattern("week", every, day_of, day, count=count))
    elif step and owner and kind == 10:
        not_held(act(day), place, owner.code, step.id, "lluvia")
    elif step and owner and chance.random() < 0.5:
        cancel_milestone(act(day), place, owner.code, step.id, "sin fondos")
    elif step and owner:
        reopen_milestone(act(day), place, owner.code, step.id)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_everything_stored_stays_true(session: DbSession, seed: int) -> None:
    chance, place, day = random.Random(seed), make_place(), DAY
    for _ in range(45):
        day += timedelta(days=chance.choice([0, 0, 1, 2, 13]))
        try:
            with session.begin_nested():
                _one_step(chance, place, day)
        except Refused:
            continue
        recount(place.id, day)
        check_everything(place, day)
        assert live_counts({place.id: day})[place.id] == counted(place, day)


def test_python_and_sql_tell_the_same_story(session: DbSession) -> None:
    """The hybrid methods: one ladder, asked of a row and asked of the database."""
    place = make_place()
    for number in range(-16, 17, 4):
        made = make_commitment(place, due_on=days(number), day=days(-100))
        make_milestone(place, made, due_on=days(number - 3), day=days(-100))
        done = make_milestone(place, made, due_on=days(number), day=days(-100))
        complete_milestone(act(days(0)), place, made.code, done.id, days(-abs(number)))
    cancel_commitment(act(days(-2)), place, "C-002", "x")
    complete_commitment(act(days(0)), place, "C-003", days(-1), "fulfilled", "x", "cancel")
    make_commitment(place)
    for number in range(-20, 20):
        day = days(number)
        asked = select(Commitment.id, Commitment.stage_on(day), Commitment.worst_clock_on(day))
        told = {row[0]: (row[1], row[2]) for row in session.execute(asked)}
        assert told == {row.id: (row.stage_on(day), row.worst_clock_on(day)) for row in commitments_of(place)}
        stages = session.execute(select(Milestone.id, Milestone.stage_on(day)))
        assert {row[0]: row[1] for row in stages} == {m.id: m.stage_on(day) for m in milestones_of(place)}
        late = session.scalars(select(Commitment.id).where(Commitment.overdue_from <= day))
        assert set(late) == {row.id for row in commitments_of(place) if row.overdue_from <= day}


@pytest.mark.parametrize(
    ("done_after", "outcome", "stated", "kept"),
    [
        (-30, "fulfilled", True, 1),
        (0, "fulfilled", True, 1),
        (1, "fulfilled", True, 0),
        (-1, "in_part", True, 0),
        (-1, "not_fulfilled", True, 0),
        (-1, "fulfilled", False, 0),
    ],
)
def test_kept_on_time_is_fulfilled_by_the_first_date_on_a_stated_day(
    session: DbSession, done_after: int, outcome: str, stated: bool, kept: int
) -> None:
    place = make_place()
    due = DAY - timedelta(days=5)
    commitment = make_commitment(place, due_on=due, day=DAY - timedelta(days=100))
    complete_commitment(act(), place, commitment.code, due + timedelta(days=done_after), outcome, "Listo.")
    commitment.completion_not_stated = not stated
    recount(place.id, DAY)

    assert standings_of(place)[-1].on_time_count == kept
