"""Lists of municipalities become the registry."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.exchange.making import csv_of
from tests.support.apps import only_sqlite
from tests.support.factories import act, make_place
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.exchange.mapping import RegistryMapping
from tracker.exchange.registry import RegistryResult, import_registry
from tracker.exchange.registry.listed import in_title_case
from tracker.territory.models import Municipality, State
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE

pytestmark = pytest.mark.usefixtures("session")

HEAD = (
    "country,code,name,admin1_code,admin1_name,lat,lon,population,timezone,kind,valid_from,valid_until,replaced_by"
)
MX = (
    "MX,15033,Ecatepec de Morelos,MX-MEX,México,19.6,-99.05,1645352,,,,,",
    'mx,07078,San Cristóbal,07,Chiapas,,,"1,234",America/Mexico_City,municipality,1990-01-01,31/12/2020,15033',
)


@pytest.fixture(autouse=True)
def countries(session: Any) -> None:
    for country in ("MX", "CL", "PE", "BR", "CO"):
        make_place(country, "0")


def listed(*lines: str, mapping: RegistryMapping | None = None) -> RegistryResult:
    return import_registry(act(), csv_of(*lines), "lista.csv", mapping)


def municipality(code: str) -> Municipality:
    found = db.session.scalar(select(Municipality).where(Municipality.code == code))
    assert found is not None
    return found


def counts(result: RegistryResult) -> tuple[int, int, int]:
    assert [wrong.to_line() for wrong in result.errors] == []
    return result.created, result.updated, result.unchanged


def test_municipalities_and_their_states_are_created() -> None:
    result = listed(HEAD, *MX)
    assert counts(result) == (2, 0, 0) and result.states_created == 2
    first, second = municipality("mx-15033"), municipality("mx-07078")
    assert (first.name_key, first.population, first.kind) == ("ecatepec de morelos", 1645352, "municipality")
    assert (second.population, second.timezone, second.replaced_by) == (1234, "America/Mexico_City", "mx-15033")
    assert first.state is not None and (first.state.code, first.state.name) == ("MX-MEX", "México")
    place = place_by_code("MX-07078", EVERYWHERE)
    assert place is not None and place.zone == "America/Mexico_City"


def test_the_same_list_changes_nothing_and_a_new_one_updates() -> None:
    listed(HEAD, *MX)
    trail = db.session.scalar(select(func.count(AuditEntry.id)))
    assert counts(listed(HEAD, *MX)) == (0, 0, 2)
    assert db.session.scalar(select(func.count(AuditEntry.id))) == trail
    assert counts(listed("country,code,name,population", "MX,15033,Ecatepec,1700000", "MX,1,Nuevo,")) == (1, 1, 0)
    row = municipality("mx-15033")
    assert (row.name, row.population, row.latitude) == ("Ecatepec", 1700000, 19.6)
    assert row.state_id is not None


def test_all_or_nothing() -> None:
    result = listed(
        HEAD,
        "MX,15033,Ecatepec,,,99,-999,muchos,America/Nowhere,pueblo,30/02/2020,,",
        "XX,1,Nada,,,,,,,,,,",
        ",1,,,,,,,,,,,",
        "MX,a b,Mal,,,,,,,,,,",
        "MX,7,Uno,,,,,,,,,,",
        "MX,7,Dos,,,,,,,,,,",
    )
    assert [(wrong.row, wrong.column) for wrong in result.errors] == [
        (2, "lat"),
        (2, "lon"),
        (2, "population"),
        (2, "timezone"),
        (2, "kind"),
        (2, "valid_from"),
        (3, "country"),
        (4, "country"),
        (4, "name"),
        (5, "code"),
        (7, "code"),
    ]
    assert db.session.scalar(select(func.count(Municipality.id))) == 5


@only_sqlite
def test_a_list_without_codes_of_states_makes_them_of_names() -> None:
    columns = {"c": "code", "n": "name", "r": "admin1_name"}
    mapping = RegistryMapping.model_validate(
        {"columns": columns, "constants": {"country": "CL"}, "pad": {"code": 5}}
    )
    long = "Región Aysén del General Carlos"
    listed("c,n,r", f"1101,Iquique,{long} Uno", f"1107,Alto,{long} Dos", "2101,Anto, Tarapacá", mapping=mapping)
    states = db.session.execute(select(State.code, State.name).order_by(State.id)).all()
    assert [len(state.code) <= 20 for state in states] == [True] * 3 and len({s.code for s in states}) == 3
    assert states[2].name == "Tarapacá" and municipality("cl-01101").official_code == "01101"


@only_sqlite
def test_a_state_known_by_its_code_gets_its_name_later() -> None:
    listed("country,code,name,admin1_code", "BR,1,Um,52")
    listed("country,code,name,admin1_code,admin1_name", "BR,2,Dois,52,Goiás")
    assert db.session.execute(select(State.code, State.name)).all() == [("52", "Goiás")]


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("SAN JUAN DE LURIGANCHO", "San Juan de Lurigancho"),
        ("LA VICTORIA", "La Victoria"),
        ("SANTA CRUZ DE FLORES-ÑAÑA", "Santa Cruz de Flores-Ñaña"),
        ("D'ORBIGNY (NORTE)", "D'Orbigny (Norte)"),
    ],
)
def test_names_in_capitals_read_as_names_do(capitals: str, name: str) -> None:
    assert in_title_case(capitals) == name
