"""Start, due date and ending of a row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tracker.core.i18n import _l
from tracker.core.sheets import Cell
from tracker.exchange import cells, words
from tracker.exchange.cells import CellError
from tracker.exchange.cells.days import Years
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import RowReader

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Dates:
    """When a row begins and is due; the due date is the last day of its period."""

    start_on: date | None
    due_on: date | None
    precision: str


@dataclass(frozen=True)
class Ending:
    """The stage a row states, and the day of completion if it gives one."""

    stage: str | None
    completed_on: date | None


def read_dates(row: RowReader, mapping: AgendaMapping, years: Years) -> Dates:
    """Start and due date, bad and missing ones treated as the mapping says, else noted as faults."""
    start_on = _start(row, mapping, years)
    due_on, precision = _due(row, mapping, years)
    if start_on and due_on and due_on < start_on and mapping.treat.due_before_start:
        row.treat("due_before_start", due_on)
        start_on = None
    return Dates(start_on, due_on, precision)


def _due(row: RowReader, mapping: AgendaMapping, years: Years) -> tuple[date | None, str]:
    cell = row.cell("due_on")
    precision = row.read("due_precision", words.precision, "day")
    if cell is None:
        if "due_on" in row.mended:
            return None, "day"
        if mapping.treat.empty_due_date:
            row.treat("empty_due_date")
        elif mapping.columns is not None and "due_on" in mapping.columns.values():
            row.fault("due_on", _l("There is no due date. Say empty_due_date in the mapping if that may be."))
        return None, "day"
    if precision == "day" and mapping.treat.year and cells.is_year(cell):
        row.treat("year", cell)
        precision = "year"
    found = _tried(
        row, "due_on", mapping, cell, lambda said: cells.due_day(said, precision, mapping.date_order, years)
    )
    return found or (None, "day")


def _start(row: RowReader, mapping: AgendaMapping, years: Years) -> date | None:
    cell = row.cell("start_on")
    if cell is None:
        return None
    return _tried(row, "start_on", mapping, cell, lambda said: cells.first_day(said, mapping.date_order, years))


def _day(row: RowReader, field: str, mapping: AgendaMapping) -> date | None:
    cell = row.cell(field)
    if cell is None:
        return None
    return _tried(row, field, mapping, cell, lambda said: cells.day(said, mapping.date_order))


def _tried(
    row: RowReader, field: str, mapping: AgendaMapping, cell: Cell, read: Callable[[Cell], _Read]
) -> _Read | None:
    """What the cell says; where it cannot be read, what the mapping makes of it, else a fault."""
    try:
        return read(cell)
    except CellError as error:
        if mapping.treat.date_slips and error.suggestion:
            row.treat("date_slips", cell)
            return read(error.suggestion)
        if mapping.treat.bad_date:
            row.treat("bad_date", cell)
        else:
            row.fault(field, error.reason, suggestion=error.suggestion)
        return None


def read_ending(
    row: RowReader, mapping: AgendaMapping, day: date, stages: dict[str, str], progress: int | None
) -> Ending:
    """Whether the row is done, and since when; `day` is the latest day on which anything can be done."""
    stage = row.read("state", lambda cell: words.one_of(cell, stages), None)
    completed_on = _day(row, "completed_on", mapping)
    if completed_on is not None:
        if completed_on > day:
            row.fault("completed_on", _l("Give the day it was done, today at the latest."))
        if stage not in (None, "completed"):
            row.fault("completed_on", _l("The row has a day of completion but is not said to be completed."))
        return Ending("completed", completed_on)
    limit = mapping.treat.done_when_progress
    if stage is None and limit is not None and progress is not None and progress >= limit:
        row.treat("done_when_progress", progress)
        stage = "completed"
    elif stage == "completed":
        row.treat("date_not_stated")
    return Ending(stage, None)
