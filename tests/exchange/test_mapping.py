"""Mapping files: what they may say, and how clearly they are refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.bare import bare_app
from tracker.core.sheets import Sheet
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import (
    AgendaMapping,
    MappingError,
    RegistryMapping,
    read_agenda_mapping,
    read_registry_mapping,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with bare_app().test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    read: AgendaMapping | RegistryMapping
    if path.stem.startswith("registry-"):
        read = read_registry_mapping(text)
    else:
        read = read_agenda_mapping(text)
    assert read.columns is not None


def refusal(mapping: dict[str, Any] | str) -> str:
    with pytest.raises(MappingError) as refused:
        read_agenda_mapping(mapping if isinstance(mapping, str) else json.dumps(mapping))
    return str(refused.value)


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ("{", "JSON"),
        ("[1]", "object"),
        ("[" * 100_000, "JSON"),
        ({"colums": {}}, "colums"),
        ({"columns": {"Plazo": "due"}}, "due_on"),
        ({"columns": {"a": "title", "b": "title"}}, "title"),
        ({"columns": {"a": "progress", "b": "progress"}}, "progress"),
        ({"constants": {"unidad": "x"}}, "unidad"),
        ({"header_rows": [0]}, "header_rows"),
        ({"header_rows": []}, "header_rows"),
        ({"header_rows": [9, 8]}, "header_rows"),
        ({"date_order": "dym"}, "date_order"),
        ({"percent_scale": "0-10"}, "percent_scale"),
        ({"as_of": "31/03/2025"}, "as_of"),
        ({"repeated": "first"}, "repeated"),
        ({"states": {"Listo": "done"}}, "states.Listo"),
        ({"treat": {"bad_date": "guess"}}, "treat.bad_date"),
        ({"treat": {"done_when_progress": 0}}, "treat.done_when_progress"),
        ({"treat": {"unit_mailbox": "buzon@example.org"}}, "slug"),
        ({"treat": {"unit_mailbox": "{slug}@a@b"}}, "slug"),
        ({"treat": {"skip_when": [{"column": "Clase"}]}}, "treat.skip_when.0"),
        ({"treat": {"clamp": ["budget"]}}, "treat.clamp.0"),
    ],
)
def test_a_wrong_mapping_names_the_key(mapping: dict[str, Any] | str, named: str) -> None:
    assert named in refusal(mapping)


def test_every_wrong_key_is_named_at_once() -> None:
    text = refusal({"date_order": "x", "repeated": "y", "treat": {"year": "z"}})
    assert all(key in text for key in ("date_order", "repeated", "treat.year"))


def test_a_registry_mapping_is_as_strict() -> None:
    for wrong in ({"pad": {"name": 5}}, {"title_case": ["code"]}, {"treat": {}}, {"columns": {"x": "title"}}):
        with pytest.raises(MappingError):
            read_registry_mapping(json.dumps(wrong))


def sheet(*rows: list[Any]) -> Sheet:
    return Sheet("Hoja1", list(rows))


def found(
    columns: dict[str, str] | None, *rows: list[Any], header: tuple[int, ...] | None = None
) -> dict[str, Any]:
    return dict(layout_of(sheet(*rows), header, columns, "agenda", "title").fields)


def test_captions_fold_white_space_and_case() -> None:
    caption = "% de Avance  Actividad\nTrimestre I"
    assert found({"% de avance actividad trimestre i": "title"}, [caption, "x"]) == {"title": (0,)}


def test_the_second_of_equal_captions_has_a_number() -> None:
    row = ["Nombre", "Fecha", "Fecha"]
    assert found({"Nombre": "title", "Fecha#2": "due_on"}, row)["due_on"] == (2,)
    assert found({"Nombre": "title", "Fecha": "due_on"}, row)["due_on"] == (1,)
    assert found({"Nombre": "title", "N#2": "due_on"}, ["Nombre", "N#2"])["due_on"] == (1,)


def test_stacked_captions_are_read_one_after_the_other() -> None:
    rows = [["Qué", "Plazo", ""], ["", "inicio", "fin"]]
    assert found({"Qué": "title", "fin": "due_on"}, *rows, header=(1, 2)) == {"title": (0,), "due_on": (2,)}
    assert found({"Qué": "title", "Plazo inicio": "start_on"}, *rows, header=(1, 2))["start_on"] == (1,)


def test_a_missing_column_is_named_with_those_that_look_like_it() -> None:
    with pytest.raises(MappingError) as refused:
        found({"Nombre Actvidad": "title", "Otra": "code"}, ["Nombre Actividad", "Fecha"])
    assert "“Nombre Actividad”" in str(refused.value) and "Otra" in str(refused.value)


def test_a_header_row_that_is_not_there() -> None:
    with pytest.raises(MappingError):
        found({"a": "title"}, ["a"], header=(9,))


def test_without_a_mapping_captions_speak_wherever_they_stand() -> None:
    rows = [["Plan 2026"], [], ["Plazo", "Observaciones", "Compromiso"], ["31/12/2026", "", "Pozo"]]
    layout = layout_of(sheet(*rows), None, None, "agenda", "title")
    assert layout.first_row == 4 and layout.fields == {"due_on": (0,), "title": (2,)}
    assert layout.ignored() == ["Observaciones"]


def test_two_columns_that_say_the_same_are_refused() -> None:
    with pytest.raises(MappingError) as refused:
        found(None, ["Título", "Compromiso", "Plazo"])
    assert "Título" in str(refused.value) and "Compromiso" in str(refused.value)


def test_a_sheet_without_titles_is_refused() -> None:
    with pytest.raises(MappingError) as refused:
        found(None, ["Código", "Plazo"])
    assert "title" in str(refused.value) and "Hoja1" in str(refused.value)
