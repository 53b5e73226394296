"""Writing workbooks for people who go on working in them: row by row, in constant memory whatever their length.

Text is never a formula, numbers stay numbers, days stay days. Columns know what may be typed into them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Literal

import xlsxwriter

from tracker.core.sheets.writing import OutCell

#: A spreadsheet keeps fifteen figures of a number; longer ones stay whole as text.
_FIGURES = 15
_LARGEST = 10**15 - 1
#: Excel's own bounds for what it says about a cell.
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_DAY = "yyyy-mm-dd"
#: Height of the captions, two lines.
_HEAD = 32
#: Widths of columns that fit on a sheet of paper, in letters.
_PAPER = 200
#: Of a protected sheet, everything but changing locked cells.
_ALLOWED = (
    *("format_cells", "format_columns", "format_rows", "insert_columns", "insert_rows", "insert_hyperlinks"),
    *("delete_columns", "delete_rows", "sort", "autofilter", "objects", "scenarios"),
)


@dataclass(frozen=True)
class Column:
    """A column of a table: how it looks and what may be typed into it."""

    caption: str
    width: float = 14
    #: `line` keeps what is typed as it is typed (001, 1-2); `paragraph` has room for more than 255 characters.
    kind: Literal["line", "paragraph", "day", "whole", "amount"] = "line"
    wrap: bool = False
    #: What stands in it when the table is written cannot be changed while the sheet is protected.
    locked: bool = False
    hidden: bool = False
    #: Name of the list of words to choose from.
    choices: str = ""
    #: Other words than those of the list are taken too.
    free: bool = False
    least: int | date | None = None
    most: int | date | None = None
    #: What is said when something else is typed.
    refusal: str = ""


class Table:
    """A sheet with captions and rows below them."""

    def __init__(self, book: Any, sheet: Any, columns: Sequence[Column]) -> None:
        self.sheet, self.columns, self.count = sheet, columns, 0
        self._day = self._format(book, Column("", kind="day"))
        self._formats = [self._format(book, column) for column in columns]
        self._quiet = [self._format(book, column, quiet=True) for column in columns]
        sheet.set_row(0, _HEAD)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF1"})
        for at, column in enumerate(columns):
            options = {"hidden": True} if column.hidden else {}
            sheet.set_column(at, at, column.width, self._format(book, column, unlocked=True), options)
            sheet.write_string(0, at, column.caption, head)

    def add(self, cells: Sequence[OutCell], quiet: bool = False) -> None:
        """One more row; a quiet one belongs to the row above it."""
        self.count += 1
        formats = self._quiet if quiet else self._formats
        for at, cell in enumerate(cells):
            if cell is None or cell == "":
                if self.columns[at].locked:
                    self.sheet.write_blank(self.count, at, None, formats[at])
            elif isinstance(cell, str):
                self.sheet.write_string(self.count, at, cell, formats[at])
            elif isinstance(cell, date):
                form = formats[at] if self.columns[at].kind == "day" else self._day
                self.sheet.write_datetime(self.count, at, cell, form)
            elif _fits(cell):
                self.sheet.write_number(self.count, at, cell, formats[at])
            else:
                self.sheet.write_string(self.count, at, format(Decimal(cell), "f"), formats[at])

    def end(self, room: int, lists: dict[str, str], protected: bool) -> None:
        """Rules for what is typed into these rows and `room` more; `lists`: where each list of words is."""
        last = self.count + room
        for at, column in enumerate(self.columns):
            rule = _rule_of(column, lists)
            if rule:
                self.sheet.data_validation(1, at, last, at, rule)
        shown = sum(not column.hidden for column in self.columns)
        self.sheet.autofilter(0, 0, max(self.count, 1), shown - 1)
        self.sheet.freeze_panes(1, 1)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:{_far(len(self.columns), last)}"})
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.print_area(0, 0, max(self.count, 1), self._printed() - 1)
        if protected:
            self.sheet.protect("", dict.fromkeys(_ALLOWED, True))

    def _printed(self) -> int:
        """How many columns fit on paper and can still be read: the first ones, which matter most."""
        used, count = 0.0, 0
        for column in self.columns:
            used += column.width
            if column.hidden or (count and used > _PAPER):
                break
            count += 1
        return max(count, 1)

    @staticmethod
    def _format(book: Any, column: Column, *, quiet: bool = False, unlocked: bool = False) -> Any:
        shape: dict[str, Any] = {"valign": "top", "locked": column.locked and not unlocked}
        if column.kind == "day":
            shape |= {"num_format": _DAY, "align": "left"}
        elif column.kind == "line":
            shape["num_format"] = "@"
        if column.wrap:
            shape["text_wrap"] = True
        if quiet:
            shape["font_color"] = "#4A5560"
            shape |= {"indent": 2} if column.wrap else {}
        if column.locked and not unlocked:
            shape["bg_color"] = "#F3F3F3"
        return book.add_format(shape)


class Book:
    """A workbook under way."""

    def __init__(self, book: Any) -> None:
        self._book = book

    def table(self, name: str, columns: Sequence[Column]) -> Table:
        """One more sheet with a table; `name` has 31 characters at most."""
        return Table(self._book, self._book.add_worksheet(name), columns)

    def lists(self, name: str, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """A hidden sheet of words to choose from, a column each; where each list is, as a formula says it."""
        sheet = self._book.add_worksheet(name)
        longest = max((len(words) for words in lists.values()), default=0)
        for row in range(longest):
            for at, words in enumerate(lists.values()):
                if row < len(words):
                    sheet.write_string(row, at, words[row])
        sheet.hide()
        return {
            held: f"='{name}'!${_letter(at)}$1:${_letter(at)}${len(words)}"
            for at, (held, words) in enumerate(lists.items())
            if words
        }

    def lines(self, name: str, widths: Sequence[float], hidden: bool = False) -> "Lines":
        """One more sheet of plain text."""
        return Lines(self._book, self._book.add_worksheet(name), widths, hidden)


class Lines:
    """A sheet of plain text: for reading, or for programs alone."""

    def __init__(self, book: Any, sheet: Any, widths: Sequence[float], hidden: bool) -> None:
        self._sheet, self._count = sheet, 0
        self._plain = book.add_format({"text_wrap": True, "valign": "top"}) if not hidden else None
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}) if not hidden else None
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        if hidden:
            sheet.very_hidden()

    def add(self, *texts: str, bold: bool = False) -> None:
        """One more line."""
        for at, text in enumerate(texts):
            if text:
                self._sheet.write_string(self._count, at, text, self._bold if bold or not at else self._plain)
        self._count += 1


@contextmanager
def new_book(target: BinaryIO, title: str = "") -> Iterator[Book]:
    """A workbook that is whole once the block ends; sheets grow row by row, each from its first row to its last."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title})
        yield Book(book)


