"""Which column of a sheet is which field."""

from collections.abc import Sequence

from tracker.core.sheets import Sheet, fold, shown
from tracker.core.sheets.text import cell_text
from tracker.exchange.captions import field_called
from tracker.exchange.guessing.found import ColumnGuess
from tracker.exchange.layout import captions_of, numbered


def guess_columns(sheet: Sheet, header_rows: Sequence[int]) -> list[ColumnGuess]:
    """Every column with a caption or with something below it, from left to right."""
    captions = captions_of(sheet, header_rows)
    below = sheet.rows[header_rows[-1] :]
    answer: list[ColumnGuess] = []
    taken: set[str] = set()
    for at, caption in enumerate(numbered(captions)):
        texts = [fold(cell_text(row[at])) for row in below if at < len(row)]
        filled = [text for text in texts if text]
        if not caption and not filled:
            continue
        field = field_called(captions[at], "agenda") if caption else None
        if field in taken:
            field = None
        taken |= {field} if field else set()
        samples = tuple(shown(text, 60) for text in list(dict.fromkeys(filled))[:3])
        share = len(filled) / len(below) if below else 0.0
        answer.append(ColumnGuess(at, caption, samples, field, "caption" if field else "", round(share, 3)))
    return answer
