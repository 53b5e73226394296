"""What is suggested for real sheets with no mapping at all, against what was read off them by hand.

Rows are counted again by code that knows nothing of the product.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.exchange import count_by_hand
from tests.exchange.making import bring
from tests.exchange.real_files import BOOK_2024, BOOK_2025, real_files
from tests.support.apps import only_sqlite
from tests.support.factories import make_place
from tracker.core.sheets import Sheet, read_sheet
from tracker.exchange.guessing import remarks_on, sheets_of, suggest_mapping
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.rows import read_rows

SAO_PAULO = "a-saopaulo-programa-metas"
DRAWN = "a-cali-gobierno-tareas/633b1e9c2b2efcronograma seguimiento plaza cayzedo.xlsx"
DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Read:
    """A sheet as a person reads it."""

    file: str
    #: None for a CSV.
    sheet: str | None
    header_rows: tuple[int, ...]
    #: Caption → field, of all that are worth having.
    columns: dict[str, str]
    rows: int
    #: Of the mapping, besides.
    also: dict[str, object] = field(default_factory=dict)


_CALI = {
    "Identificación de la dimensión, línea estratégica, programa, indicador y proyectos de inversión": "line",
    "Clasificación (BP)": "code",
    "Meta de producto del proyecto (Descripción)": "title",
    "Indicador de producto del proyecto (Descripción)": "verification",
    "% de ejecución física de los productos del proyecto": "progress",
    "Presupuesto definitivo (Pesos) (1)": "budget",
    "Día / Mes / Año (Inicio)": "start_on",
    "Día / Mes / Año (Finali-zación)": "due_on",
    "Organismo responsable (Reparto administrativo)": "unit",
}
_JUNE = {"percent_scale": "0-1", "as_of": date(2024, 6, 30)}


def _cali(sheet: str, rows: int, *, start: str = "Día / Mes / Año (Inicio)") -> Read:
    """The start is written differently in some sheets."""
    columns = {start if named == "start_on" else caption: named for caption, named in _CALI.items()}
    return Read(BOOK_2024, sheet, (5,), columns, rows, _JUNE)


READ = {
    "Cali, flat form of 2025": Read(
        BOOK_2025,
        "MEDE01.03.01.P01.F05",
        (9,),
        {
            "Nivel 2 PD Nombre": "line",
            "Nombre BP": "action",
            "Cód Actividad": "code",
            "Nombre Actividad": "title",
            "% de Avance Actividad Trimestre I": "progress",
            "Presupuesto Modificado": "budget",
            "Fecha Inicio": "start_on",
            "Fecha Fin": "due_on",
            "Nombre Centro Gestor": "unit",
        },
        3303,
        {"percent_scale": "0-1", "empty_words": ("N/A", "NA"), "date_order": "dmy"},
    ),
    "Cali, Gobierno": _cali("4112 Gobierno", 14),
    "Cali, Hacienda": _cali("4131 Hacienda", 22),
    "Cali, Planeación": _cali("4132 Planeacion", 55),
    "Cali, DATIC": _cali("4134 DATIC", 13),
    "Cali, Salud": _cali("4145 Salud", 121),
    "Cali, Cultura": _cali("4148 Cultura", 137, start="Día / Mes/ Año (Inicio)"),
    "São Paulo, XLSX": Read(
        f"{SAO_PAULO}/decima-nona-versao.xlsx",
        "Status_Meta",
        (1,),
        {"Meta": "code", "Descrição da Meta": "title", "Secretaria": "unit", "Status da Meta": "state"},
        123,
    ),
    "São Paulo, XLS": Read(
        f"{SAO_PAULO}/decima-oitava-versao.xls",
        "Status_metas",
        (1,),
        {"Meta": "code", "Meta_Desc": "title", "Secretaria": "unit", "Status da Meta": "state"},
        123,
    ),
    "São Paulo, goals": Read(f"{SAO_PAULO}/goals.csv", None, (1,), {"id": "code", "name": "title"}, 123),
    "Buenos Aires": Read(
        "a-buenosaires-compromisos/data.csv",
        None,
        (1,),
        {
            "numero": "code",
            "compromiso": "title",
            "desc": "description",
            "categoria": "line",
            "area1": "unit",
            "area2": "co_units",
            "area3": "co_units",
            "area4": "co_units",
            "cumplimiento": "due_on",
            "porcentaje_completado": "progress",
        },
        54,
        {"percent_scale": "0-100"},
    ),
}
#: The sheet that is offered first, among all of a workbook.
FIRST = {
    BOOK_2025: {"MEDE01.03.01.P01.F05"},
    f"{SAO_PAULO}/decima-nona-versao.xlsx": {"Status_Meta"},
    f"{SAO_PAULO}/decima-oitava-versao.xls": {"Status_metas"},
    DRAWN: {"Hoja1"},
}


@cache
def suggested(file: str, name: str | None) -> tuple[Sheet, AgendaMapping]:
    path = real_files() / file
    sheet = read_sheet(path.read_bytes(), path.name, name)
    return sheet, suggest_mapping(sheet)


@pytest.mark.parametrize("name", READ)
def test_captions_and_columns_are_found(name: str) -> None:
    read = READ[name]
    _sheet, mapping = suggested(read.file, read.sheet)
    assert mapping.header_rows == read.header_rows
    found = mapping.columns or {}
    assert {caption: found.get(caption) for caption in read.columns} == read.columns
    for said, value in read.also.items():
        assert getattr(mapping, said) == value, said


@pytest.mark.parametrize("name", READ)
def test_as_many_rows_come_out_as_were_counted(name: str) -> None:
    read = READ[name]
    sheet, mapping = suggested(read.file, read.sheet)
    layout = layout_of(sheet, mapping.header_rows, mapping.columns, "agenda", "title")
    if mapping.row_type:
        layout = layout.with_field("row_type", mapping.row_type.column)
    everything = mapping.model_copy(update={"repeated": "number"})
    rows, _notes = read_rows(sheet, layout, everything, DAY, ",")
    assert len(rows) == counted(read) == read.rows


def counted(read: Read) -> int:
    """Rows with a title below the captions, headings of a plan left out; nothing of the product is asked."""
    path = real_files() / read.file
    if read.sheet is None:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            title = next(caption for caption, named in read.columns.items() if named == "title")
            return sum(bool(row[title].strip()) for row in csv.DictReader(lines))
    if path.suffix == ".xls":
        rows = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_name(read.sheet)
        title = next(caption for caption, named in read.columns.items() if named == "title")
        captions, *below = rows.to_python(skip_empty_area=False)
        return sum(bool(str(row[captions.index(title)]).strip()) for row in below)
    cells = count_by_hand.read_sheet(path, read.sheet)
    letters = {"MEDE01.03.01.P01.F05": "L", "Status_Meta": "B"}
    letter, header = letters.get(read.sheet, "I"), read.header_rows[-1]
    below = [row for number, row in cells.items() if number > header]
    if read.file == BOOK_2024:
        return sum("C" not in row and letter in row for row in below)
    return sum(letter in row for row in below)


@pytest.mark.parametrize("file", FIRST)
def test_the_sheet_with_the_agenda_is_offered_first(file: str) -> None:
    path = real_files() / file
    found = sheets_of(path.read_bytes(), path.name)
    assert max(found, key=lambda summary: summary.guess_score).name in FIRST[file]


def test_every_sheet_of_a_department_is_seen_as_an_agenda_and_no_list_of_words_is() -> None:
    path = real_files() / BOOK_2024
    for summary in sheets_of(path.read_bytes(), path.name):
        is_department = summary.name[:2] in ("41", "42", "43") and not summary.hidden
        assert (summary.guess_score > 60) == is_department, summary


@pytest.mark.parametrize("file", ["objectives.csv", "prefectures.csv"])
def test_lists_that_are_no_agenda_do_not_look_like_one(file: str) -> None:
    path = real_files() / SAO_PAULO / file
    (summary,) = sheets_of(path.read_bytes(), path.name)
    assert summary.guess_score < 10


@only_sqlite
@pytest.mark.usefixtures("session")
def test_a_drawn_schedule_is_refused_with_what_it_is_and_what_to_do() -> None:
    sheet, mapping = suggested(DRAWN, None)
    assert mapping.header_rows == (3, 4)
    assert mapping.columns == {"ORG.RESPONSABLE": "unit", "ACTIVIDADES": "title"}
    said = " ".join(map(str, remarks_on(sheet, mapping.header_rows)))
    path: Path = real_files() / DRAWN
    result = bring(make_place("CO"), path.read_bytes(), name=path.name)
    told = " ".join(str(wrong.reason) for wrong in result.errors)
    for words in ("cronograma dibujado", "Ponga el plazo de cada"):
        assert words in said and words in told
