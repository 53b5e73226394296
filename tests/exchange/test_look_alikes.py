"""Rows and units that look like what is there: a choice for each, kept with the run, used by the import."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from tests.exchange.making import bring, counts, csv_of
from tests.exchange.test_back_pages import run_of, taken_in, upload
from tests.support import clock
from tests.support.factories import make_commitment, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.exchange.mapping import AgendaMapping, read_agenda_mapping
from tracker.exchange.rows.look_alikes import units_alike
from tracker.territory.models import Unit
from tracker.territory.rules import Place

LATER = "2026-11-25T15:00Z"
WORKS = "Secretaría de Obras Públicas"
SHEET = csv_of(
    "Compromiso;Dependencia;Plazo",
    "Perforar 12 pozos en el norte;Secretaria de Obras;31/12/2026",
    "Pintar las escuelas rurales;Secretaría de Obras Públicas;30/06/2027",
    "Abrir la biblioteca;Cultura;30/06/2027",
)


@pytest.fixture
def place(client: Client) -> Place:
    place = make_place()
    unit = make_unit(place, WORKS, "obras@example.org")
    make_commitment(place, "Perforar 12 pozos en el norte del cantón", date(2026, 11, 30), unit=unit)
    make_commitment(place, "Pintar las escuelas rurales (2)", date(2027, 3, 31), unit=unit)
    with clock.at(LATER):
        client.enter_as(make_user(place=place, locale="en").id)
    return place


def agenda(place: Place) -> dict[str, tuple[str, date | None, str]]:
    """Code → title, due date, unit."""
    units = {unit.id: unit.name for unit in db.session.scalars(select(Unit))}
    found = db.session.scalars(select(Commitment).where(Commitment.municipality_id == place.id))
    return {one.code: (one.title, one.due_on, units[one.unit_id or 0]) for one in found}


@clock.at(LATER)
@pytest.mark.usefixtures("session")
def test_each_is_a_choice_that_the_import_and_the_mapping_keep(client: Client, place: Place) -> None:
    columns = upload(client, place, SHEET, "plan.csv").location
    words = client.submit(columns, {}, action=columns).location
    look = client.submit(words, {}, action=words).location
    page = client.get(look)
    assert "A unit that may be one you have already" in page.text and WORKS in page.text
    assert "C-001 · Perforar 12 pozos en el norte del cantón" in page.text
    asked = form_of(page.text, look).values
    assert [name for name in asked if name.startswith("alike-") and name.endswith("means")] == [
        "alike-0-means",
        "alike-1-means",
    ]
    chosen = {"alike-0-means": "is C-001", "alike-1-means": "new", "unit_alike-0-means": f"is {WORKS}"}
    make = {f"kinds-{at}-choice": "make" for at in range(4) if asked.get(f"kinds-{at}-kind") == "unit"}
    assert client.submit(look, {**chosen, **make}, action=look).location == look
    kept = read_agenda_mapping(json.dumps(run_of(place).mapping))
    assert kept.matches == {"2": "C-001", "3": None} and kept.units == {"Secretaria de Obras": WORKS}
    assert "It looks like something" not in client.get(look).text
    assert client.submit(look, {}, action=look.replace("preview", "confirmation")).status_code == 303
    assert taken_in(place) == "done"
    assert agenda(place) == {
        "C-001": ("Perforar 12 pozos en el norte", date(2026, 12, 31), WORKS),
        "C-002": ("Pintar las escuelas rurales (2)", date(2027, 3, 31), WORKS),
        "C-003": ("Pintar las escuelas rurales", date(2027, 6, 30), WORKS),
        "C-004": ("Abrir la biblioteca", date(2027, 6, 30), "Cultura"),
    }
    mapping = read_agenda_mapping(client.get(look.replace("preview", "mapping.json")).text)
    assert mapping.units == kept.units
    with db.session.no_autoflush:
        assert counts(bring(place, SHEET, mapping)) == (0, 0, 3)


@clock.at(LATER)
@pytest.mark.usefixtures("session")
def test_a_unit_that_is_another_one_is_made(client: Client, place: Place) -> None:
    columns = upload(client, place, SHEET, "plan.csv").location
    words = client.submit(columns, {}, action=columns).location
    look = client.submit(words, {}, action=words).location
    client.submit(look, {"unit_alike-0-means": "new"}, action=look)
    text = client.get(look).text
    assert "A unit that may be one you have already" not in text and "Secretaria de Obras" in text
    assert run_of(place).mapping["units"] == {"Secretaria de Obras": "Secretaria de Obras"}


@pytest.mark.usefixtures("session")
def test_a_mapping_calls_units_by_their_names_wherever_they_stand() -> None:
    place = make_place()
    make_unit(place, WORKS)
    make_unit(place, "Salud")
    said = {"units": {"Obras": WORKS, "Sec. Salud": "Salud"}, "split_units": True}
    rows = "Pozo,OBRAS; Sec. Salud,", "Luz,obras,Sec. Salud", "Ruta,Salud,Obras;Salud"
    sheet = csv_of("title,unit,co_units", *rows)
    assert counts(bring(place, sheet, AgendaMapping.model_validate(said))) == (3, 0, 0)
    assert {unit for _title, _due, unit in agenda(place).values()} == {WORKS, "Salud"}


PLANNING = "Departamento Administrativo de Planeación"
UNITS = [WORKS, "Secretaría de Salud", "Dirección de Educación y Cultura", PLANNING]


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("Secretaria de Obras", [WORKS]),
        ("OBRAS PUBLICAS", [WORKS]),
        ("Secretaría de Obras Púbilcas", [WORKS]),
        ("Dirección de Salud", ["Secretaría de Salud"]),
        ("Planeacion", [PLANNING]),
        ("Educación", ["Dirección de Educación y Cultura"]),
        ("Secretaría de Deportes", []),
        ("Secretaría", []),
        ("Tesorería municipal", []),
        (WORKS, []),
    ],
)
def test_units_look_alike_by_the_words_that_are_their_own(name: str, alike: list[str]) -> None:
    assert units_alike(name, UNITS) == alike
