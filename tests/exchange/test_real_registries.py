"""Real lists of municipalities, as statistics offices and volunteers publish them."""

from pathlib import Path

import pytest

from tests.exchange.real_files import EXAMPLES, real_files
from tests.exchange.test_registry import counts, municipality
from tests.support.apps import only_sqlite
from tests.support.factories import act, make_place
from tracker.exchange.mapping import read_registry_mapping
from tracker.exchange.registry import import_registry

pytestmark = pytest.mark.usefixtures("session")

REAL = {
    "registry-mexico-mxmaps": ("c-mexico-mxmaps/df_mxmunicipio_2020.csv", 2469, 0, 32),
    "registry-peru-ubigeo": ("c-peru-ubigeo/ubigeo_distrito.csv", 1892, 1, 26),
    "registry-chile-comunas": ("c-chile-comunas/Latitud - Longitud Chile.csv", 346, 0, 16),
    "registry-brazil-kelvins": ("c-brazil-kelvins/municipios.csv", 5571, 0, 27),
}

COUNTRIES = dict(zip(REAL, ("MX", "PE", "CL", "BR"), strict=True))


@pytest.mark.parametrize("name", REAL)
@only_sqlite
def test_real_registries_come_in(name: str) -> None:
    file, created, skipped, states = REAL[name]
    make_place(COUNTRIES[name], "0")
    path: Path = real_files() / file
    mapping = read_registry_mapping((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    result = import_registry(act(), path.read_bytes(), path.name, mapping)
    assert counts(result) == (created, 0, 0)
    assert (len(result.skipped), result.states_created) == (skipped, states)
    assert counts(import_registry(act(), path.read_bytes(), path.name, mapping)) == (0, 0, created)
    if name == "registry-chile-comunas":
        assert municipality("cl-01101").population == 191468
    if name == "registry-brazil-kelvins":
        assert municipality("br-5200050").timezone == "America/Sao_Paulo"
    if name == "registry-peru-ubigeo":
        row = municipality("pe-010102")
        assert (row.name, row.population) == ("Asuncion", None)
