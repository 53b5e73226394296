"""Lists of many countries, of states and of towns become the registry."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.exchange.making import csv_of
from tests.exchange.test_registry import counts, municipality
from tests.support.apps import only_sqlite
from tests.support.factories import act, make_place
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.exchange.mapping import RegistryMapping
from tracker.exchange.registry import RegistryResult, import_registry
from tracker.territory.models import Municipality, State
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE

pytestmark = pytest.mark.usefixtures("session")

SPLIT = {"column": "code", "at": ".", "into": ["country", "admin1_code", "code"]}
ADMIN2: dict[str, Any] = {
    "columns": {"name": "name"},
    "split": SPLIT,
    "only": {"country": ["GT", "HN"]},
    "pad": {"code": {"GT": 4}},
    "strip_prefix": {"name": ["Municipio de "]},
}
TOWNS: dict[str, Any] = {
    "fill_only": True,
    "columns": {"c": "country", "a1": "admin1_code", "a2": "code", "n": "name", "lat": "lat", "lon": "lon"},
    "only": {"country": ["GT"]},
}


@pytest.fixture(autouse=True)
def countries(session: Any) -> None:
    for country in ("GT", "HN", "MX", "EC"):
        make_place(country, "0")


def listed(keys: dict[str, Any], *lines: str) -> RegistryResult:
    return import_registry(act(), csv_of(*lines), "lista.csv", RegistryMapping.model_validate(keys))


def admin2() -> RegistryResult:
    return listed(
        ADMIN2,
        "code,name",
        "GT.13.916,Municipio de Zunil",
        "GT.13.901,Quetzaltenango",
        "GT.20.1018,Zunilito",
        "HN.07.0701,Yuscarán",
        "JM.15.728,Tróy!",
        "JM.15.7 28,",
    )


def states(*lines: str) -> RegistryResult:
    return listed(
        {
            "of": "states",
            "columns": {"name": "admin1_name"},
            "split": {"column": "code", "at": ".", "into": ["country", "admin1_code"]},
            "only": {"country": ["GT", "HN"]},
            "strip_suffix": {"admin1_name": [" Department"]},
        },
        "code,name",
        *lines,
    )


def at(code: str) -> tuple[float | None, float | None]:
    row = municipality(code)
    return row.latitude, row.longitude


def test_one_file_brings_several_countries_and_leaves_out_the_others() -> None:
    result = admin2()
    assert counts(result) == (4, 0, 0)
    answer = result.to_json()
    assert (answer["skipped"], answer["left_out"], answer["skipped_rows"]) == (2, 2, [])
    assert answer["countries"] == {
        "GT": {"imported": 3, "without_coordinates": 3},
        "HN": {"imported": 1, "without_coordinates": 1},
    }
    assert (municipality("gt-0916").official_code, municipality("gt-0916").name) == ("0916", "Zunil")
    assert municipality("hn-0701").state_id is not None
    assert counts(admin2()) == (0, 0, 4)


def test_a_list_of_states_gives_their_names_before_or_after() -> None:
    assert counts(states("GT.13,Quetzaltenango Department", "JM.01,Clarendon")) == (1, 0, 0)
    admin2()
    assert counts(states("GT.13,Quetzaltenango", "GT.20,Suchitepéquez", "HN.07,El Paraíso")) == (0, 2, 1)
    names = {(state.country_code, state.code): state.name for state in db.session.scalars(select(State))}
    assert names == {("GT", "13"): "Quetzaltenango", ("GT", "20"): "Suchitepéquez", ("HN", "07"): "El Paraíso"}
    assert db.session.scalar(select(func.count(Municipality.id))) == 8


@only_sqlite
def test_a_list_of_states_needs_country_code_and_name() -> None:
    result = states("GT.13,", "GT,Petén", "GT.13,Quetzaltenango")
    assert [(wrong.row, wrong.column) for wrong in result.errors] == [(2, "name"), (3, "admin1_code"), (4, "code")]
    assert db.session.scalar(select(func.count(State.id))) == 0


def test_towns_fill_in_coordinates_by_code_and_by_name_and_change_nothing_else() -> None:
    admin2()
    listed({}, "country,code,name,lat,lon,population", "HN,0701,Yuscarán,13.9,-86.8,100")
    towns = (
        "c,a1,a2,n,lat,lon",
        "GT,13,0901,La Esperanza,14.8,-91.5",
        "GT,13,0901,QUETZALTENANGO,14.84,-91.51",
        "GT,13,,Zunil,14.78,-91.48",
        "GT,20,,Zunil,1,1",
        "GT,99,,Zunil,2,2",
        "GT,20,1099,Zunilito,3,3",
        "HN,07,0701,Otro,4,4",
    )
    result = listed(TOWNS, *towns)
    assert counts(result) == (0, 2, 0)
    assert result.to_json()["countries"] == {"GT": {"imported": 2, "without_coordinates": 0}}
    assert result.left_out == 4
    assert (at("gt-0901"), at("gt-0916"), at("gt-1018")) == ((14.84, -91.51), (14.78, -91.48), (None, None))
    assert municipality("gt-0901").name == "Quetzaltenango"
    assert at("hn-0701") == (13.9, -86.8)
    trail = db.session.scalar(select(func.count(AuditEntry.id)))
    again = listed(TOWNS, *towns[:2], "GT,13,,Zunil,5,5")
    assert counts(again) == (0, 0, 2) and at("gt-0916") == (14.78, -91.48)
    assert db.session.scalar(select(func.count(AuditEntry.id))) == trail


@only_sqlite
def test_two_towns_of_one_name_say_nothing() -> None:
    admin2()
    result = listed(TOWNS, "c,a1,a2,n,lat,lon", "GT,13,,Zunil,14.78,-91.48", "GT,13,,Zunil,14.1,-91.1")
    assert counts(result) == (0, 0, 0) and at("gt-0916") == (None, None)


@only_sqlite
def test_a_latitude_alone_is_no_place() -> None:
    admin2()
    towns = "c,a1,a2,n,lat,lon", "GT,13,0901,Quetzaltenango,14.8,", "GT,13,0901,Olintepeque,14.9,-91.5"
    assert counts(listed(TOWNS, *towns)) == (0, 1, 0)
    assert at("gt-0901") == (14.9, -91.5)


def test_states_and_municipalities_with_clocks_of_their_own_get_them() -> None:
    listed(
        {},
        "country,code,name,timezone",
        "MX,15033,Ecatepec,",
        "MX,02004,Tijuana,",
        "MX,18020,Bahía de Banderas,",
        "MX,18017,Tepic,",
        "EC,2001,San Cristóbal,",
        "EC,1701,Quito,America/Lima",
    )
    zones = {}
    for code in ("mx-15033", "mx-02004", "mx-18020", "mx-18017", "ec-2001", "ec-1701"):
        place = place_by_code(code, EVERYWHERE)
        assert place is not None
        zones[code] = place.zone
    assert zones == {
        "mx-15033": "America/Mexico_City",
        "mx-02004": "America/Tijuana",
        "mx-18020": "America/Bahia_Banderas",
        "mx-18017": "America/Mazatlan",
        "ec-2001": "Pacific/Galapagos",
        "ec-1701": "America/Lima",
    }
    municipality("mx-02004").timezone = "America/Mexico_City"
    assert counts(listed({}, "country,code,name", "MX,02004,Tijuana")) == (0, 0, 1)


@only_sqlite
def test_a_name_may_stand_in_either_of_two_columns() -> None:
    columns = {"c": "country", "k": "code", "corto": "name", "largo": "name"}
    listed({"columns": columns}, "c,k,largo,corto", "MX,1,Uno el Grande,Uno", "MX,2,Dos el Chico,")
    assert [municipality(code).name for code in ("mx-1", "mx-2")] == ["Uno", "Dos el Chico"]
