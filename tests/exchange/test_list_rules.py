"""What a mapping of a registry says beyond columns, rule by rule."""

from typing import Any

import pytest
from pydantic import ValidationError

from tracker.exchange.mapping import RegistryMapping


def mapping(**keys: Any) -> RegistryMapping:
    return RegistryMapping.model_validate(keys)


@pytest.mark.parametrize(
    ("at", "into", "text", "parts"),
    [
        (".", ["country", "admin1_code", "code"], "AR.01.06882", ["AR", "01", "06882"]),
        (".", ["country", "code"], "TT.A.B", ["TT", "A.B"]),
        ("_", ["country", "", "code"], "CO_05_05001", ["CO", "05001"]),
        (2, ["country", "code"], "MX15033", ["MX", "15033"]),
        (2, ["country", "code"], "MX", ["MX"]),
        (".", ["country", "code"], "MX.", ["MX"]),
    ],
)
def test_a_column_is_split_into_fields(at: str | int, into: list[str], text: str, parts: list[str]) -> None:
    split = mapping(split={"column": "c", "at": at, "into": into}).split
    assert split is not None and list(split.parts(text).values()) == parts


@pytest.mark.parametrize(
    ("field", "text", "shaped"),
    [
        ("name", "Municipio de Zunil", "Zunil"),
        ("name", "municipio Zunil", "Zunil"),
        ("name", "Municipio", "Municipio"),
        ("name", "Loreto Canton", "Loreto"),
        ("name", "Southern District", "Stann Creek"),
        ("code", "GT916", "0916"),
        ("admin1_code", "1", "01"),
    ],
)
def test_texts_are_cut_replaced_and_padded(field: str, text: str, shaped: str) -> None:
    rules = mapping(
        strip_prefix={"name": ["Municipio ", "Municipio de "], "code": ["GT"]},
        strip_suffix={"name": [" Canton", " District"]},
        replace={"name": {"GT": {"Southern": "Stann Creek"}}},
        pad={"code": {"GT": 4}, "admin1_code": 2},
    )
    assert rules.shaped("GT", field, text) == shaped


def test_what_is_said_of_one_country_holds_for_no_other() -> None:
    rules = mapping(replace={"code": {"BO": {"02": "03"}}}, pad={"code": {"GT": 4}})
    assert [rules.shaped(country, "code", "02") for country in ("BO", "HT", "GT")] == ["03", "02", "0002"]


def test_a_code_is_put_together_of_its_parts() -> None:
    rules = mapping(compose_code="{admin1_code}{code}")
    assert rules.composed("UY", "12", "03") == "0312"
    assert rules.composed("UY", "12", "") == rules.composed("UY", "", "03") == ""
    assert mapping().composed("UY", "12", "03") == "12"


@pytest.mark.parametrize(
    ("rules", "counts"),
    [
        ({"only": {"country": ["mx", "GT"]}}, True),
        ({"only": {"country": ["GT"]}}, False),
        ({"only": {"country": ["MX"], "code": ["02007"]}}, False),
        ({"leave_out": {"name": ["ECATEPEC"]}}, False),
        ({"leave_out": {"name": ["Toluca"], "code": ["1"]}}, True),
        ({"code_length": {"MX": 5, "GT": 4}}, True),
        ({"code_length": {"MX": 2}}, False),
        ({"code_length": {"GT": 5}}, False),
    ],
)
def test_rows_of_other_countries_and_levels_are_left_out(rules: dict[str, Any], counts: bool) -> None:
    row = {"country": "MX", "code": "15033", "name": "Ecatepec", "admin1_code": "15", "admin1_name": "México"}
    assert mapping(**rules).counts(row) is counts


@pytest.mark.parametrize(
    "wrong",
    [
        {"split": {"column": "c", "at": "", "into": ["code"]}},
        {"split": {"column": "c", "at": 0, "into": ["country", "code"]}},
        {"split": {"column": "c", "at": 2, "into": ["country", "admin1_code", "code"]}},
        {"split": {"column": "c", "at": ".", "into": ["land", "code"]}},
        {"strip_prefix": {"country": ["MX"]}},
        {"replace": {"lat": {"MX": {"1": "2"}}}},
        {"only": {"population": ["1"]}},
        {"leave_out": {"land": ["MX"]}},
        {"pad": {"name": 4}},
        {"pad": {"code": {"GT": 0}}},
        {"compose_code": "{land}{code}"},
        {"compose_code": "{code"},
        {"of": "countries"},
    ],
)
def test_rules_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mapping(**wrong)
