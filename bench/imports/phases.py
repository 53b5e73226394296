"""`python -m bench.imports.phases NAME`: one phase in a process of its own; prints what it found as JSON.

`reader` asks for a page again and again until its standard input closes, which is when it prints.
"""

import contextlib
import io
import json
import os
import re
import resource
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import xlsxwriter
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import select

from bench.places import application
from bench.seed import COORDINATOR, UNITS, seed
from tracker.accounts.models import User
from tracker.accounts.operations import begin_session
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.now import utc_now
from tracker.core.sheets import read_sheet
from tracker.core.ticks import transaction
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, decide, likely_sheets, sheets_in
from tracker.exchange.bringing.taking import queue
from tracker.exchange.bringing.waking import bring_in_waiting
from tracker.exchange.guessing import suggest_mapping
from tracker.exchange.import_agenda import import_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import ImportRun
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place

#: Municipalities of the region; in the middle one somebody reads what the import is written into.
REGION = 20
#: Pages before those that count, and seconds between two: a person reads.
WARM_UP, PAUSE = 5, 0.05
Figures = dict[str, Any]


def workbook(rows: int, day: date) -> bytes:
    """An agenda as a municipality would keep it, without codes."""
    target = io.BytesIO()
    captions = ("Línea", "Compromiso", "Dependencia", "Inicio", "Plazo", "Avance", "Presupuesto", "Descripción")
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet, days = book.add_worksheet("Plan"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, captions)
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"Línea {row % 8}")
            sheet.write_string(row, 1, f"Mejorar el servicio número {row} de la colonia {row % 97}")
            sheet.write_string(row, 2, UNITS[row % len(UNITS)])
            sheet.write_datetime(row, 3, day - timedelta(days=100 + row % 300), days)
            sheet.write_datetime(row, 4, day + timedelta(days=row % 500 - 60), days)
            sheet.write_number(row, 5, row % 100)
            sheet.write_number(row, 6, row * 1000)
            sheet.write_string(row, 7, "Con las vecinas y los vecinos, por etapas, según el acuerdo del cabildo.")
    return target.getvalue()


def prepare(_folder: Path, day: date, _size: int) -> Figures:
    """A region to read in while others write."""
    upgrade()
    seed(REGION, day)
    return {}


def command(_folder: Path, day: date, size: int) -> Figures:
    """As `flask agenda import` does it: read, checked, written, committed."""
    place, content = _place(), workbook(size, day)
    mapping = _mapping(content)
    began, busy = perf_counter(), _busy()
    result = import_agenda(_act(day), place, content, "plan.xlsx", mapping)
    if result.errors:
        raise RuntimeError(result.errors[0].to_line())
    db.session.commit()
    return {"seconds": perf_counter() - began, "busy": _busy() - busy, "created": result.created}


def page(folder: Path, day: date, size: int) -> Figures:
    """As the worker takes in what a person decided on the page, with what an undo needs."""
    place, content = _place(), workbook(size, day)
    uploads = folder / "uploads"
    with transaction():
        sheets = sheets_in(content, "plan.xlsx")
        likely = likely_sheets(content, "plan.xlsx", sheets)
        begin_write()
        run, _known = begin_run(_act(day), place, "plan.xlsx", files.keep(uploads, content), sheets, likely)
        decide(_act(day), place, run.id, _mapping(content))
        queue(run, utc_now())
    began, busy = perf_counter(), _busy()
    bring_in_waiting()
    took = {"seconds": perf_counter() - began, "busy": _busy() - busy}
    with transaction():
        found = db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(1)).one()
        if found.state != "done":
            raise RuntimeError(f"{found.state}: {found.result}")
        return {**took, "created": int(found.result["created"])}


def reader(folder: Path, _day: date, _size: int) -> Figures:
    """Somebody who looks at the agenda that is being written into, page after page, until nobody listens."""
    place = _place()
    with transaction():
        user_id = db.session.scalars(select(User.id).where(User.email == COORDINATOR)).one()
        token = begin_session(user_id, utc_now(), stay=True)
    client = current_app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": token, "_fresh": True})
    took: list[float] = []
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    address = f"/{place.code}/agenda"
    for warm_up in range(WARM_UP, -(10**9), -1):
        began = perf_counter()
        status = client.get(address).status_code
        if warm_up <= 0:
            took.append(perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
        if warm_up == 1:
            (folder / "reading").touch()
        if over.wait(PAUSE):
            break
    return {"pages": len(took), "median_ms": round(median(took) * 1000), "worst_ms": round(max(took) * 1000)}


PHASES: dict[str, Callable[[Path, date, int], Figures]] = {
    phase.__name__: phase for phase in (prepare, command, page, reader)
}


class LoaderWatch:
    """Looks every few milliseconds how much memory the process that opens workbooks has held.

    What `getrusage` says of children counts the memory of the parent that they were split from.
    """

    def __init__(self) -> None:
        self.peak_kib = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "LoaderWatch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            for listed in Path("/proc/self/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    for pid in listed.read_text(encoding="ascii").split():
                        self._hold(Path("/proc") / pid)

    def _hold(self, process: Path) -> None:
        with contextlib.suppress(OSError):
            status = (process / "status").read_text(encoding="ascii", errors="replace")
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            if found and b"loader.py" in (process / "cmdline").read_bytes():
                self.peak_kib = max(self.peak_kib, int(found[1]))


def _busy() -> float:
    """Seconds of the processor so far, the process that opens workbooks included."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in used)


def _place() -> Place:
    with transaction():
        return places_by_id([REGION // 2 + 1])[REGION // 2 + 1]


def _act(day: date) -> Act:
    return Act(None, "bench", "command", utc_now(), day)


def _mapping(content: bytes) -> AgendaMapping:
    return suggest_mapping(read_sheet(content, "plan.xlsx"))


def main() -> int:
    """Run the phase that the environment describes."""
    told = os.environ
    folder = Path(told["BENCH_FOLDER"])
    app = application(told["BENCH_DATABASE"], folder)
    with LoaderWatch() as watch, app.app_context():
        figures = PHASES[sys.argv[1]](folder, date.fromisoformat(told["BENCH_DAY"]), int(told["BENCH_SIZE"]))
        db.session.remove()
        db.engine.dispose()
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    figures["loader_mib"] = round(watch.peak_kib / 1024)
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
