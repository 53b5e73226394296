"""How a municipality's sheets were read the last time, so that the same form next quarter needs no work."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.sheets import Sheet, SheetError, read_sheet
from tracker.exchange.layout import captions_of, layout_of
from tracker.exchange.mapping import AgendaMapping, MappingError
from tracker.exchange.models import ImportRun, RememberedMapping

#: Decided about single rows of one sheet, or about its day: means nothing for the next one.
_OF_ONE_SHEET = ("mends", "leave_out", "as_of")
#: A municipality has few forms; more are not tried.
_TRIED = 20


def remember(act: Act, municipality_id: int, content: bytes, run: ImportRun, mapping: AgendaMapping) -> None:
    """Keep how this sheet was read, by its captions."""
    sheet = read_sheet(content, run.file_name, mapping.sheet)
    key = fingerprint(captions_of(sheet, mapping.header_rows or (1,)))
    kept = db.session.get(RememberedMapping, (municipality_id, key))
    if kept is None:
        kept = RememberedMapping(municipality_id=municipality_id, fingerprint=key, mapping={}, changed_at=act.at)
        db.session.add(kept)
    kept.mapping, kept.changed_at = for_the_next(mapping), act.at


def mark_of(content: bytes) -> str:
    """Equal for equal files alone."""
    return hashlib.sha256(content).hexdigest()


def recall_same(municipality_id: int, content: bytes) -> AgendaMapping | None:
    """How this very file was read when it came in, with the cells that were mended by hand."""
    mark = mark_of(content)
    came_in = ImportRun.municipality_id == municipality_id, ImportRun.state.in_(("done", "undone"))
    runs = db.session.execute(
        select(ImportRun.result, ImportRun.mapping).where(*came_in).order_by(ImportRun.id.desc()).limit(_TRIED)
    )
    return next((AgendaMapping.model_validate(run.mapping) for run in runs if run.result.get("mark") == mark), None)


def for_the_next(mapping: AgendaMapping) -> dict[str, Any]:
    """The mapping without what was decided about rows of this one sheet."""
    plain = plain_of(mapping)
    plain["matches"] = {row: code for row, code in mapping.matches.items() if not row.isdigit()}
    return {name: value for name, value in plain.items() if name not in _OF_ONE_SHEET and value != {}}


def recall(municipality_id: int, sheets: Sequence[Sheet]) -> AgendaMapping | None:
    """How one of these sheets was read before: the same captions, or all of those that were used then."""
    kept = db.session.scalars(
        select(RememberedMapping)
        .where(RememberedMapping.municipality_id == municipality_id)
        .order_by(RememberedMapping.changed_at.desc())
        .limit(_TRIED)
    ).all()
    for sheet in sheets:
        for known in kept:
            mapping = AgendaMapping.model_validate(known.mapping)
            if _fits(sheet, mapping, known.fingerprint):
                return mapping.model_copy(update={"sheet": sheet.name if sheet.names else None})
    return None


def fingerprint(captions: Sequence[str]) -> str:
    """Equal for equal captions in equal order; capitals do not count."""
    return hashlib.sha256("\n".join(caption.casefold() for caption in captions).encode()).hexdigest()


def plain_of(mapping: AgendaMapping) -> dict[str, Any]:
    """As JSON holds it and as `flask agenda import --mapping` takes it, without what is not said."""
    return mapping.model_dump(mode="json", exclude_defaults=True)


def sheet_called(content: bytes, file_name: str, name: str | None) -> Sheet | None:
    """The sheet, or None where it cannot be read."""
    try:
        return read_sheet(content, file_name, name)
    except SheetError:
        return None


def _fits(sheet: Sheet, mapping: AgendaMapping, key: str) -> bool:
    rows = mapping.header_rows or (1,)
    if rows[-1] >= len(sheet.rows) or not mapping.columns:
        return False
    if fingerprint(captions_of(sheet, rows)) == key:
        return True
    try:
        layout_of(sheet, rows, mapping.columns, "agenda", "title")
    except MappingError:
        return False
    return True
