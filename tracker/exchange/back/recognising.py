"""Whether a file is a workbook that left from here; then its rows are settled before they are read."""

from datetime import date

from tracker.core.sheets import Sheet, SheetError
from tracker.exchange.back.coming import Back
from tracker.exchange.back.matching import ref_column
from tracker.exchange.back.note import read_note
from tracker.exchange.back.settling import settle
from tracker.exchange.back.telling import another_place, notices_of, without_note
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.rules import Place


def recognise(
    place: Place, day: date, content: bytes, file_name: str, sheet: Sheet, layout: Layout, mapping: AgendaMapping
) -> tuple[Sheet, Back | None, list[object]]:
    """The sheet as it is to be read, what was found where it is ours, and what is to be said about it.

    Raises SheetError for a workbook that left from another municipality. The municipality is held.
    """
    if ref_column(layout) is None:
        return sheet, None, []
    note = read_note(content, file_name)
    if note is None:
        return sheet, None, [without_note()]
    if note.municipality != place.code:
        raise SheetError(another_place(note.municipality))
    settled, back = settle(place, day, sheet, layout, note, mapping)
    return settled, back, notices_of(back)
