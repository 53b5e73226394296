"""Undoing an import: everything is as it was before, or it is refused because somebody has built on it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.agenda.models import Commitment
from tracker.agenda.operations import add_milestone, edit_commitment
from tracker.agenda.operations.promise import Promise
from tracker.agenda.queries.standing import differences
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, decide, likely_sheets, sheets_in
from tracker.exchange.bringing.footprint import Rows, rows_at
from tracker.exchange.bringing.taking import claim_next, queue, take_in_run
from tracker.exchange.bringing.undoing import undo_import
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import ImportRun
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import Report, add_note, report_progress
from tracker.notices.models import Notice
from tracker.territory.rules import Place

SHEET = (
    "code,title,unit,due_on,milestone_of,description\n"
    "N-1,Pozo nuevo,Aguas,2027-03-31,,\n"
    ",Permiso,,2027-01-31,N-1,\n"
    "C-001,Puente largo,Obras,2027-06-30,,Con luz\n"
)
NEXT = act(DAY + timedelta(days=1))


@pytest.fixture
def place(session: Any) -> Place:
    place = make_place()
    make_commitment(place, "Puente", DAY + timedelta(days=9), unit=make_unit(place, "Obras"))
    db.session.commit()
    return place


def _bring_in(app: Flask, place: Place) -> ImportRun:
    """The sheet, through the same steps as the page and its worker."""
    begin_write()
    uploads = Path(app.config["UPLOADS_DIR"])
    content, name = SHEET.encode(), "agenda.csv"
    sheets = sheets_in(content, name)
    run, _known = begin_run(
        act(), place, name, files.keep(uploads, content), sheets, likely_sheets(content, name, sheets)
    )
    columns = {field: field for field in SHEET.splitlines()[0].split(",")}
    decide(act(), place, run.id, AgendaMapping(columns=columns, create_units=True))
    queue(run, act().at)
    db.session.flush()
    claim = claim_next(act().at)
    assert claim is not None
    kept = files.content_of(uploads, claim.stored_name)
    state = take_in_run(act(), place, claim, kept, lambda _step, _part: None)
    assert state == "done", run.result
    db.session.commit()
    begin_write()
    return run


def _facts(place: Place) -> Rows:
    """All rows of the agenda but for what every write moves."""
    db.session.flush()
    db.session.expire_all()
    moved = {"version", "checked_on", "last_number"}
    return {
        table: {key: {name: value for name, value in row.items() if name not in moved} for key, row in rows.items()}
        for table, rows in rows_at(place.id).items()
    }


def test_everything_is_as_it_was(app: Flask, place: Place) -> None:
    before = _facts(place)
    run = _bring_in(app, place)
    assert _facts(place) != before
    undo_import(NEXT, place, run.id)
    assert _facts(place) == before
    assert run.state == "undone" and differences()[1] == []
    with pytest.raises(Refused):
        undo_import(NEXT, place, run.id)


def _reported(place: Place) -> None:
    report_progress(NEXT, place, "N-1", Report("Va bien"))


def _edited(place: Place) -> None:
    held = db.session.query(Commitment).filter_by(code="C-001").one()
    edit_commitment(NEXT, place, "C-001", Promise("Puente corto", due_on=held.due_on), held.version)


def _stepped(place: Place) -> None:
    add_milestone(NEXT, place, "N-1", "Trazo", DAY + timedelta(days=20), "day", 1)


def _noted(place: Place) -> None:
    add_note(NEXT, place, "N-1", "Ojo con el terreno")


def _told(place: Place) -> None:
    check_places([place], DAY + timedelta(days=200), NEXT.at)
    held = db.session.query(Commitment).filter_by(code="N-1").one()
    for notice in db.session.query(Notice).filter_by(subject=held.subject):
        notice.state = "sent"
    assert db.session.query(Notice).filter_by(subject=held.subject, state="sent").count()


@pytest.mark.parametrize("build", [_reported, _edited, _stepped, _noted, _told])
def test_nothing_is_undone_once_somebody_has_built_on_it(
    app: Flask, place: Place, build: Callable[[Place], None]
) -> None:
    run = _bring_in(app, place)
    build(place)
    db.session.flush()
    before = _facts(place)
    with pytest.raises(Refused):
        undo_import(act(DAY + timedelta(days=2)), place, run.id)
    assert _facts(place) == before and run.state == "done"


def test_what_happened_beside_it_does_not_stop_it(app: Flask, place: Place) -> None:
    run = _bring_in(app, place)
    other = make_commitment(place, "Aparte")
    report_progress(NEXT, place, other.code, Report("Va bien"))
    undo_import(act(DAY + timedelta(days=2)), place, run.id)
    assert {c.title for c in db.session.query(Commitment)} == {"Puente", "Aparte"}


def test_another_municipality_cannot_undo_it(app: Flask, place: Place) -> None:
    run = _bring_in(app, place)
    with pytest.raises(Refused):
        undo_import(NEXT, make_place(), run.id)
