"""Writing sheets: what is text stays text, whatever it starts with; numbers stay numbers, days stay days."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter

from tracker.core.sheets.text import is_risky

OutCell = str | int | Decimal | date | None

#: A spreadsheet keeps fifteen figures of a number; longer ones stay whole as text.
_FIGURES = 15


def write_csv(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[OutCell]]) -> None:
    """Write comma-separated UTF-8 with a mark that spreadsheet programs know; text that they would take for a
    formula gets an apostrophe before it, which `read_sheet` takes off again."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()


def write_xlsx(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[OutCell]], name: str) -> None:
    """Write one sheet called `name` (31 characters at most), row by row in constant memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(name)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for column, caption in enumerate(header):
            sheet.write_string(0, column, caption, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif len(Decimal(cell).as_tuple().digits) > _FIGURES:
                    sheet.write_string(number, column, _plain(cell))
                else:
                    sheet.write_number(number, column, cell)


def write_sheet(
    target: BinaryIO, kind: str, header: Sequence[str], rows: Iterable[Sequence[OutCell]], name: str
) -> None:
    """Write `csv` or `xlsx`; raises ValueError for another kind."""
    if kind == "csv":
        write_csv(target, header, rows)
    elif kind == "xlsx":
        write_xlsx(target, header, rows, name)
    else:
        raise ValueError(kind)


def _plain(cell: OutCell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return "'" + cell if is_risky(cell) else cell
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
