"""Pages for several commitments at once: what is typed stays, faults stand where they belong."""

from datetime import date, timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import make_commitment, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.agenda.models import Commitment
from tracker.core.now import today
from tracker.follow_up.models import BulkChange
from tracker.territory.rules import Place


@pytest.fixture
def town(session: DbSession, client: Client) -> tuple[Place, list[Commitment], date]:
    """Three commitments, two of them with a date, seen by who coordinates."""
    place = make_place()
    day = today(place.zone)
    dated = [make_commitment(place, f"Pozo {n}", day + timedelta(days=10 + n), day=day) for n in (1, 2)]
    client.enter_as(make_user(place=place, locale="en").id)
    return place, [*dated, make_commitment(place, "Sin fecha", day=day)], day


def test_dates_move_by_days_and_rows_keep_their_own(
    client: Client, session: DbSession, town: tuple[Place, list[Commitment], date]
) -> None:
    place, (first, second, undated), day = town
    base = f"/{place.code}/bulk"
    listed = client.get(base, query_string={"all": "1"}).text
    assert listed.count("checked") >= 3 and "Pozo 1" in listed
    address = f"{base}/dates?codes={first.code}&codes={second.code}&codes={undated.code}"
    form = form_of(client.get(address).text, f"{base}/dates")
    values = {**form.values, "codes": [first.code, second.code, undated.code], "by_days": "30", "reason": "Rain"}
    wrong = client.post(f"{base}/dates", data=values)
    assert wrong.status_code == 422 and 'value="30"' in wrong.text and 'value="Rain"' in wrong.text
    assert undated.code in wrong.text
    own = {**values, "rows-1-due_on": (day + timedelta(days=90)).isoformat(), "rows-1-reason": "No bids"}
    own |= {"rows-2-due_on": (day + timedelta(days=70)).isoformat()}
    assert client.post(f"{base}/dates", data=own).status_code == 303
    session.expire_all()
    due = [row.due_on for row in (first, second, undated)]
    assert due == [day + timedelta(days=number) for number in (41, 90, 70)]
    said = client.get(base).text
    assert "3 commitments changed" in said and "Take it back" in said
    change = session.query(BulkChange).one()
    assert client.submit(base, {}, f"{base}/{change.id}/undoing").status_code == 303
    session.expire_all()
    assert (first.due_on, undated.due_on) == (day + timedelta(days=11), None)
    assert "Take it back" not in client.get(base).text.split("as they were before")[1]


def test_nothing_ticked_is_said_and_foreign_codes_are_not_here(
    client: Client, town: tuple[Place, list[Commitment], date]
) -> None:
    place, rows, _day = town
    away = make_commitment(make_place(), "Lejos", code="X-77")
    for name in ("lead", "dates", "closing", "asking"):
        page = f"/{place.code}/bulk/{name}"
        assert "Nothing is ticked" in client.get(page).text
        form = form_of(client.get(page).text, page)
        typed = {**form.values, "reason": "x", "closing_note": "x", "by_days": "1"}
        assert client.post(page, data=typed).status_code == 422
        assert client.get(page, query_string={"codes": away.code}).status_code == 404
        assert client.post(page, data={**typed, "codes": [away.code]}).status_code == 404
    assert all(row.is_open for row in rows) and away.is_open


def test_who_does_not_coordinate_may_not(client: Client, town: tuple[Place, list[Commitment], date]) -> None:
    place, _rows, _day = town
    client.enter_as(make_user("officer", unit=make_unit(place), locale="en").id)
    for name in ("", "/lead", "/dates", "/closing", "/asking"):
        assert client.get(f"/{place.code}/bulk{name}").status_code == 403
    assert "several" not in client.get(f"/{place.code}/agenda").text
