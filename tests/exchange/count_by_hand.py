"""Count the real agendas again by hand, so that the importer has something to be held against.

Standard library alone; nothing of the product and none of the mapping files is read. What each source means
is written out below in plain code, columns by their letter, so that no error of theirs repeats itself here.

    python tests/exchange/count_by_hand.py cali-2025 2025-12-30 --data ../shared/data
"""

import argparse
import csv
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

Cell = Decimal | str
Row = dict[str, Cell]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAY_ZERO = date(1899, 12, 30)  # serial dates of the 1900 system, right for every day after February 1900
DUE_SOON = timedelta(days=14)
FOLDER_CALI = "a-cali-plan-accion"
BOOK_2024 = "Cuadro 1S Plan Accion Proyectos Organismos Junio de 2024 .xlsx"
BOOK_2025 = "CUADRO 1S_I Trimestre 2025.xlsx"


@dataclass(frozen=True)
class Promise:
    """What counts of a commitment on a given day."""

    code: str
    unit: str
    start_on: date | None
    due_on: date | None
    done: bool

    def is_overdue(self, day: date) -> bool:
        """Due before the day and not done; what is due on the day itself is not late."""
        return self.due_on is not None and self.due_on < day and not self.done

    def is_due_soon(self, day: date) -> bool:
        """Due from the day up to and including the fourteenth day after it, and not done."""
        return self.due_on is not None and day <= self.due_on <= day + DUE_SOON and not self.done


@dataclass
class Agenda:
    """What was read: rows with anything in them, those that are no commitment, and what had to be treated."""

    rows: int = 0
    skipped: int = 0
    promises: list[Promise] = field(default_factory=list)
    treated: Counter[str] = field(default_factory=Counter)

    def dates(self, start: Cell, due: Cell) -> tuple[date | None, date | None]:
        """The start and the due date of a row; each one missing, unreadable or contradictory is counted."""
        start_on, due_on = day_first(start), day_first(due)
        self.treated["bad start date"] += bool(start) and start_on is None
        self.treated["bad due date"] += bool(due) and due_on is None
        self.treated["empty due date"] += not due
        if start_on and due_on and due_on < start_on:
            self.treated["due before start"] += 1
            start_on = None
        return start_on, due_on


def read_sheet(book: Path, sheet: str) -> dict[int, Row]:
    """Rows of a sheet by their number there (empty ones are often not stored), cells by column letter."""
    with zipfile.ZipFile(book) as parts:
        workbook = ET.fromstring(parts.read("xl/workbook.xml"))
        properties = workbook.find(f"{MAIN}workbookPr")
        if properties is not None and properties.get("date1904", "0") not in ("0", "false"):
            raise ValueError(f"{book.name} counts its days from 1904")
        link = next(found.get(LINK) for found in workbook.iter(f"{MAIN}sheet") if found.get("name") == sheet)
        links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        target = next(found.get("Target", "") for found in links if found.get("Id") == link)
        texts = [
            "".join(piece.text or "" for piece in item.iter(f"{MAIN}t"))
            for item in ET.fromstring(parts.read("xl/sharedStrings.xml"))
        ]
        content = ET.fromstring(parts.read(f"xl/{target}"))
    rows: dict[int, Row] = {}
    for row in content.iter(f"{MAIN}row"):
        cells: Row = {}
        for cell in row.iter(f"{MAIN}c"):
            stored = cell.findtext(f"{MAIN}v") or ""
            letters = re.sub(r"\d", "", cell.get("r", ""))
            kind = cell.get("t", "n")
            if kind == "n" and stored:
                cells[letters] = Decimal(stored)
            elif text := " ".join((texts[int(stored)] if kind == "s" else stored).split()):
                cells[letters] = text
        if cells:
            rows[int(row.get("r", "0"))] = cells
    return rows


def below(rows: dict[int, Row], header: int, captions: dict[str, str]) -> Iterable[Row]:
    """The rows below the header, once each letter is seen to stand for what this file says it does."""
    for letter, caption in captions.items():
        if rows[header].get(letter) != caption:
            raise ValueError(f"{letter}{header}: expected {caption!r}, found {rows[header].get(letter)!r}")
    return (cells for number, cells in rows.items() if number > header)


def day_first(cell: Cell) -> date | None:
    """A serial date, or text as d/m/yyyy with at most two, two and exactly four figures; else nothing."""
    if isinstance(cell, Decimal):
        return DAY_ZERO + timedelta(days=int(cell))
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell)
    if parts is None:
        return None
    day, month, year = (int(part) for part in parts.groups())
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def number(cell: Cell) -> Decimal:
    """The figure in a cell; a cell without one counts as nothing reported."""
    return cell if isinstance(cell, Decimal) else Decimal(0)


