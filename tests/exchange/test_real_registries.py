"""Real lists of municipalities, as statistics offices and volunteers publish them."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.exchange.real_lists import LISTS, PCODES, content_of, list_called, mapping_called
from tests.exchange.test_registry import counts, municipality
from tests.support.apps import only_sqlite
from tests.support.factories import act, make_place
from tracker.core.db import db
from tracker.exchange.registry import import_registry, verify_registry
from tracker.exchange.registry.comparing import Comparison
from tracker.territory.models import Municipality, State

pytestmark = pytest.mark.usefixtures("session")

#: Created, skipped, states created.
REAL = {
    "registry-mexico-mxmaps": (2469, 0, 32),
    "registry-peru-ubigeo": (1892, 1, 26),
    "registry-chile-comunas": (346, 0, 16),
    "registry-brazil-kelvins": (5571, 0, 27),
}

COUNTRIES = dict(zip(REAL, ("MX", "PE", "CL", "BR"), strict=True))

#: Country → municipalities, without coordinates; beside P-codes: by code, only here, only there, duplicates.
REGION = {
    "AG": (7, 0, 0, 7, 0, 0),
    "AR": (513, 0, 510, 3, 15, 0),
    "BB": (11, 1, 11, 0, 0, 0),
    "BO": (9, 0, 0, 9, 339, 0),
    "BR": (5571, 0, 5570, 1, 2, 0),
    "BS": (32, 8, 0, 32, 0, 0),
    "BZ": (6, 0, 6, 0, 0, 0),
    "CL": (346, 0, 345, 1, 0, 0),
    "CO": (1122, 2, 1122, 0, 0, 0),
    "CR": (82, 7, 81, 1, 0, 0),
    "CU": (168, 23, 0, 168, 168, 0),
    "DM": (10, 0, 0, 10, 0, 0),
    "DO": (155, 11, 0, 155, 155, 0),
    "EC": (221, 30, 220, 1, 4, 0),
    "GD": (7, 0, 0, 7, 0, 0),
    "GT": (340, 9, 340, 0, 2, 0),
    "GY": (10, 0, 0, 10, 27, 0),
    "HN": (298, 66, 298, 0, 0, 0),
    "HT": (10, 0, 0, 10, 140, 0),
    "JM": (14, 0, 14, 0, 0, 0),
    "KN": (14, 0, 0, 14, 0, 0),
    "LC": (10, 1, 0, 10, 0, 0),
    "MX": (2471, 2, 2457, 14, 0, 0),
    "NI": (153, 7, 145, 8, 8, 0),
    "PA": (82, 1, 0, 82, 0, 0),
    "PE": (1892, 18, 1872, 20, 1, 2),
    "PR": (78, 0, 0, 78, 0, 0),
    "PY": (246, 106, 246, 0, 4, 0),
    "SR": (10, 1, 0, 10, 0, 0),
    "SV": (44, 43, 0, 44, 266, 0),
    "TT": (15, 0, 0, 15, 0, 0),
    "UY": (143, 34, 0, 143, 0, 0),
    "VC": (6, 0, 0, 6, 0, 0),
    "VE": (335, 1, 335, 0, 0, 0),
}
MUNICIPALITIES = 14_431
#: Those of them that stand for municipalities whose names no list here has, or are a level of their own.
DEPARTMENTS = {"AR": 377, "BO": 9, "BZ": 6, "DM": 10, "GY": 10, "HT": 10, "UY": 19}
#: Code → name and zone of its own, where leading zeros or clocks could get lost.
KNOWN = {
    "mx-01001": ("Aguascalientes", None),
    "mx-02004": ("Tijuana", "America/Tijuana"),
    "mx-08037": ("Juárez", "America/Ciudad_Juarez"),
    "mx-04013": ("Dzitbalché", None),
    "cl-05201": ("Isla de Pascua", "Pacific/Easter"),
    "co-05001": ("Medellín", None),
    "co-91430": ("La Victoria", None),
    "ar-02": ("Ciudad de Buenos Aires", None),
    "ar-06028": ("Almirante Brown", None),
    "ar-94011": ("Tolhuin", None),
    "bo-02": ("La Paz", None),
    "br-2605459": ("Fernando de Noronha", "America/Noronha"),
    "cu-4001": ("Isla de la Juventud", None),
    "ec-2003": ("Santa Cruz", "Pacific/Galapagos"),
    "gt-0916": ("Zunil", None),
    "ht-01": ("Ouest", None),
    "ni-6507": ("San Francisco de Cuapa", None),
    "pr-001": ("Adjuntas", None),
    "sv-12916940": ("Chalatenango Norte", None),
    "tt-sge": ("Sangre Grande", None),
    "uy-0312": ("Las Piedras", None),
    "uy-10": ("Maldonado", None),
    "ve-0516": ("Zamora", None),
}


@pytest.mark.parametrize("name", REAL)
@only_sqlite
def test_real_registries_come_in(name: str) -> None:
    created, skipped, states = REAL[name]
    make_place(COUNTRIES[name], "0")
    content, file_name, mapping = list_called(name)
    result = import_registry(act(), content, file_name, mapping)
    assert counts(result) == (created, 0, 0)
    assert (len(result.skipped), result.states_created) == (skipped, states)
    assert counts(import_registry(act(), content, file_name, mapping)) == (0, 0, created)
    if name == "registry-chile-comunas":
        assert municipality("cl-01101").population == 191468
    if name == "registry-brazil-kelvins":
        assert municipality("br-5200050").timezone == "America/Sao_Paulo"
    if name == "registry-peru-ubigeo":
        row = municipality("pe-010102")
        assert (row.name, row.population) == ("Asuncion", None)


@pytest.mark.full
def test_a_whole_region_comes_in_once_from_all_lists() -> None:
    for mapping in LISTS:
        assert [wrong.to_line() for wrong in import_registry(act(), *list_called(mapping)).errors] == [], mapping
        db.session.expire_all()
    _check_region()
    for mapping in LISTS:
        again = import_registry(act(), *list_called(mapping))
        assert (again.created, again.updated, again.states_created, again.errors) == (0, 0, 0, []), mapping
    assert db.session.scalar(select(func.count(Municipality.id))) == MUNICIPALITIES
    found = verify_registry(*content_of(PCODES), mapping_called("registry-pcodes"))
    assert isinstance(found, Comparison)
    names = ("here", "without_coordinates", "by_code", "only_here", "only_there", "duplicates")
    assert {country: tuple(told[name] for name in names) for country, told in found.countries.items()} == REGION
    assert found.duplicates == [("pe-160109", "pe-160801"), ("pe-160114", "pe-160803")]


def _check_region() -> None:
    columns = select(Municipality.country_code, Municipality.kind, func.count(), func.count(Municipality.latitude))
    held: Counter[str] = Counter()
    located: Counter[str] = Counter()
    departments = {}
    for country, kind, number, with_latitude in db.session.execute(columns.group_by("country_code", "kind")):
        held[country] += number
        located[country] += with_latitude
        if kind == "department":
            departments[country] = number
    assert {c: (held[c], held[c] - located[c]) for c in held} == {c: told[:2] for c, told in REGION.items()}
    assert (held.total(), departments) == (MUNICIPALITIES, DEPARTMENTS)
    rows = select(Municipality).where(Municipality.code.in_(KNOWN))
    known = {found.code: (found.name, found.timezone) for found in db.session.scalars(rows)}
    assert known == KNOWN
    nameless = select(State.country_code, State.code).where(State.name == State.code)
    assert db.session.execute(nameless).all() == []
