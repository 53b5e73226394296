"""Sheets of cells: CSV, XLSX, XLS, ODS read within bounds; CSV and XLSX written so that text stays text.

Words: cell (what stands in one field of a sheet), row (a list of cells; the first one is number 1).
"""

from tracker.core.sheets.grid import Cell, Merge, Row, Sheet, SheetError
from tracker.core.sheets.reading import Book, read_bytes, read_file, read_sheet, sheet_names
from tracker.core.sheets.text import clean, fold, shown
from tracker.core.sheets.writing import OutCell, csv_parts, write_csv

__all__ = [
    "Book",
    "Cell",
    "Merge",
    "OutCell",
    "Row",
    "Sheet",
    "SheetError",
    "clean",
    "csv_parts",
    "fold",
    "read_bytes",
    "read_file",
    "read_sheet",
    "sheet_names",
    "shown",
    "write_csv",
]
