"""The history as people read it: in sentences, filtered, as far as their scope reaches, and as a sheet."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.support.clock import at
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_place,
    make_unit,
    make_user,
)
from tests.support.pages import Client
from tracker.agenda.operations import cancel_commitment, create_commitment, edit_commitment, edit_milestone
from tracker.agenda.operations.commitments import promise_draft
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.core.db import db
from tracker.core.sheets import read_sheet
from tracker.follow_up.operations.noting import add_note
from tracker.territory.operations import set_mailbox
from tracker.territory.rules import Place

#: A long time after DAY, so that dates are told as dates.
NOW = "2026-12-23T15:00Z"


@dataclass
class Town:
    """A municipality where something happened, and who may read of it."""

    place: Place
    code: str
    hidden: str
    milestone_id: int
    unit_id: int
    users: dict[str, int]


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context():
        place, partner = make_place("MX", "15033"), make_partner("ONG")
        unit = make_unit(place, "Obras")
        parts = (PartyFacts("supporter", partner_id=partner.id),)
        made = make_commitment(place, "Pozo", date(2027, 3, 31), unit=unit, parties=parts)
        step = make_milestone(place, made, date(2027, 1, 15), title="Permiso")
        ana = act(DAY + timedelta(days=1), name="Ana López")
        moved = Promise("Pozo", due_on=date(2027, 6, 30), unit_id=unit.id, parties=parts)
        edit_commitment(ana, place, made.code, moved, 1, "se retiró la empresa")
        edit_milestone(ana, place, made.code, step.id, "Permiso", date(2027, 2, 15), date_reason="=cmd|falta firma")
        hidden = make_commitment(place, "Secreto", unit=unit)
        cancel_commitment(act(name="Beto"), place, hidden.code, "Sin fondos")
        draft = create_commitment(act(), place, Promise("Idea en borrador", parties=parts), draft=True)
        edit_commitment(act(), place, draft.code, Promise("Idea pública", parties=parts), 1)
        promise_draft(act(), place, draft.code)
        add_note(act(), place, made.code, "entre nosotros")
        set_mailbox(act(), place.id, unit.id, "obras@example.org")
        users = {
            "coordinator": make_user(place=place).id,
            "partner": make_user("partner", partner=partner).id,
            "stranger": make_user("coordinator", place=make_place()).id,
        }
        db.session.commit()
        return Town(place, made.code, hidden.code, step.id, unit.id, users)


@pytest.fixture
def read(app: Flask, town: Town) -> Callable[..., str]:
    def get(who: str, path: str, status: int = 200) -> str:
        client = app.test_client()
        assert isinstance(client, Client)
        with at(NOW):
            client.enter_as(town.users[who])
            answer = client.get(f"/{town.place.code}{path}", headers={"Accept-Language": "en"})
        assert answer.status_code == status, answer.text
        return answer.text

    return get


def test_an_entry_is_a_sentence(read: Callable[..., str], town: Town) -> None:
    page = read("coordinator", "/history")
    moved = "The due date moved from 31 Mar 2027 to 30 Jun 2027, by Ana López: se retiró la empresa"
    assert moved in page
    assert "by page" in page
    assert "Beto dropped it: Sin fondos" in page
    assert "obras@example.org" in page
    assert "24 Nov 2026" in page


def test_one_commitment_one_milestone_the_plan_and_a_unit(read: Callable[..., str], town: Town) -> None:
    page = read("coordinator", f"/agenda/{town.code}/history")
    assert "se retiró la empresa" in page
    assert "Sin fondos" not in page
    page = read("coordinator", f"/agenda/{town.code}/milestones/{town.milestone_id}/history")
    assert "falta firma" in page
    assert "se retiró la empresa" not in page
    assert "obras@example.org" in read("coordinator", f"/units/{town.unit_id}/history")
    assert "Nothing happened yet" in read("coordinator", "/plan/history")
    assert "se retiró la empresa" in read("coordinator", f"/agenda/{town.code}")


@pytest.mark.parametrize(
    ("query", "shown", "left_out"),
    [
        ("kind=units", "obras@example.org", "Sin fondos"),
        ("kind=commitments", "Sin fondos", "obras@example.org"),
        ("kind=nonsense&by=zz&from=31/12&page=x", "Sin fondos", "no such text"),
        ("from=2026-11-24", "se retiró la empresa", "Sin fondos"),
        ("until=2026-11-23", "Sin fondos", "se retiró la empresa"),
        ("from=2027-01-01", "Nothing fits", "Sin fondos"),
        ("page=2", "past the end", "Sin fondos"),
    ],
)
def test_filters(read: Callable[..., str], query: str, shown: str, left_out: str) -> None:
    page = read("coordinator", f"/history?{query}")
    assert shown in page
    assert left_out not in page


def test_what_one_person_did(read: Callable[..., str]) -> None:
    page = read("coordinator", "/history")
    key = page.split(">Beto</option>")[0].rsplit('value="', 1)[1].split('"')[0]
    page = read("coordinator", f"/history?by={key}")
    assert "Sin fondos" in page
    assert "se retiró la empresa" not in page


def test_a_partner_sees_the_history_of_its_part_alone(read: Callable[..., str], town: Town) -> None:
    for path in ("/history", "/history.csv"):
        page = read("partner", path)
        assert "se retiró la empresa" in page
        for secret in ("Sin fondos", "Secreto", "obras@example.org", "nosotros", "Idea en borrador"):
            assert secret not in page, f"{secret} in {path}"
        assert "Idea pública" in page
    read("partner", f"/agenda/{town.hidden}/history", 404)
    read("partner", f"/units/{town.unit_id}/history", 403)
    read("partner", "/plan/history", 403)
    read("stranger", "/history", 404)
    read("stranger", f"/agenda/{town.code}/history", 404)


def test_it_leaves_as_csv_and_as_a_workbook(app: Flask, read: Callable[..., str], town: Town) -> None:
    rows = list(csv.reader(io.StringIO(read("coordinator", "/history.csv").removeprefix("\ufeff"))))
    assert rows[0][:4] == ["Number", "When", "Who", "How it came in"]
    moved = next(row for row in rows if "se retiró" in row[7])
    assert moved[1] == "2026-11-24 09:00"
    assert moved[5:7] == [town.code, "Pozo"]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    client = app.test_client()
    assert isinstance(client, Client)
    with at(NOW):
        client.enter_as(town.users["coordinator"])
        answer = client.get(f"/{town.place.code}/history.xlsx?kind=units")
    cells = str(read_sheet(answer.data, "history.xlsx", None).rows)
    assert "obras@example.org" in cells
    assert "Sin fondos" not in cells
