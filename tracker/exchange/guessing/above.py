"""What stands above the captions: the day a sheet reports on, whose sheet it is."""

import re
from collections.abc import Sequence
from datetime import date

from tracker.core.sheets import Cell, Row, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.cells import CellError, due_day
from tracker.territory.rules import name_key

_DAYS = (
    "fecha de reporte|fecha de corte|fecha corte|corte|fecha de actualizacion|actualizado al"
    "|data de referencia|data base|data de corte|atualizado em|date d arrete|arrete au|as of"
)
_UNITS = (
    "organismo|dependencia|secretaria|unidad|unidade|area|orgao|service|direccion"
    "|dependencia responsable|secretaria responsable|unidad responsable|organismo responsable"
)
#: "Seguimiento … al 31 de octubre de 2026": what is reported, and until when.
_UNTIL = re.compile(r"(.*)\b(?:al?|hasta el|em|até|au|as of|on|to)\b:? (\d.*)", re.I)
_REPORTS = re.compile(
    r"seguimiento|avance|corte|situacion|estado|informe|reporte|actualiza|monitoreo|acompanhamento|andamento"
    r"|situacao|relatorio|atualiza|suivi|avancement|rapport|etat|follow up|progress|report|status"
)
_LONGEST = 200
_DAY_LABELS, _UNIT_LABELS = _DAYS.split("|"), _UNITS.split("|")


def reported_on(sheet: Sheet, header_rows: Sequence[int]) -> date | None:
    """The day beside "Fecha de corte" and the like."""
    for cell in _beside(sheet, header_rows, _DAY_LABELS):
        try:
            return due_day(cell, "day")[0]
        except CellError:
            continue
    return _said_above(sheet, header_rows)


def _said_above(sheet: Sheet, header_rows: Sequence[int]) -> date | None:
    """The day in a line such as "Seguimiento al 31 de octubre de 2026"."""
    for row in sheet.rows[: header_rows[0] - 1]:
        for text in (fold(cell) for cell in row if isinstance(cell, str) and len(cell) <= _LONGEST):
            found = _UNTIL.fullmatch(text)
            if found is None or not _REPORTS.search(name_key(found[1])):
                continue
            try:
                day, precision = due_day(found[2].rstrip(" .)"), "day")
            except CellError:
                continue
            if precision == "day":
                return day
    return None


def unit_named(sheet: Sheet, header_rows: Sequence[int]) -> str | None:
    """The unit beside "Dependencia" and the like: all rows are its own."""
    names = (fold(cell_text(cell)) for cell in _beside(sheet, header_rows, _UNIT_LABELS) if isinstance(cell, str))
    return next((name for name in names if 3 <= len(name) <= 200), None)


def _beside(sheet: Sheet, header_rows: Sequence[int], labels: Sequence[str]) -> list[Cell]:
    """What follows each of these labels on its row, or behind its colon."""
    answer: list[Cell] = []
    for row in sheet.rows[: header_rows[0] - 1]:
        for at, cell in enumerate(row):
            label, colon, rest = fold(cell_text(cell)).partition(":")
            if name_key(label) not in labels or not label:
                continue
            value: Cell = rest.strip() if colon and rest.strip() else _next(row, at)
            if value is not None:
                answer.append(value)
    return answer


def _next(row: Row, at: int) -> Cell:
    return next((cell for cell in row[at + 1 :] if fold(cell_text(cell))), None)
