"""What reading rows leaves behind, whatever the sheet is about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from tracker.agenda.intake.incoming import Fault
from tracker.core.sheets import Cell, Row, Sheet, fold, shown
from tracker.core.sheets.grid import MOST_CELLS
from tracker.core.sheets.text import cell_text
from tracker.exchange.cells import CellError
from tracker.exchange.layout import Layout, is_blank
from tracker.exchange.mapping import SkipWhen

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Treated:
    """A row that a line of the mapping put right, or left out."""

    rule: str
    row: int
    value: str


@dataclass
class Notes:
    """What was found on the way: faults, rows put right, rows that are none of ours."""

    faults: list[Fault] = field(default_factory=list)
    treated: list[Treated] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)


class Grid:
    """The rows below the captions that count, with empty words as nothing and gaps filled from above."""

    def __init__(
        self,
        sheet: Sheet,
        layout: Layout,
        *,
        empty_words: Sequence[str] = (),
        fill_down: Sequence[str] = (),
        fill_merged: bool = False,
        skip_when: Sequence[SkipWhen] = (),
        others: Iterable[int] = (),
        mends: Mapping[int, Mapping[str, str | None]] = MappingProxyType({}),
        leave_out: Iterable[int] = (),
        is_heading: Callable[[Row], bool] | None = None,
        each_its_own: Iterable[int] = (),
    ) -> None:
        """`others` are columns that are read besides those of fields and rules.

        In columns `each_its_own` an empty cell says something too, merged with one above or not.
        `mends` say by row and field what stands there instead; rows to `leave_out` are as good as not there.
        Rules to skip rows do not hold for headings, which other rows need.
        Raises MappingError when a rule names a column that is not there.
        """
        self.layout = layout
        self._rows = sheet.rows
        self._empty = {fold(word).casefold() for word in empty_words}
        self._filled = [at for name in fill_down for at in layout.fields.get(name) or (layout.column(name),)]
        self._skips = [(layout.column(rule.column), rule) for rule in skip_when]
        self._read = {at for columns in layout.fields.values() for at in columns} | set(others)
        self._read |= {*self._filled, *(at for at, _rule in self._skips)}
        self._mends = mends
        self._is_heading = is_heading
        self._left_out = frozenset(leave_out)
        own = set(each_its_own)
        above = _covered(sheet, layout.first_row) if fill_merged else {}
        self._above = {place: top for place, top in above.items() if place[1] not in own}

    def rows(self, notes: Notes) -> list[tuple[int, Row]]:
        """(number, cells) of each row that counts; skipped ones are noted, blank ones are not."""
        answer: list[tuple[int, Row]] = []
        row: Row
        above: dict[int, Cell] = {}
        merged: dict[tuple[int, int], Cell] = {}
        for number, cells in enumerate(self._rows[self.layout.first_row - 1 :], self.layout.first_row):
            if is_blank(cells):
                continue
            row = [None] * len(self.layout.captions)
            for at in self._read:
                row[at] = self._value(cells[at]) if at < len(cells) else None
                if row[at] is None and (number, at) in self._above:
                    row[at] = merged.get((self._above[number, at], at))
            emptied = self._mend(number, row)
            for at in self._filled:
                above[at] = row[at] = above.get(at) if row[at] is None and at not in emptied else row[at]
            if self._above:
                merged.update(((number, at), row[at]) for at in self._read)
            if number in self._left_out:
                notes.treated.append(Treated("leave_out", number, ""))
                notes.skipped.append(number)
            elif not (self._is_heading and self._is_heading(row)) and any(
                _skips(rule, row[at]) for at, rule in self._skips
            ):
                notes.skipped.append(number)
            else:
                answer.append((number, row))
        return answer

    def _mend(self, number: int, row: Row) -> set[int]:
        """Put what was mended by hand into the row; the columns that were emptied."""
        emptied: set[int] = set()
        for field_, value in self._mends.get(number, {}).items():
            columns = self.layout.fields.get(field_, ())
            for at in columns:
                row[at] = None
            if columns and value is not None:
                row[columns[0]] = value
            else:
                emptied.update(columns)
        return emptied

    def _value(self, cell: Cell) -> Cell:
        if isinstance(cell, str):
            folded = fold(cell)
            return None if not folded or folded.casefold() in self._empty else cell
        return cell


class RowReader:
    """One row, field by field; what cannot be read is noted and reads as the default."""

    def __init__(
        self,
        number: int,
        row: Row,
        layout: Layout,
        constants: Mapping[str, str],
        notes: Notes,
        mended: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        self.number = number
        #: Field → what a person says stands there, None for nothing.
        self.mended = mended
        self.row = row
        self.layout = layout
        self._constants = constants
        self.notes = notes

    def cells(self, name: str) -> list[Cell]:
        """What stands in the columns of a field, else its constant; nothing for empty ones."""
        if name in self.mended:
            return [self.mended[name]] if self.mended[name] else []
        found = [self.row[at] for at in self.layout.fields.get(name, ()) if self.row[at] is not None]
        return found or ([self._constants[name]] if name in self._constants else [])

    def cell(self, name: str) -> Cell:
        """The first of them, None where there is none."""
        return next(iter(self.cells(name)), None)

    def read(self, name: str, parse: Callable[[Cell], _Value], default: _Value) -> _Value:
        """The field's value, the default where nothing stands or where it cannot be read (noted)."""
        cell = self.cell(name)
        if cell is None:
            return default
        try:
            return parse(cell)
        except CellError as error:
            self.fault(name, error.reason, suggestion=error.suggestion)
            return default

    def fault(self, name: str, reason: object, value: Cell = None, suggestion: str | None = None) -> None:
        """Note why the row cannot come in; shows the cell unless another value is given."""
        seen = shown(self.cell(name) if value is None else value)
        self.notes.faults.append(Fault(self.number, name, seen, reason, suggestion))

    def treat(self, rule: str, value: Cell = None) -> None:
        """Note that a line of the mapping put the row right."""
        self.notes.treated.append(Treated(rule, self.number, shown(value)))


def _covered(sheet: Sheet, first_row: int) -> dict[tuple[int, int], int]:
    """(row, column) of each cell below the first one of a merged block → the block's first row."""
    answer: dict[tuple[int, int], int] = {}
    for top, left, bottom, _right in sheet.merged:
        last = min(bottom, len(sheet.rows))
        if top < first_row or len(answer) + last - top > MOST_CELLS:
            continue
        answer.update(((row, left), top) for row in range(top + 1, last + 1))
    return answer


def _skips(rule: SkipWhen, cell: Cell) -> bool:
    if rule.empty is not None and (cell is None) == rule.empty:
        return True
    written = fold(cell_text(cell)).casefold()
    return cell is not None and any(fold(word).casefold() == written for word in rule.equals)