def cali_2025(data: Path) -> Agenda:
    """The flat form of the first quarter of 2025: a row is an activity, and the activity code names it.

    Two activities stand twice, once per source of money, with the same dates: the later row wins.
    """
    captions = {"K": "Cód Actividad", "L": "Nombre Actividad", "AY": "Nombre Centro Gestor"}
    captions |= {"O": "% de Avance Actividad Trimestre I", "AW": "Fecha Inicio", "AX": "Fecha Fin"}
    agenda = Agenda()
    last_of_code: dict[str, Row] = {}
    for cells in below(read_sheet(data / FOLDER_CALI / BOOK_2025, "MEDE01.03.01.P01.F05"), 9, captions):
        agenda.rows += 1
        agenda.treated["repeated"] += str(cells["K"]) in last_of_code
        last_of_code[str(cells["K"])] = cells
    for code, cells in last_of_code.items():
        start, due = ("" if cells.get(at, "") in ("N/A", "NA") else cells.get(at, "") for at in ("AW", "AX"))
        start_on, due_on = agenda.dates(start, due)
        share = number(cells.get("O", ""))
        agenda.treated["progress clamped"] += share > 1
        agenda.promises.append(Promise(code, str(cells["AY"]), start_on, due_on, share >= 1))
    return agenda


def cali_2024(data: Path, sheet: str, unit: str) -> Agenda:
    """A department's sheet of June 2024: a row without class, with a code and a product, is a commitment.

    The reported share is already multiplied by the weight of the product within its project (100 of 1000
    delivered at weight 0.39 reads 0.039), so a product is done when its share has reached its weight.
    """
    captions = {"C": "Clase", "E": "Clasificación (BP)", "I": "Meta de producto del proyecto (Descripción)"}
    captions |= {"L": "Ponderación producto (%)", "N": "% de ejecución física de los productos del proyecto"}
    captions |= {"W": "Día / Mes / Año (Finali-zación)"}  # V, the start, is written differently in each sheet
    agenda = Agenda()
    for cells in below(read_sheet(data / FOLDER_CALI / BOOK_2024, sheet), 5, captions):
        agenda.rows += 1
        if "C" in cells or "E" not in cells or "I" not in cells:
            agenda.skipped += 1
            continue
        start_on, due_on = agenda.dates(cells.get("V", ""), cells.get("W", ""))
        share, weight = number(cells.get("N", "")), number(cells.get("L", ""))
        done = weight > 0 and share >= weight
        agenda.promises.append(Promise(str(cells["E"]), unit, start_on, due_on, done))
    return agenda


def buenos_aires(data: Path) -> Agenda:
    """The mayor's commitments: due on the last day of their year, done with every reported share at 100."""
    agenda = Agenda()
    with (data / "a-buenosaires-compromisos" / "data.csv").open(encoding="utf-8-sig", newline="") as lines:
        for cells in csv.DictReader(lines):
            agenda.rows += 1
            shares = [cells["porcentaje_completado"], cells["cumplimiento_2_porcentaje_completado"]]
            figures = [Decimal(share) for share in shares if share]
            agenda.treated["year as last day"] += 1
            agenda.treated["lowest of two shares"] += len(figures) > 1
            due_on = date(int(cells["cumplimiento"]), 12, 31)
            done = bool(figures) and min(figures) >= 100
            agenda.promises.append(Promise(f"BA-{cells['numero']}", cells["area1"], None, due_on, done))
    return agenda


SOURCES: dict[str, Callable[[Path], Agenda]] = {
    "cali-2025": cali_2025,
    "cultura-2024": partial(cali_2024, sheet="4148 Cultura", unit="Secretaría de Cultura"),
    "salud-2024": partial(cali_2024, sheet="4145 Salud", unit="Secretaría de Salud Pública"),
    "buenos-aires-2019": buenos_aires,
}


def figures(promises: list[Promise], day: date) -> dict[str, int]:
    """The figures of a day, for a whole agenda or for one of its units."""
    return {
        "commitments": len(promises),
        "done": sum(promise.done for promise in promises),
        "undated": sum(promise.due_on is None for promise in promises),
        "overdue": sum(promise.is_overdue(day) for promise in promises),
        "due_soon": sum(promise.is_due_soon(day) for promise in promises),
    }


def count(source: str, day: date, data: Path) -> dict[str, Any]:
    """Everything there is to compare about a source on a day."""
    agenda = SOURCES[source](data)
    late = [promise for promise in agenda.promises if promise.is_overdue(day)]
    return {
        "source": source,
        "day": day.isoformat(),
        "rows": agenda.rows,
        "skipped": agenda.skipped,
        **figures(agenda.promises, day),
        "with_start": sum(promise.start_on is not None for promise in agenda.promises),
        "treated": {rule: times for rule, times in agenda.treated.items() if times},
        "units": {
            unit: figures([promise for promise in agenda.promises if promise.unit == unit], day)
            for unit in sorted({promise.unit for promise in agenda.promises})
        },
        "overdue_list": sorted((promise.code, str(promise.due_on)) for promise in late),
    }


def main() -> None:
    """Read the command line and print the count as JSON."""
    parser = argparse.ArgumentParser(description="Count a real agenda by hand, on a day.")
    parser.add_argument("source", choices=sorted(SOURCES))
    parser.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD")
    parser.add_argument("--data", default=os.environ.get("REAL_DATA"), help="folder of the real files")
    given = parser.parse_args()
    if given.data is None:
        parser.error("say where the real files are: --data FOLDER or REAL_DATA")
    json.dump(count(given.source, given.day, Path(given.data)), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