def _rule_of(column: Column, lists: dict[str, str]) -> dict[str, Any] | None:
    """What may be typed into a column, as Excel asks for it; None where anything may."""
    rule: dict[str, Any] = {"ignore_blank": True, "error_type": "warning" if column.free else "stop"}
    rule |= {"error_title": column.caption[:_LONGEST_TITLE], "error_message": column.refusal[:_LONGEST_MESSAGE]}
    if column.choices:
        source = lists.get(column.choices)
        return {**rule, "validate": "list", "source": source} if source else None
    if column.least is None and column.most is None:
        return None
    bounds = {"minimum": column.least, "maximum": column.most, "criteria": "between"}
    if column.most is None:
        bounds = {"value": column.least, "criteria": ">="}
    kinds = {"day": "date", "whole": "integer", "amount": "decimal"}
    return {**rule, **bounds, "validate": kinds.get(column.kind, "length")}


def _fits(number: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every figure of it."""
    if isinstance(number, Decimal):
        return len(number.as_tuple().digits) <= _FIGURES
    return abs(number) <= _LARGEST


def _letter(at: int) -> str:
    return f"{chr(64 + at // 26) if at >= 26 else ''}{chr(65 + at % 26)}"


def _far(columns: int, row: int) -> str:
    return f"{_letter(columns - 1)}{row + 1}"
