"""Pages of what recurs: the days are looked at first, and each role does what it may."""

from datetime import date, timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import act, make_commitment, make_milestone, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import edit_milestone
from tracker.agenda.recurring.making import make_occurrences
from tracker.agenda.rules import Pattern
from tracker.core.db import NEVER
from tracker.core.now import today
from tracker.territory.rules import Place

TYPED = {"every": "1", "unit": "month", "nth": "0", "month_day": "31", "from_on": "2027-12-01", "count": "3"}


@pytest.fixture
def town(session: DbSession, client: Client) -> tuple[Place, Commitment]:
    """A commitment, seen by who coordinates."""
    place = make_place()
    made = make_commitment(place, "Vacunación", unit=make_unit(place, "Salud"))
    client.enter_as(make_user(place=place, locale="en").id)
    return place, made


def test_days_are_shown_before_they_are_made(
    client: Client, session: DbSession, town: tuple[Place, Commitment]
) -> None:
    place, made = town
    page = f"/{place.code}/agenda/{made.code}/recurrence"
    shown = client.submit(page, TYPED, page)
    assert shown.status_code == 200 and "3 milestones are made" in shown.text and "29 February 2028" in shown.text
    assert session.query(Milestone).count() == 0

    form = form_of(shown.text, page)
    assert client.post(page, data={**form.values, "do": "make", "count": "4"}).status_code == 422
    assert session.query(Milestone).count() == 0
    for _ in range(2):
        assert client.post(page, data={**form.values, "do": "make"}).status_code == 303
    assert session.query(Milestone).count() == 3
    home = client.get(f"/{place.code}/agenda/{made.code}").text
    assert "0 of 3 held, 3 to come" in home and "Change how it recurs" in home
    assert "0 of 3 held" in client.get(f"/{place.code}/agenda").text


def test_the_page_says_which_go_and_which_stay(
    client: Client, session: DbSession, town: tuple[Place, Commitment]
) -> None:
    place, made = town
    day = today(place.zone) + timedelta(days=30)
    make_occurrences(act(), place, made.code, Pattern("week", 1, day.isoweekday(), day, count=2))
    first, second = session.query(Milestone).order_by(Milestone.due_on).all()
    moved_to = second.due_on + timedelta(days=2)
    edit_milestone(act(), place, made.code, second.id, "Moved", moved_to, date_reason="fair")
    page = f"/{place.code}/agenda/{made.code}/recurrence"
    typed = {**TYPED, "month_day": "28", "from_on": (day + timedelta(days=60)).isoformat()}
    shown = client.submit(page, typed, page).text
    dropped, stays = shown.partition("is dropped:")[2].split("is not on these days stays")
    assert first.title in dropped and "Moved" in stays and "Moved" not in dropped
    assert client.post(page, data={**form_of(client.submit(page, typed, page).text, page).values, "do": "make"})
    session.expire_all()
    assert (first.is_open, second.is_open, second.due_on) == (False, True, moved_to)


def test_what_was_typed_stays_where_it_cannot_be(client: Client, town: tuple[Place, Commitment]) -> None:
    place, made = town
    page = f"/{place.code}/agenda/{made.code}/recurrence"
    answer = client.submit(page, {**TYPED, "count": "500", "title": "Feria"}, page)
    assert answer.status_code == 422
    assert 'value="500"' in answer.text and 'value="Feria"' in answer.text


def test_not_held_is_said_by_who_may_report_and_undone(
    client: Client, session: DbSession, town: tuple[Place, Commitment]
) -> None:
    place, made = town

    day = today(place.zone)
    make_occurrences(act(day), place, made.code, Pattern("week", 1, day.isoweekday(), day, count=2))
    first, second = session.query(Milestone).order_by(Milestone.due_on).all()
    home = f"/{place.code}/agenda/{made.code}"
    form = f"{home}/milestones/{first.id}/not-held"
    client.enter_as(make_user("officer", unit=make_unit(place), locale="en").id)
    assert client.get(form).status_code == 403
    client.enter_as(make_user("officer", unit=made.unit, locale="en").id)
    assert client.submit(form, {"reason": " "}, form).status_code == 422
    assert client.submit(form, {"reason": "No vaccines"}, form).status_code == 303
    page = client.get(home).text
    assert "0 of 2 held, 1 not held, 1 to come" in page and "No vaccines" in page
    again = f"{home}/milestones/{first.id}/reopening"
    assert client.submit(home, {}, again).status_code == 303
    assert "0 of 2 held, 2 to come" in client.get(home).text
    assert client.get(f"{home}/milestones/{second.id}/not-held").status_code == 200


def test_closing_proposes_how_it_ended(client: Client, session: DbSession, town: tuple[Place, Commitment]) -> None:
    place, made = town

    day = today(place.zone)
    make_occurrences(act(day), place, made.code, Pattern("week", 1, day.isoweekday(), day, count=2))
    for row in session.query(Milestone).order_by(Milestone.due_on).limit(1):
        row.completed_on = day
    page = client.get(f"/{place.code}/agenda/{made.code}/completion").text
    assert "1 of 2 held, 1 to come." in page
    assert 'checked id="outcome-1"' in page.replace("\n", " ")
    session.query(Milestone).filter(Milestone.completed_on == NEVER).update({"completed_on": day})
    page = client.get(f"/{place.code}/agenda/{made.code}/completion").text
    assert "2 of 2 held." in page and 'checked id="outcome-0"' in page


def test_what_does_not_recur_has_no_such_page(
    client: Client, session: DbSession, town: tuple[Place, Commitment]
) -> None:
    place, made = town

    plain = make_milestone(place, made, due_on=date(2099, 1, 1))
    assert client.get(f"/{place.code}/agenda/{made.code}/milestones/{plain.id}/not-held").status_code == 404
