"""An agenda as a file."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

from tracker.core.sheets import csv_parts
from tracker.exchange.leaving.rows import Leaving
from tracker.exchange.leaving.selection import Selection
from tracker.exchange.leaving.workbook import write_workbook
from tracker.exchange.wording import heading, in_words
from tracker.territory.rules import Place

KINDS = ("csv", "xlsx")


def file_name(place: Place, day: date, kind: str) -> str:
    """`agenda-mx-15033-2026-11-23.xlsx`"""
    return f"agenda-{place.code}-{day.isoformat()}.{kind}"


def agenda_csv(selection: Selection, rows: Iterable[Leaving]) -> Iterator[bytes]:
    """Rows of the selection as CSV, piece by piece."""
    fields, locale = selection.fields, selection.locale
    said = (in_words(row.cells, locale) for row in rows)
    header = [heading(field, locale) for field in fields]
    return csv_parts(header, ([cells.get(field) for field in fields] for cells in said))


def write_agenda(selection: Selection, target: BinaryIO, kind: str) -> int:
    """Write the selection as `csv` or `xlsx`, in memory that does not grow with it; how many rows."""
    count = 0

    def counted() -> Iterator[Leaving]:
        nonlocal count
        for row in selection.rows():
            count += 1
            yield row

    if kind == "csv":
        for part in agenda_csv(selection, counted()):
            target.write(part)
    elif kind == "xlsx":
        write_workbook(target, selection, counted())
    else:
        raise ValueError(kind)
    return count
