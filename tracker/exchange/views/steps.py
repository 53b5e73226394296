"""What the pages of one run share: the run, its file, the line of steps, where each step leads."""

from pathlib import Path
from typing import Any

from flask import current_app, redirect, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.sheets import Sheet, SheetError, read_sheet
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import decide, mapping_of, run_at
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import ImportRun
from tracker.territory.rules import Place


def uploads() -> Path:
    """Where files lie."""
    return Path(current_app.config["UPLOADS_DIR"])


def content_of(run: ImportRun) -> bytes:
    """The bytes of its file; raises Refused where they are gone."""
    try:
        return files.content_of(uploads(), run.stored_name)
    except OSError as error:
        raise Refused(_("The file is gone. Please send it again.")) from error


def sheet_of(run: ImportRun, name: str | None = None) -> Sheet:
    """The sheet that was chosen, or the one called `name`."""
    try:
        return read_sheet(content_of(run), run.file_name, name or mapping_of(run).sheet)
    except SheetError as error:
        raise Refused(error.reason) from error


def open_run(place: Place, run_id: int) -> tuple[ImportRun, Response | None]:
    """The run, and where to go instead when there is nothing to decide about it any more."""
    run = run_at(place.id, run_id)
    return run, None if run.is_open else redirect(url_for("exchange.run", place=place, run_id=run_id), 303)


def open_step(place: Place, run_id: int) -> tuple[ImportRun, Response | None]:
    """The same for the steps before the look: a workbook that left from here needs none of them."""
    run, elsewhere = open_run(place, run_id)
    if elsewhere is None and run.is_returning:
        elsewhere = redirect(url_for("exchange.preview", place=place, run_id=run_id), 303)
    return run, elsewhere


def save(place: Place, run_id: int, mapping: AgendaMapping) -> None:
    """Write a decision down; what was looked at before holds no more."""
    db.session.rollback()
    run = decide(act_here(place.zone), place, run_id, mapping)
    name = run.stored_name
    db.session.commit()
    files.forget_looks(uploads(), name)


def step_tabs(place: Place, run: ImportRun, current: str) -> list[dict[str, Any]]:
    """The steps, each with its own address."""
    words = {
        "sheet": _("Sheet"),
        "columns": _("Columns"),
        "words": _("Words used"),
        "preview": _("Look"),
    }
    return [
        {
            "label": f"{number}. {label}",
            "url": url_for(f"exchange.{name}", place=place, run_id=run.id),
            "current": name == current,
        }
        for number, (name, label) in enumerate(words.items(), 1)
    ]
