"""Sheets on their way into a municipality of the world."""

from datetime import date
from pathlib import Path

from tests.support.factories import act
from tracker.core.db import db
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, decide, likely_sheets, sheets_in
from tracker.exchange.bringing.taking import claim_next, queue, take_in_run
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import ImportRun
from tracker.territory.rules import Place

_CAPTIONS = "⟦Qué⟧,⟦Quién⟧,⟦Hasta⟧,⟦Cómo va⟧"
_COLUMNS = {"⟦Qué⟧": "title", "⟦Quién⟧": "unit", "⟦Hasta⟧": "due_on", "⟦Cómo va⟧": "state"}
#: A day that is none, and a unit nobody knows.
_ASKING = "⟦Techo⟧,⟦Nadie⟧,⟦mañana⟧,⟦va⟧\n⟦Patio⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"
_READY = "⟦Cancha⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"
_DONE = "⟦Barda⟧,⟦Obras⟧,2027-03-31,⟦va⟧\n"


def make_runs(place: Place, day: date, uploads: Path) -> tuple[int, int, int]:
    """Ids of one that needs a person, one that is ready and one that came in."""
    asking, ready, done = (_drafted(place, day, uploads, rows) for rows in (_ASKING, _READY, _DONE))
    now = act(day)
    queue(done, now.at)
    db.session.flush()
    claim = claim_next(now.at)
    assert claim is not None
    content = files.content_of(uploads, done.stored_name)
    state = take_in_run(now, place, claim, content, lambda _step, _percent: None)
    assert state == "done", done.result
    return asking.id, ready.id, done.id


def _drafted(place: Place, day: date, uploads: Path, rows: str) -> ImportRun:
    name, content = "⟦plan⟧.csv", f"{_CAPTIONS}\n{rows}".encode()
    sheets = sheets_in(content, name)
    likely = likely_sheets(content, name, sheets)
    run, _known = begin_run(act(day), place, name, files.keep(uploads, content), sheets, likely)
    return decide(
        act(day), place, run.id, AgendaMapping(header_rows=(1,), columns=_COLUMNS, states={"⟦va⟧": "in_progress"})
    )
