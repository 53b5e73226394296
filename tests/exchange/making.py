"""Files for tests: sheets as bytes, small ones by hand, hostile ones on purpose."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from tests.support.factories import DAY, act
from tracker.core.db import db
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
