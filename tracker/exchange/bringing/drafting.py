"""A sheet arrives: looked at as a whole, kept, and read as the last one of its kind was, where there was one."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet, SheetError
from tracker.exchange import guessing
from tracker.exchange.back.note import REF, Note, read_note
from tracker.exchange.back.telling import another_place
from tracker.exchange.bringing.files import LARGEST
from tracker.exchange.bringing.remembering import plain_of, recall, recall_same
from tracker.exchange.guessing import SheetSummary, guess_header, sheets_of
from tracker.exchange.mapping import AgendaMapping, Returning
from tracker.exchange.models import ImportRun
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: So many of the likeliest sheets of a workbook are held against what is remembered.
_HELD = 5
#: Rows in which captions are looked for.
_CAPTIONS_WITHIN = 20
#: Runs shown on the page that takes a new sheet.
_SHOWN = 10


def sheets_in(content: bytes, file_name: str, at: str = "file") -> list[SheetSummary]:
    """Every sheet of a file; raises Refused `at` a field with what to do for one that cannot be taken."""
    if not content.strip():
        raise Refused(fields={at: _l("This file is empty. Choose the one with the rows in it.")})
    if len(content) > LARGEST:
        words = _l(
            "This file is larger than %(size)s MB. Save the sheet with the agenda alone and send that.",
            size=LARGEST // 1024 // 1024,
        )
        raise Refused(fields={at: words})
    try:
        found = sheets_of(content, file_name)
    except SheetError as error:
        raise Refused(fields={at: error.reason}) from error
    filled = [summary for summary in found if summary.rows]
    if not filled:
        refused = next((summary.refused for summary in found if summary.refused), None)
        raise Refused(fields={at: refused or _l("There are no rows in this file.")})
    return found


def begin_run(
    act: Act,
    place: Place,
    file_name: str,
    stored_name: str,
    sheets: Sequence[SheetSummary],
    likely: Sequence[Sheet],
    content: bytes = b"",
    ours: Sheet | None = None,
) -> tuple[ImportRun, bool]:
    """A new run for a kept sheet, and whether it is read as one before it was.

    The very same `content` is read with all that was decided about it, row by row.
    `ours` is the sheet of a workbook that left from here.
    """
    hold(place.id)
    if ours is not None:
        known: AgendaMapping | None = AgendaMapping(sheet=ours.name, back=Returning())
    else:
        known = recall_same(place.id, content) or recall(place.id, likely)
    mapping = known or AgendaMapping(
        sheet=likely[0].name if likely[0].names else None, header_rows=guess_header(likely[0])
    )
    run = ImportRun(
        municipality_id=place.id,
        user_id=act.user_id,
        by=act.name,
        created_at=act.at,
        changed_at=act.at,
        file_name=file_name,
        stored_name=stored_name,
        sheets=[asdict(replace(summary, refused=None)) for summary in sheets],
        mapping=plain_of(mapping),
        state="draft",
        tries=0,
        result={},
        footprint={},
    )
    db.session.add(run)
    db.session.flush()
    return run, known is not None


def likely_sheets(content: bytes, file_name: str, sheets: Sequence[SheetSummary]) -> list[Sheet]:
    """The sheets that look most like an agenda, the likeliest first."""
    try:
        return guessing.likely_sheets(content, file_name, sheets, _HELD)
    except SheetError as error:
        raise Refused(error.reason) from error


def known_again(
    content: bytes, file_name: str, likely: Sequence[Sheet], place: Place, at: str = "file"
) -> tuple[Sheet, Note] | None:
    """The sheet of a workbook that left from here, with what it remembers; None for any other file.

    Raises Refused `at` a field where it left from another municipality.
    """
    for sheet in likely:
        if any(cell == REF for row in sheet.rows[:_CAPTIONS_WITHIN] for cell in row):
            note = read_note(content, file_name)
            if note is not None and note.municipality != place.code:
                raise Refused(fields={at: another_place(note.municipality)})
            return (sheet, note) if note is not None else None
    return None


def decide(act: Act, place: Place, run_id: int, mapping: AgendaMapping) -> ImportRun:
    """Write down what was decided about a run that is still open."""
    hold(place.id)
    run = run_at(place.id, run_id)
    if run.is_open:
        run.mapping, run.changed_at = plain_of(mapping), act.at
    return run


def run_at(municipality_id: int, run_id: int) -> ImportRun:
    """The run of this municipality; raises NotHere."""
    run = db.session.scalar(
        select(ImportRun).where(ImportRun.municipality_id == municipality_id, ImportRun.id == run_id)
    )
    if run is None:
        raise NotHere
    return run


def runs_at(municipality_id: int) -> Sequence[ImportRun]:
    """The newest runs of a municipality."""
    statement = select(ImportRun).where(ImportRun.municipality_id == municipality_id)
    return db.session.scalars(statement.order_by(ImportRun.id.desc()).limit(_SHOWN)).all()


def mapping_of(run: ImportRun) -> AgendaMapping:
    """How its sheet is read as far as is decided."""
    plain: dict[str, Any] = run.mapping
    return AgendaMapping.model_validate(plain)
