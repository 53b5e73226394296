"""One agenda as people's programs save it: CSV in three ways, XLSX, XLS, ODS."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import xlsxwriter
import xlwt
from odfdo import Document, Row, Table

from tracker.core.sheets import Merge

SHEET = "Plan 2026"
#: Rows count from 1, columns from 0, as in `Merge`.
MERGED = (
    Merge(2, 0, 3, 0),
    Merge(2, 1, 3, 1),
    Merge(2, 4, 2, 5),
    Merge(4, 1, 6, 1),
    Merge(7, 1, 8, 1),
    Merge(4, 5, 5, 5),
)


@dataclass(frozen=True)
class Share:
    """A percentage: 0.4 in a workbook, 40% where only text is."""

    value: float


Value = str | float | date | Share | None
ROWS: list[list[Value]] = [
    ["Agenda de compromisos — Alcaldía de Ñuñoa", None, None, None, None, None, None, None, None, None],
    ["Código", "Línea", "Compromiso", "Dependencias", "Plazo", None, "Avance", "Cantidad", "Costo", "Estado"],
    [None, None, None, None, "Inicio", "Fin", None, None, None, None],
    [
        "001",
        "Agua y saneamiento",
        "Perforar pozos en el Año Nuevo",
        "Obras Públicas\nSalud; Educación",
        date(2026, 1, 5),
        date(2026, 12, 31),
        Share(0.4),
        1.234,
        1234567.5,
        "En proceso",
    ],
    [
        "002",
        None,
        "Reparar «La Estación», etapa 1",
        "Salud",
        date(2026, 2, 1),
        None,
        Share(0.125),
        12.0,
        0.75,
        "en proceso",
    ],
    [
        "0030",
        None,
        "Señalizar; y medir",
        "Educación",
        None,
        "III trimestre 2026",
        Share(1.0),
        2.5,
        1000.0,
        "Terminado",
    ],
    ["00004", "Gestión", 'Dice "ya está" el cabildo', "Salud", None, "1er semestre 2027", None, None, None, None],
    [
        "5-A",
        None,
        "Plantar ceibos, ñandubays y jacarandás",
        "Obras Públicas",
        None,
        "2027",
        Share(0.0),
        0.5,
        15.0,
        "no iniciado",
    ],
]

WIDTH = len(ROWS[1])


def _plain(cell: Value) -> str | float | date | None:
    return cell.value if isinstance(cell, Share) else cell


def _shown(cell: Value, sign: str) -> str:
    if isinstance(cell, Share):
        return f"{cell.value * 100:g}%".replace(".", sign)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", sign)
    return cell or ""


def _csv(delimiter: str, encoding: str, sign: str) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerows([_shown(cell, sign) for cell in row] for row in ROWS)
    return target.getvalue().encode(encoding)


def _xlsx() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        days, shares = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "0.0%"})
        for merge in MERGED:
            sheet.merge_range(merge.top - 1, merge.left, merge.bottom - 1, merge.right, "")
        for number, row in enumerate(ROWS):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    style = days if isinstance(cell, date) else shares if isinstance(cell, Share) else None
                    sheet.write(number, column, _plain(cell), style)
        book.add_worksheet("Notas").hide()
    return target.getvalue()


def _xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet(SHEET)
    styles = {date: xlwt.easyxf(num_format_str="dd/mm/yyyy"), Share: xlwt.easyxf(num_format_str="0.0%")}
    starts = {(merge.top, merge.left): merge for merge in MERGED}
    for number, row in enumerate(ROWS, 1):
        for column, cell in enumerate(row):
            style = styles.get(type(cell), xlwt.Style.default_style)
            if merge := starts.get((number, column)):
                sheet.write_merge(number - 1, merge.bottom - 1, column, merge.right, _plain(cell), style)
            elif cell is not None:
                sheet.write(number - 1, column, _plain(cell), style)
    book.add_sheet("Notas").visibility = 1
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _ods() -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table(SHEET)
    for cells in ROWS:
        row = Row(width=WIDTH)
        for column, cell in enumerate(cells):
            if cell is not None:
                row.set_value(column, _plain(cell), cell_type="percentage" if isinstance(cell, Share) else None)
        table.append_row(row)
    for merge in MERGED:
        table.set_span((merge.left, merge.top - 1, merge.right, merge.bottom - 1))
    document.body.append(table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


#: File name → its bytes.
FILES: dict[str, Callable[[], bytes]] = {
    "punto y coma.csv": lambda: _csv(";", "cp1252", ","),
    "coma.csv": lambda: _csv(",", "utf-8", "."),
    "tabulador.csv": lambda: _csv("\t", "utf-8", ","),
    "libro.xlsx": _xlsx,
    "libro.xls": _xls,
    "libro.ods": _ods,
}
WORKBOOKS = [name for name in FILES if not name.endswith(".csv")]
