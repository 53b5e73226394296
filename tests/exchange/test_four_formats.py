"""The same agenda, whatever program saved it: the rows that are read and those in the database are the same."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.making import bring, counts
from tests.exchange.saved_as import FILES, MERGED, ROWS, SHEET, WORKBOOKS
from tests.support.apps import only_sqlite
from tests.support.factories import DAY, make_place
from tracker.agenda.models import Budget, Commitment, Party
from tracker.core.db import db, table_of
from tracker.core.sheets import Merge, Row, Sheet, read_sheet, sheet_names
from tracker.exchange.guessing import suggest_mapping
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.rows import read_rows
from tracker.plan.models import Action, Line
from tracker.territory.models import Unit

COLUMNS = {
    "Código": "code",
    "Línea": "line",
    "Compromiso": "title",
    "Dependencias": "unit",
    "Plazo Inicio": "start_on",
    "Plazo Fin": "due_on",
    "Avance": "progress",
    "Cantidad": "quantity",
    "Costo": "budget",
    "Estado": "state",
}
SAID: dict[str, Any] = {
    "header_rows": [2, 3],
    "columns": COLUMNS,
    "percent_scale": "0-1",
    "create_units": True,
    "split_units": True,
    "states": {"Terminado": "completed"},
    "treat": {"year": "last_day"},
}
#: What an empty cell means is said for every format; where cells are merged only workbooks know.
BY_GAPS = AgendaMapping.model_validate(SAID | {"fill_down": ["line", "due_on"]})
BY_MERGES = AgendaMapping.model_validate(SAID | {"fill_merged": True})


def rows_hash(name: str, mapping: AgendaMapping) -> str:
    """Of the rows as they are read, checked value by checked value."""
    sheet = read_sheet(FILES[name](), name)
    layout = layout_of(sheet, mapping.header_rows, mapping.columns, "agenda", "title")
    rows, notes = read_rows(sheet, layout, mapping, DAY, ",")
    assert notes.faults == []
    return hashlib.sha256(repr([(row, sorted(row.given)) for row in rows]).encode()).hexdigest()


def database_hash(name: str, mapping: AgendaMapping) -> str:
    """Of every row that an import leaves, but for what numbers and the municipality's own name give it."""
    place = make_place("CO")
    assert counts(bring(place, FILES[name](), mapping, name="plan" + name[-4:])) == (5, 0, 0)
    units = {unit.id: unit.name for unit in db.session.scalars(select(Unit))}
    lines = {line.id: line.title for line in db.session.scalars(select(Line))}
    under = {action.id: (action.title, lines[action.line_id]) for action in db.session.scalars(select(Action))}
    codes = {one.id: one.code for one in db.session.scalars(select(Commitment))}
    names: dict[str, Mapping[int, Any]] = {"unit_id": units, "action_id": under, "commitment_id": codes}
    told: list[str] = []
    for model in (Commitment, Party, Budget):
        table = table_of(model)
        for row in db.session.execute(select(table).where(table.c.municipality_id == place.id)).mappings():
            plain = {key: value for key, value in row.items() if key not in ("id", "municipality_id")}
            plain |= {key: names[key].get(plain[key]) for key in names if key in plain}
            told.append(repr((table.name, plain)))
    assert len(told) == 5 + 2 + 4
    return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()


def test_the_same_agenda_in_six_files_reads_the_same() -> None:
    assert len({rows_hash(name, BY_GAPS) for name in FILES}) == 1


@pytest.mark.usefixtures("session")
def test_the_same_agenda_in_six_files_leaves_the_same_rows_in_the_database() -> None:
    assert len({database_hash(name, BY_GAPS) for name in FILES}) == 1


def test_merged_cells_say_the_same_as_gaps_in_every_workbook() -> None:
    wanted = rows_hash("coma.csv", BY_GAPS)
    assert {rows_hash(name, BY_MERGES) for name in WORKBOOKS} == {wanted}


@only_sqlite
@pytest.mark.usefixtures("session")
def test_merged_cells_leave_the_same_rows_in_the_database() -> None:
    assert database_hash("libro.xls", BY_MERGES) == database_hash("coma.csv", BY_GAPS)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks_know_their_sheets_and_merged_cells(name: str) -> None:
    content = FILES[name]()
    sheet = read_sheet(content, name)
    assert sheet.name == SHEET and set(sheet.merged) == set(MERGED)
    if name != "libro.ods":
        assert sheet_names(content, name) == [(SHEET, False), ("Notas", True)]


def test_leading_zeros_and_accents_are_as_they_were_written() -> None:
    for name, make in FILES.items():
        rows = read_sheet(make(), name).rows
        assert [row[0] for row in rows[3:]] == ["001", "002", "0030", "00004", "5-A"], name
        assert [row[2] for row in rows[3:]] == [row[2] for row in ROWS[3:]], name


def test_the_same_is_suggested_for_every_format() -> None:
    """But for the merged cells, and that a text with % needs no scale."""
    suggested = {name: suggest_mapping(read_sheet(make(), name)) for name, make in FILES.items()}
    alike = {"fill_merged": False, "sheet": None, "percent_scale": None}
    assert len({mapping.model_copy(update=alike).model_dump_json() for mapping in suggested.values()}) == 1
    assert suggested["coma.csv"].columns == COLUMNS
    assert {suggested[name].percent_scale for name in WORKBOOKS} == {"0-1"}


def test_a_kind_that_is_merged_over_its_parts_is_not_theirs() -> None:
    """Where the mapping gives the empty cell a meaning, merged or not, that is what it means."""
    rows: list[Row] = [["Tipo", "Meta"], ["Proyecto", "Agua"], ["", "Pozo"], ["", "Tanque"]]
    sheet = Sheet("Hoja", rows, merged=(Merge(2, 0, 4, 0),))
    words = {"Proyecto": "action", "": "commitment"}
    said = {"columns": {"Meta": "title"}, "fill_merged": True, "row_type": {"column": "Tipo", "words": words}}
    mapping = AgendaMapping.model_validate(said)
    layout = layout_of(sheet, (1,), mapping.columns, "agenda", "title").with_field("row_type", "Tipo")
    found, _notes = read_rows(sheet, layout, mapping, DAY, ",")
    assert [(row.title, row.action) for row in found] == [("Pozo", "Agua"), ("Tanque", "Agua")]
