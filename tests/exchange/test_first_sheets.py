"""What a sheet that was made for something else asks of somebody who brings it in for the first time."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.exchange.making import bring, counts, csv_of, reasons, xlsx_of
from tests.support.apps import only_sqlite
from tests.support.factories import DAY, act, make_place
from tracker.agenda.models import Commitment
from tracker.agenda.presenting import STAGE_WORDS
from tracker.core.db import db
from tracker.core.i18n import LOCALES, in_language
from tracker.core.sheets import read_sheet
from tracker.exchange.bringing.deciding import for_all
from tracker.exchange.bringing.kinds import kind_of, words_of_reason
from tracker.exchange.guessing import guess_columns, suggest_mapping
from tracker.exchange.leaving.template import write_template
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.registry import import_registry
from tracker.exchange.words import stage_words
from tracker.territory.rules import Place, name_key

pytestmark = pytest.mark.usefixtures("session")

MIXED = csv_of(
    "code,title,progress,state",
    "A,Pozo,0.5,en curso",
    "B,Red,50,en curso",
    "C,Aula,12.5,",
    "D,Feria,1,cumplido",
    "E,Muro,1,en curso",
    "F,Casa,120,cumplido",
    "G,Plan,1%,",
    "H,Beca,0,",
)


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def all_of(place: Place) -> dict[str, Commitment]:
    found = db.session.scalars(select(Commitment).where(Commitment.municipality_id == place.id))
    return {commitment.code: commitment for commitment in found}


@only_sqlite
def test_a_share_is_a_share_in_its_own_cell_alone(place: Place) -> None:
    asked = bring(place, MIXED)
    kinds = {str(wrong.value): kind_of(wrong) for wrong in asked.errors}
    assert kinds == {"0.5": "share", "1": "one", "120": "range"}
    mapping = AgendaMapping()
    for kind, choice in (("share", "mixed"), ("one", "100"), ("range", "clamp")):
        mapping = for_all(mapping, kind, choice, ())
    assert counts(bring(place, MIXED, mapping))[0] == 8
    assert {code: c.progress for code, c in all_of(place).items()} == {
        "A": 50,
        "B": 50,
        "C": 12,
        "D": 100,
        "E": 100,
        "F": 100,
        "G": 1,
        "H": 0,
    }


@only_sqlite
def test_one_is_one_percent_where_nothing_beside_it_is_a_share(place: Place) -> None:
    sheet = csv_of("code,title,progress", "A,Pozo,1", "B,Red,50")
    assert counts(bring(place, sheet))[0] == 2
    assert all_of(place)["A"].progress == 1


@only_sqlite
def test_a_column_of_shares_keeps_its_scale(place: Place) -> None:
    sheet = csv_of("code,title,progress", "A,Pozo,1", "B,Red,0.4")
    bring(place, sheet, AgendaMapping(percent_scale="0-1"))
    assert {code: c.progress for code, c in all_of(place).items()} == {"A": 100, "B": 40}


@only_sqlite
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_example_of_an_empty_sheet_stays_out(place: Place, kind: str, locale: str) -> None:
    target = io.BytesIO()
    write_template(target, DAY, kind, locale, place)
    result = bring(place, target.getvalue(), name=f"agenda.{kind}")
    assert counts(result) == (0, 0, 0)
    assert [treated.rule for treated in result.treated] == ["example"]
    assert all_of(place) == {}


@only_sqlite
def test_what_is_done_is_fulfilled_where_nobody_says_what_was_delivered(place: Place) -> None:
    sheet = csv_of(
        "code,title,quantity,measure,state,progress",
        "A,Pozo,12,pozos,cumplido,100",
        "B,Red,3,km,cumplido,",
        "C,Aula,2,aulas,cumplido,50",
        "D,Muro,60,metros,en curso,35",
    )
    assert counts(bring(place, sheet))[0] == 4
    found = {code: (c.outcome, c.progress) for code, c in all_of(place).items()}
    assert found == {"A": ("fulfilled", 100), "B": ("fulfilled", 100), "C": ("in_part", 50), "D": (None, 35)}
    assert counts(bring(place, sheet)) == (0, 0, 4)
    told = csv_of("code,title,quantity,delivered,state", "E,Luces,10,4,cumplido")
    bring(place, told)
    assert (all_of(place)["E"].outcome, all_of(place)["E"].delivered) == ("in_part", Decimal(4))
    assert reasons(bring(place, told)) == []


@only_sqlite
def test_totals_and_signatures_are_offered_to_be_left_out(place: Place) -> None:
    rows = [
        ("Qué", "Quién", "Para cuándo", "Situación actual"),
        ("Pozo", "Obras", "2026-12-31", "en marcha"),
        ("Casa", "", "", ""),
        ("Total del eje", "", "", ""),
        ("Red", "Obras", "2026-12-31", "retirado"),
        ("TOTAL", "", "", ""),
        ("María Tzul, Directora", "", "", ""),
    ]
    sheet = csv_of(*[f'"{a}",{b},{c},{d}' for a, b, c, d in rows])
    columns = {"Qué": "title", "Quién": "unit", "Para cuándo": "due_on", "Situación actual": "state"}
    mapping = AgendaMapping(columns=columns, create_units=True, treat={"empty_due_date": "undated"})
    asked = [wrong for wrong in bring(place, sheet, mapping).errors if kind_of(wrong) == "no_commitment"]
    assert [wrong.row for wrong in asked] == [4, 6, 7]
    out = for_all(mapping, "no_commitment", "out", [wrong.to_json() for wrong in asked])
    assert counts(bring(place, sheet, out))[0] == 3
    assert {c.title for c in all_of(place).values()} == {"Pozo", "Casa", "Red"}
    kept = for_all(mapping, "no_commitment", "keep", [])
    assert counts(bring(place, sheet, kept)) == (3, 0, 3)


@only_sqlite
def test_a_fault_says_which_row_it_is_about(place: Place) -> None:
    wrong = bring(place, csv_of("code,title,due_on", "A,Pozo profundo,31/02/2027")).errors[0]
    assert (wrong.row, wrong.about, wrong.to_json()["about"]) == (2, "Pozo profundo", "Pozo profundo")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_our_own_pages_are_understood(app: Flask, locale: str) -> None:
    with app.test_request_context(), in_language(locale):
        assert {stage: stage_words({}).get(name_key(str(word))) for stage, word in STAGE_WORDS.items()} == {
            stage: stage for stage in STAGE_WORDS
        }


def test_pages_tell_why_in_their_own_language(app: Flask) -> None:
    wrong = bring(make_place(), csv_of("title", "Pozo", "Pozo")).errors[0]
    with app.test_request_context(), in_language("es"):
        assert words_of_reason(wrong) == "La fila 2 tiene lo mismo."


def test_stacked_captions_and_who_answers_are_recognised() -> None:
    captions = (
        ("Responsables", None, "Metas", None, "Situación actual"),
        ("Dependencias", "Encargado", "Cantidad", "Unidad de medida", None),
    )
    body = [("DMP", "Ana Cux", 3, "km", "va bien"), ("OMAS", "Juan Xol", 5, "aulas", "parado")] * 3
    sheet = read_sheet(xlsx_of([*captions, *body]), "plan.xlsx")
    fields = {guess.caption: guess.field for guess in guess_columns(sheet, (1, 2))}
    assert fields == {
        "Responsables Dependencias": "unit",
        "Responsables Encargado": "responsible",
        "Metas Cantidad": "quantity",
        "Metas Unidad de medida": "measure",
        "Situación actual": "state",
    }


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (("DMP", "OMAS", "DMP", "OMAS"), "unit"),
        (("Dirección de Obras", "Secretaría de Salud"), "unit"),
        (("Ana Cux", "Juan Xol", "Ana Cux"), "responsible"),
    ],
)
def test_responsable_is_what_stands_below_it(names: tuple[str, ...], field: str) -> None:
    rows = [("Compromiso", "Responsable"), *[(f"Perforar pozo número {n}", who) for n, who in enumerate(names)]]
    sheet = read_sheet(xlsx_of(rows), "plan.xlsx")
    assert {g.caption: g.field for g in guess_columns(sheet, (1,))}["Responsable"] == field


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Seguimiento al 31 de octubre de 2026", date(2026, 10, 31)),
        ("Situação em 31/10/2026", date(2026, 10, 31)),
        ("Informe de avance del 1 de enero al 30 de junio de 2026", date(2026, 6, 30)),
        ("Plan operativo 2024 al 2032", None),
        ("Vigente del 1 de enero de 2024 al 31 de diciembre de 2027", None),
    ],
)
def test_a_line_above_says_the_day_of_the_sheet(line: str, day: date | None) -> None:
    sheet = read_sheet(xlsx_of([(line,), ("Compromiso", "Plazo"), ("Pozo", "2027")]), "plan.xlsx")
    assert suggest_mapping(sheet, (2,)).as_of == day


def test_what_is_chosen_by_hand_is_looked_at_as_well() -> None:
    rows = [("Compromiso", "Z"), ("Pozo", "DMP / OMAS"), ("Red", "DMP"), ("Aula", "OMAS")]
    sheet = read_sheet(xlsx_of(rows), "plan.xlsx")
    assert suggest_mapping(sheet, (1,)).split_units is False
    assert suggest_mapping(sheet, (1,), {"Compromiso": "title", "Z": "unit"}).split_units is True


@only_sqlite
def test_a_list_with_a_comma_inside_a_figure_is_refused(place: Place) -> None:
    make_place("GT", "0")
    head = "country,code,name,admin1_code,admin1_name,lat,lon"
    lines = (head, 'GT,102,Mixco,01,Guatemala,"14,6",-90.5', "GT,101,Guatemala,01,Guatemala,14,6,-90.5")
    result = import_registry(act(), csv_of(*lines), "lista.csv", None)
    assert [(wrong.row, wrong.value) for wrong in result.errors] == [(3, "-90.5")]


@only_sqlite
def test_that_persons_stay_with_their_unit_is_said_with_the_rows(place: Place) -> None:
    sheet = csv_of(
        "title,unit,responsible",
        "Pozo,DMP,Ana Cux",
        "Red,DMP,Juan Xol",
        "Aula,DMP,",
        "Beca,OMM,Luz",
        "Feria,OMM,luz",
    )
    result = bring(place, sheet, AgendaMapping(create_units=True))
    assert counts(result)[0] == 5
    said = [str(notice) for notice in result.notices]
    assert len(said) == 1 and said[0].endswith(" 2, 3.")
