"""An agenda as a workbook to go on working in: codes locked, what is typed checked, and it knows when it left."""

from collections.abc import Iterable
from typing import BinaryIO

from tracker.core.sheets import OutCell
from tracker.core.sheets.workbooks import Column, new_book
from tracker.exchange.back.marks import marks_of
from tracker.exchange.back.note import REF, SHEET, first_lines
from tracker.exchange.leaving.columns import ORDER, columns_of, lists_of
from tracker.exchange.leaving.rows import Leaving
from tracker.exchange.leaving.selection import Selection
from tracker.exchange.wording import in_words

#: Rows below the last one in which what is typed is checked as well.
_ROOM = 1_000


def write_workbook(target: BinaryIO, selection: Selection, rows: Iterable[Leaving]) -> None:
    """Write rows of the selection, one by one."""
    place, locale = selection.place, selection.locale
    fields = [field for field in ORDER if field in selection.fields]
    lists = lists_of(locale, selection.offered)
    with new_book(target, f"{place.name} ({place.code})") as book:
        columns = [*columns_of(fields, locale), Column(REF, hidden=True, locked=True)]
        table = book.table("Agenda", columns)
        places = book.lists("lists", lists)
        note = book.lines(SHEET, (), hidden=True)
        for line in first_lines(place.code, selection.at, fields):
            note.add(*line)
        for row in rows:
            said = in_words(row.cells, locale)
            cells: list[OutCell] = [said.get(field) for field in fields]
            table.add([*cells, row.ref], quiet=row.milestone_id is not None)
            code, milestone_of = str(row.cells["code"] or ""), str(row.cells.get("milestone_of") or "")
            note.add(row.ref, code, milestone_of, marks_of(fields, row.cells))
        table.end(_ROOM, places, protected=True)
