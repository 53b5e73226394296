"""What a person should know about a sheet before it is read."""

from collections.abc import Sequence

from tracker.core.i18n import _l
from tracker.core.sheets import Sheet
from tracker.exchange.cells.periods import names_month
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.header import guess_header
from tracker.exchange.headings import captions_of

#: Captions that are months or weeks from which on a sheet is a drawn schedule.
_DRAWN = 3
_NAMED = 3


def remarks_on(sheet: Sheet, header_rows: Sequence[int]) -> list[object]:
    """Why a sheet cannot be read as it stands, and what would help (lazy texts); none where nothing is odd."""
    fields = {guess.field for guess in guess_columns(sheet, header_rows)}
    remarks = [] if "due_on" in fields else drawn_schedule(sheet, header_rows)
    if "title" not in fields:
        remarks.append(_l("No column looks like what is promised. Say which one it is."))
    return remarks


def drawn_schedule(sheet: Sheet, header_rows: Sequence[int]) -> list[object]:
    """What to say (lazy text) where days stand under captions of months and weeks; nothing where they do not."""
    months = list(dict.fromkeys(caption for caption in captions_of(sheet, header_rows) if names_month(caption)))
    if len(months) < _DRAWN:
        return []
    return [
        _l(
            "This is a drawn schedule: its days stand under months and weeks (%(names)s …) and are not read. "
            "Give each row its due date in a column of its own, or enter the dates after the import.",
            names=", ".join(f"“{month}”" for month in months[:_NAMED]),
        )
    ]


def ways_out(sheet: Sheet) -> list[object]:
    """What would help where captions that are known to the letter are missing (lazy texts)."""
    header = guess_header(sheet)
    titles = [guess.caption for guess in guess_columns(sheet, header) if guess.field == "title" and guess.caption]
    looks = [
        _l("Column “%(caption)s” looks like what is promised: name it in a mapping.", caption=caption)
        for caption in titles
    ]
    return [*remarks_on(sheet, header), *looks]
