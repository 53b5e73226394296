"""Bringing up to date what came in late: four answers, in bulk, all or nothing; a correction is no slippage."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.agenda.rows import steps_between
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.agenda import rules
from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.sorting import unsorted_count, unsorted_rows, unsorted_subjects
from tracker.agenda.queries.standing import differences
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.follow_up.checks import check_places
from tracker.notices.models import Notice
from tracker.territory.rules import Place, Policy

OLD = DAY - timedelta(days=100)


@pytest.fixture
def place(session: DbSession) -> Place:
    """Three commitments and a milestone that came in late, one that did not, all with a unit that hears."""
    place = make_place()
    unit = make_unit(place, mailbox="obras@example.org")
    for number in range(3):
        make_commitment(place, f"Viejo {number}", due_on=OLD - timedelta(days=number), unit=unit)
    ahead = make_commitment(place, "Nuevo", due_on=DAY + timedelta(days=40), unit=unit)
    make_milestone(place, ahead, OLD)
    return place


def called(code: str) -> Commitment:
    """A commitment by code, as the database has it."""
    db.session.flush()
    db.session.expire_all()
    return db.session.scalars(select(Commitment).where(Commitment.code == code)).one()


def steps(due: date, entered: date, sorted_on: date | None, days: int) -> list[tuple[str, date]]:
    """Steps that fall within so many days after the entry."""
    facts = rules.DateFacts(due, entered, False, sorted_on)
    found = steps_between(facts, Policy(), due, entered + timedelta(days=days))
    return [(step.name, step.falls_on) for step in found if step.falls_on >= entered or step.quiet_start]


def test_what_came_in_late_waits_to_be_sorted_and_nothing_else(place: Place) -> None:
    assert [row.title for row in unsorted_rows(place.id, DAY, 50)][:3] == ["Viejo 2", "Viejo 1", "Viejo 0"]
    assert unsorted_count(place.id, DAY) == len(unsorted_subjects(place.id, DAY)) == 4
    assert [row.title for row in unsorted_rows(place.id, DAY, 2)] == ["Viejo 2", "Viejo 1"]


def test_done_on_a_day(place: Place) -> None:
    subject = called("C-001").subject
    assert bring_up_to_date(act(), place, {subject: Choice("done", OLD - timedelta(days=3))}) == 1
    done = called("C-001")
    assert (done.completed_on, done.outcome, done.closing_note) == (OLD - timedelta(days=3), "fulfilled", "")
    assert unsorted_count(place.id, DAY) == 3
    assert differences() == (1, [])


def test_a_new_date_is_no_slippage_and_the_first_one_stays(place: Place) -> None:
    later = DAY + timedelta(days=60)
    bring_up_to_date(act(), place, {called("C-001").subject: Choice("moved", later)})
    moved = called("C-001")
    assert (moved.first_due_on, moved.due_on, moved.slippage_days) == (OLD, later, 0)
    ledger = db.session.scalars(select(DateChange)).one()
    assert (ledger.old_due_on, ledger.new_due_on, ledger.is_correction) == (OLD, later, True)
    assert moves_of([moved]) == {}
    check_places([place], later - timedelta(days=3), act(later).at)
    assert "due-3" in set(db.session.scalars(select(Notice.step))), "it climbs the ladder like any other"


def test_dropped_needs_a_reason(place: Place) -> None:
    subject = called("C-001").subject
    with pytest.raises(Refused) as refused:
        bring_up_to_date(act(), place, {subject: Choice("dropped")})
    assert list(refused.value.fields) == [f"{subject} reason"]
    bring_up_to_date(act(), place, {subject: Choice("dropped", reason="Ya no se hará")})
    assert called("C-001").end_reason == "Ya no se hará"


def test_many_at_once_and_all_or_nothing(place: Place) -> None:
    subjects = unsorted_subjects(place.id, DAY)
    with pytest.raises(Refused):
        bring_up_to_date(act(), place, dict.fromkeys(subjects, Choice("done", DAY + timedelta(days=1))))
    assert unsorted_count(place.id, DAY) == 4
    assert bring_up_to_date(act(), place, dict.fromkeys(subjects, Choice("done", DAY))) == 4
    assert unsorted_count(place.id, DAY) == 0
    assert db.session.scalars(select(Milestone.completed_on)).one() == DAY
    assert differences() == (1, [])


def test_a_commitment_takes_its_open_milestones_with_it(session: DbSession) -> None:
    place = make_place()
    old = make_commitment(place, due_on=OLD)
    make_milestone(place, old, OLD - timedelta(days=5))
    make_milestone(place, old, DAY + timedelta(days=5))
    bring_up_to_date(act(), place, dict.fromkeys(unsorted_subjects(place.id, DAY), Choice("done", DAY)))
    assert set(session.scalars(select(Milestone.completed_on))) == {DAY}


def test_what_is_not_late_from_before_is_left_alone(place: Place) -> None:
    subject = called("C-004").subject
    assert bring_up_to_date(act(), place, {subject: Choice("dropped", reason="No")}) == 0
    assert called("C-004").cancelled_on == NEVER
    other = make_place()
    assert bring_up_to_date(act(), other, {called("C-001").subject: Choice("done", DAY)}) == 0, "another's row"


def test_kept_goes_on_with_the_first_rung_after_that_day(place: Place) -> None:
    check_places([place], DAY, act().at)
    kept_on = DAY + timedelta(days=5)
    bring_up_to_date(act(kept_on), place, {called("C-001").subject: Choice("kept")})
    row = called("C-001")
    assert (row.sorted_on, row.is_open) == (kept_on, True)
    following = rules.next_check_on(row.date_facts, Policy(), kept_on)
    assert kept_on < following <= kept_on + timedelta(days=30)
    assert (following - OLD).days % 30 == 0, "a rung of the ladder, counted from its own date"


@pytest.mark.parametrize(
    ("sorted_after", "expected"),
    [
        (None, [("overdue+1", -99), ("overdue+120", 45), ("overdue+150", 50)]),
        (5, [("overdue+1", -99), ("overdue+120", 20), ("overdue+150", 50)]),
        (20, [("overdue+1", -99), ("overdue+150", 50)]),
        (50, [("overdue+1", -99), ("overdue+120", 45), ("overdue+150", 50)]),
    ],
)
def test_rest_ends_when_somebody_has_looked(sorted_after: int | None, expected: list[tuple[str, int]]) -> None:
    sorted_on = None if sorted_after is None else DAY + timedelta(days=sorted_after)
    found = [(name, (on - DAY).days) for name, on in steps(OLD, DAY, sorted_on, 60)]
    assert found == expected


def enter(client: Client, place: Place) -> None:
    """Sign the coordinator in."""
    user_id = make_user("coordinator", place=place).id
    db.session.commit()
    client.enter_as(user_id)


def test_one_answer_for_all_asks_once_and_leaves_own_answers_alone(client: Client, place: Place) -> None:
    enter(client, place)
    url = f"/{place.code}/agenda/sorting"
    hidden = form_of(client.get(url).text, url).values
    own = called("C-001").subject
    row = next(name for name, value in hidden.items() if value == own).removesuffix("subject")
    sent = {**hidden, f"{row}how": "kept", "how": "dropped", "reason": "No", "for": "all"}
    asked = client.post(url, data=sent)
    assert asked.status_code == 200
    assert 'name="sure"' in asked.text
    assert unsorted_count(place.id, DAY) == 4, "nothing is decided yet"
    client.post(url, data={**sent, "sure": "yes"})
    assert (called("C-001").is_open, called("C-002").end_reason) == (True, "No")


def test_a_day_without_an_answer_is_not_thrown_away(client: Client, place: Place) -> None:
    enter(client, place)
    url = f"/{place.code}/agenda/sorting"
    hidden = form_of(client.get(url).text, url).values
    sent = {**hidden, "rows-0-on": "2027-02-01", "rows-0-reason": "se pasó"}
    answer = client.post(url, data=sent)
    assert answer.status_code == 422
    assert "se pasó" in answer.text
