"""Files for tests: sheets as bytes, small ones by hand, hostile ones on purpose."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import xlsxwriter

from tests.support.factories import DAY, act
from tracker.core.db import db
from tracker.core.sheets import read_sheet
from tracker.exchange.captions import field_called
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.rules import Place


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    """Lines as they would stand in a file."""
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx_of(rows: Sequence[Sequence[Any]], name: str = "Hoja1", at: tuple[int, int] = (0, 0)) -> bytes:
    """One sheet; text stays text, days become days."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet(name)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows, at[0]):
            for column, cell in enumerate(row, at[1]):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif cell is not None:
                    sheet.write(number, column, cell)
    return target.getvalue()


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    """A packed archive of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with one part exchanged or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {found: archive.read(found) for found in archive.namelist()}
    return zip_of(parts | {name: part})


def ods_of(table: str) -> bytes:
    """An ODS workbook with this XML as its one table's inside."""
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Hoja">{table}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zip_of({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": b"<x/>"})


def bring(
    place: Place, content: bytes, mapping: AgendaMapping | None = None, *, day: date = DAY, name: str = "plan.csv"
) -> ImportResult:
    """Import as a command would, without the commit."""
    result = import_agenda(act(day, name="import", door="command"), place, content, name, mapping)
    db.session.flush()
    return result


def reasons(result: ImportResult) -> list[tuple[int | None, str | None, str]]:
    """(row, column, value) of each error, in order."""
    return [(wrong.row, wrong.column, wrong.value) for wrong in result.errors]


def counts(result: ImportResult) -> tuple[int, int, int]:
    """Created, updated, unchanged; fails when nothing came in."""
    assert result.errors == [], [wrong.to_line() for wrong in result.errors]
    return result.created, result.updated, result.unchanged


#: What somebody does to a cell: (row number from 2, field) → what stands there then.
Edits = Mapping[tuple[int, str], Any]


def saved_again(
    content: bytes,
    edits: Edits = MappingProxyType({}),
    *,
    without: Iterable[int] = (),
    more: Sequence[Mapping[str, Any]] = (),
    keeps_note: bool = True,
    keeps_days: bool = False,
    note_of: str = "",
    stale: Iterable[tuple[int, str]] = (),
) -> bytes:
    """A workbook of ours as another program leaves it, perhaps edited: no formats, no rules, days are numbers.

    Rows `without` are taken out; `more` rows stand below, by field (`ref` for the hidden name).
    `note_of` forges the municipality in the note; `stale` cells said something else when they left.
    """
    sheet = read_sheet(content, "x.xlsx")
    fields = [field_called(str(caption), "agenda") or "ref" for caption in sheet.rows[0]]
    rows = [list(row) for number, row in enumerate(sheet.rows, 1) if number not in set(without)]
    numbers = [number for number in range(1, len(sheet.rows) + 1) if number not in set(without)]
    for (number, field), value in edits.items():
        rows[numbers.index(number)][fields.index(field)] = value
    rows += [[row.get(field) for field in fields] for row in more]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"}) if keeps_days else None
        _write_plain(book.add_worksheet(sheet.name), rows, day)
        if keeps_note:
            note = book.add_worksheet("exported")
            lines = read_sheet(content, "x.xlsx", "exported").rows
            lines[0][2] = note_of or lines[0][2]
            for number, field in stale:
                marks = str(lines[number][3]).split(",")
                marks[lines[1].index(field)] = "1"
                lines[number][3] = ",".join(marks)
            _write_plain(note, lines)
            note.hide()
    return target.getvalue()


def _write_plain(sheet: Any, rows: Sequence[Sequence[Any]], day: Any = None) -> None:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif isinstance(cell, date):
                sheet.write_number(
                    number, column, (date(cell.year, cell.month, cell.day) - date(1899, 12, 30)).days, day
                )
            elif cell is not None:
                sheet.write_number(number, column, cell)
