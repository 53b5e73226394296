"""Sheets on their way into a municipality of the world."""

import io
from datetime import date
from pathlib import Path

from tests.exchange.making import saved_again
from tests.support.factories import act
from tracker.core.db import db
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, decide, known_again, likely_sheets, sheets_in
from tracker.exchange.bringing.taking import claim_next, queue, take_in_run
from tracker.exchange.leaving import Selection, write_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import ImportRun
from tracker.territory.rules import Place

_CAPTIONS = "⟦Qué⟧,⟦Quién⟧,⟦Hasta⟧,⟦Cómo va⟧"
_COLUMNS = {"⟦Qué⟧": "title", "⟦Quién⟧": "unit", "⟦Hasta⟧": "due_on", "⟦Cómo va⟧": "state"}
#: A day that is none, and a unit nobody knows.
_ASKING = "⟦Techo⟧,⟦Nadie⟧,⟦mañana⟧,⟦va⟧\n⟦Patio⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"
_READY = "⟦Cancha⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"
_DONE = "⟦Barda⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"


def make_runs(place: Place, day: date, uploads: Path) -> tuple[int, int, int, int]:
    """Ids of one that needs a person, one that is ready, one that came in, and a workbook that came back."""
    asking, ready, done = (_drafted(place, day, uploads, rows) for rows in (_ASKING, _READY, _DONE))
    now = act(day)
    queue(done, now.at)
    db.session.flush()
    claim = claim_next(now.at)
    assert claim is not None
    content = files.content_of(uploads, done.stored_name)
    state = take_in_run(now, place, claim, content, lambda _step, _percent: None)
    assert state == "done", done.result
    return asking.id, ready.id, done.id, _returned(place, day, uploads).id


def _returned(place: Place, day: date, uploads: Path) -> ImportRun:
    """One cell was changed in it and here."""
    target = io.BytesIO()
    write_agenda(Selection(place, day, act(day).at, locale="es"), target, "xlsx")
    content = saved_again(target.getvalue(), {(2, "title"): "⟦Otro⟧"}, stale=[(2, "title")])
    name, sheets = "⟦plan⟧.xlsx", sheets_in(content, "⟦plan⟧.xlsx")
    likely = likely_sheets(content, name, sheets)
    ours = known_again(content, name, likely, place)
    assert ours is not None
    return begin_run(act(day), place, name, files.keep(uploads, content), sheets, likely, ours=ours[0])[0]


def _drafted(place: Place, day: date, uploads: Path, rows: str) -> ImportRun:
    name, content = "⟦plan⟧.csv", f"{_CAPTIONS}\n{rows}".encode()
    sheets = sheets_in(content, name)
    likely = likely_sheets(content, name, sheets)
    run, _known = begin_run(act(day), place, name, files.keep(uploads, content), sheets, likely)
    return decide(
        act(day), place, run.id, AgendaMapping(header_rows=(1,), columns=_COLUMNS, states={"⟦va⟧": "in_progress"})
    )
