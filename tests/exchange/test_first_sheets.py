"""What a sheet that was made for something else asks of somebody who brings it in for the first time."""

import io
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.making import bring, counts, csv_of, reasons
from tests.support.apps import only_sqlite
from tests.support.factories import DAY, make_place
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.core.i18n import LOCALES
from tracker.exchange.bringing.deciding import for_all
from tracker.exchange.bringing.kinds import kind_of
from tracker.exchange.leaving.template import write_template
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.rules import Place

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
