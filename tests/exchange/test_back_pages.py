"""A workbook of ours brought back through the page: known again, compared, decided, taken in, undone."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.exchange.making import csv_of, saved_again
from tests.support import clock
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tests.walk.reading import read
from tracker.agenda.models import Commitment
from tracker.agenda.operations import edit_commitment
from tracker.agenda.operations.promise import Promise
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.exchange.bringing import files
from tracker.exchange.bringing.taking import claim_next, take_in_run
from tracker.exchange.leaving import Selection, write_agenda
from tracker.exchange.models import ImportRun
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")
LATER = "2026-11-25T15:00Z"


@pytest.fixture
def place(client: Client) -> Place:
    """Two commitments, and a coordinator who is signed in."""
    place = make_place()
    unit = make_unit(place, "Obras", "obras@example.org")
    make_commitment(place, "Pozo", date(2026, 12, 31), unit=unit)
    make_commitment(place, "Luces", date(2027, 3, 31), unit=unit)
    with clock.at(LATER):
        client.enter_as(make_user(place=place, locale="en").id)
    return place


def left(place: Place) -> bytes:
    """As it leaves on DAY."""
    target = io.BytesIO()
    write_agenda(Selection(place, DAY, act(DAY).at, locale="en"), target, "xlsx")
    return target.getvalue()


def upload(client: Client, place: Place, content: bytes, name: str = "agenda.xlsx") -> TestResponse:
    page = f"/{place.code}/agenda/import"
    values = {"file": (io.BytesIO(content), name)}
    return client.submit(page, values, action=page, content_type="multipart/form-data")


def edited(place: Place, code: str, name: str = "Beto Ruiz", **facts: Any) -> None:
    found = one(place, code)
    held = {"title": found.title, "due_on": found.due_on, "unit_id": found.unit_id}
    there = act(DAY + timedelta(days=1), name=name)
    edit_commitment(there, place, code, Promise(**{**held, **facts}), found.version, "lluvias")
    db.session.commit()


def one(place: Place, code: str) -> Commitment:
    return db.session.scalars(
        select(Commitment).where(Commitment.municipality_id == place.id, Commitment.code == code)
    ).one()


def run_of(place: Place) -> ImportRun:
    return db.session.scalars(
        select(ImportRun).where(ImportRun.municipality_id == place.id).order_by(ImportRun.id.desc()).limit(1)
    ).one()


def taken_in(place: Place) -> str:
    """What a worker does with what waits."""
    db.session.rollback()
    claim = claim_next(utc_now())
    assert claim is not None
    content = files.content_of(Path(current_app.config["UPLOADS_DIR"]), claim.stored_name)
    state = take_in_run(act(DAY + timedelta(days=2)), place, claim, content, lambda _step, _percent: None)
    db.session.commit()
    return state


@clock.at(LATER)
def test_it_is_known_again_and_skips_what_is_known(client: Client, place: Place) -> None:
    sent = upload(client, place, saved_again(left(place), {(2, "title"): "Pozo hondo"}))
    look = sent.location
    assert sent.status_code == 303 and look.endswith("/preview")
    page = client.get(look)
    assert "left from here" in page.text and "<ins>Pozo hondo</ins>" in page.text
    assert "/columns" not in page.text and "/words" not in page.text
    for step in ("sheet", "columns", "words"):
        assert client.get(look.replace("preview", step)).location == look
    assert client.submit(look, {}, action=look.replace("preview", "confirmation")).status_code == 303
    assert taken_in(place) == "done" and one(place, "C-001").title == "Pozo hondo"
    there = look.removesuffix("/preview")
    assert client.submit(there, {}, action=f"{there}/undoing").status_code == 303
    assert one(place, "C-001").title == "Pozo"


@clock.at(LATER)
def test_conflicts_come_first_with_who_and_when_and_are_decided_one_by_one(client: Client, place: Place) -> None:
    edits = {(2, "title"): "Pozo hondo", (3, "title"): "Luz", (3, "due_on"): date(2027, 4, 30)}
    content = saved_again(left(place), edits)
    edited(place, "C-001", title="Pozo norte")
    edited(place, "C-002", name="Carla Sosa", title="Lámparas")
    look = upload(client, place, content).location
    page = client.get(look)
    seen = read(page.text)
    for said in ("Beto Ruiz", "Carla Sosa", "Pozo hondo", "Pozo norte", "Lámparas", "Luz"):
        assert said in page.text
    assert page.text.index("Beto Ruiz") < page.text.index("What changes in the agenda")
    assert not any(url.endswith("/confirmation") for _method, url in seen.leads)
    decide = look
    assert client.submit(look, {"conflicts-0-take": "mine"}, action=decide).location == look
    assert one(place, "C-001").title == "Pozo norte"
    assert "confirmation" not in client.get(look).text
    assert client.submit(look, {"rest": "theirs"}, action=decide).location == look
    assert client.submit(look, {}, action=look.replace("preview", "confirmation")).status_code == 303
    assert taken_in(place) == "done"
    second = one(place, "C-002")
    assert (one(place, "C-001").title, second.title, second.due_on) == ("Pozo hondo", "Lámparas", date(2027, 4, 30))


@clock.at(LATER)
def test_all_are_decided_at_once(client: Client, place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo", (3, "title"): "Luz"})
    edited(place, "C-001", title="Pozo norte")
    edited(place, "C-002", title="Lámparas")
    look = upload(client, place, content).location
    client.submit(look, {"rest": "mine"}, action=look)
    client.submit(look, {}, action=look.replace("preview", "confirmation"))
    assert taken_in(place) == "done"
    assert (one(place, "C-001").title, one(place, "C-002").title) == ("Pozo hondo", "Luz")


@clock.at(LATER)
def test_a_change_between_the_look_and_the_yes_shows_a_new_look(client: Client, place: Place) -> None:
    look = upload(client, place, saved_again(left(place), {(2, "title"): "Pozo hondo"})).location
    yes = look.replace("preview", "confirmation")
    shown = client.get(look)
    edited(place, "C-002", title="Lámparas")
    seen = shown.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    token = shown.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    assert seen and token
    answer = client.post(yes, data={"seen": seen, "csrf_token": token})
    assert answer.location == look and "Something changed meanwhile" in client.get(look).text
    assert run_of(place).state == "draft"
    assert client.submit(look, {}, action=yes).location != look


@clock.at(LATER)
def test_a_change_after_the_yes_stops_the_worker(client: Client, place: Place) -> None:
    look = upload(client, place, saved_again(left(place), {(2, "title"): "Pozo hondo"})).location
    client.submit(look, {}, action=look.replace("preview", "confirmation"))
    edited(place, "C-001", title="Pozo norte")
    assert taken_in(place) == "refused"
    assert one(place, "C-001").title == "Pozo norte"
    assert "Pozo norte" in client.get(look).text


@clock.at(LATER)
def test_a_choice_about_something_that_changed_meanwhile_is_asked_again(client: Client, place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo"})
    edited(place, "C-001", title="Pozo norte")
    look = upload(client, place, content).location
    shown = client.get(look).text
    edited(place, "C-001", title="Pozo sur")

    def hidden(name: str) -> str:
        return shown.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]

    typed = {name: hidden(name) for name in ("csrf_token", "conflicts-0-key", "conflicts-0-over")}
    answer = client.post(look, data={**typed, "conflicts-0-take": "mine"})
    assert answer.location == look and run_of(place).mapping["back"] == {}
    forged = client.post(look, data={**typed, "conflicts-0-key": "c9.x"})
    assert forged.location == look


@clock.at(LATER)
def test_a_workbook_of_another_municipality_is_refused_at_the_file(client: Client, place: Place) -> None:
    content = left(place)
    other = make_place()
    client.enter_as(make_user(place=other, locale="en").id)
    answer = upload(client, other, content)
    assert answer.status_code == 422 and place.code in answer.text


@clock.at(LATER)
def test_copies_are_asked_about(client: Client, place: Place) -> None:
    ref = f"c{one(place, 'C-002').id}"
    copy = {"code": "C-002", "title": "Luces del sur", "unit": "Obras", "ref": ref}
    look = upload(client, place, saved_again(left(place), more=[copy])).location
    assert "copy" in client.get(look).text
    client.submit(look, {"kinds-0-choice": "new"}, action=look)
    client.submit(look, {}, action=look.replace("preview", "confirmation"))
    assert taken_in(place) == "done" and one(place, "C-003").title == "Luces del sur"


@clock.at(LATER)
def test_a_csv_cannot_tell_conflicts_and_the_page_says_so(client: Client, place: Place) -> None:
    content = csv_of("code,title", "C-001,Pozo hondo")
    columns = upload(client, place, content, "agenda.csv").location
    client.submit(columns, {}, action=columns)
    assert "cannot tell" in client.get(columns.replace("columns", "preview")).text


@clock.at(LATER)
def test_conflicts_and_kinds_are_one_form_and_only_what_changed_is_asked_again(
    client: Client, place: Place
) -> None:
    edits = {(2, "title"): "Pozo hondo", (3, "title"): "Luz", (3, "start_on"): "31/02/2026"}
    content = saved_again(left(place), edits)
    edited(place, "C-001", title="Pozo norte")
    edited(place, "C-002", title="Lámparas")
    look = upload(client, place, content).location
    values = {"conflicts-0-take": "mine", "conflicts-1-take": "theirs", "kinds-0-choice": "undated"}
    typed = form_of(client.get(look).text, look).values | values
    edited(place, "C-002", title="Faroles")
    answer = client.post(look, data=typed)
    assert answer.location == look and "Something changed meanwhile" in client.get(look).text
    mapping = run_of(place).mapping
    assert [choice["take"] for choice in mapping["back"]["choices"].values()] == ["mine"]
    assert mapping["treat"] == {"bad_date": "undated"}
    assert client.submit(look, {"conflicts-0-take": "theirs"}, action=look).location == look
    assert "confirmation" in client.get(look).text


@clock.at(LATER)
def test_line_money_person_and_emptied_cells_show(client: Client, place: Place) -> None:
    edits = {
        (2, "budget"): 2500000,
        (2, "line"): "Agua",
        (2, "action"): "Pozos nuevos",
        (3, "responsible"): "Juan Xol",
        (3, "description"): "Con postes",
        (3, "unit_email"): None,
    }
    page = client.get(upload(client, place, saved_again(left(place), edits)).location).text
    for said in ("MXN 2500000", "Agua › Pozos nuevos", "Juan Xol", "Con postes", "1 emptied cell changes nothing"):
        assert said in page


@clock.at(LATER)
def test_who_lost_the_session_gets_back_what_was_changed_with_row_and_column(client: Client, place: Place) -> None:
    edits = {(2, "start_on"): "31/02/2026", (3, "start_on"): "30/02/2026"}
    look = upload(client, place, saved_again(left(place), edits)).location
    typed = form_of(client.get(look).text, look).values | {"cells-1-text": "28/02/2026"}
    client.delete_cookie("session")
    kept = client.post(look, data=typed).text.partition('class="kept"')[2]
    assert "Row 3" in kept and "28/02/2026" in kept and "Row 2" not in kept
