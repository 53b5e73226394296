"""Where the captions of a sheet stand."""

from collections.abc import Sequence
from datetime import date

from tracker.core.sheets import Cell, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.guessing.naming import caption_scores

#: Captions are looked for in so many rows from the top.
_LOOKED_AT = 40
#: No caption is longer, whatever is put into it.
_LONGEST = 200
#: From so much on words in a caption count as a known one.
_KNOWN = 45
_MOST_STACKED = 3


def guess_header(sheet: Sheet) -> tuple[int, ...]:
    """Numbers (from 1) of the rows that hold the captions, several where they are stacked; (1,) at worst."""
    rows = [[_text(cell) for cell in row] for row in sheet.rows[:_LOOKED_AT]]
    scores = [_score(cells, texts) for cells, texts in zip(sheet.rows, rows, strict=False)]
    if not scores or max(scores) <= 0:
        return (1,)
    best = scores.index(max(scores))
    header = [best]
    while len(header) < _MOST_STACKED and header[0] > 0 and _stands_over(sheet, rows, header[0] - 1):
        header.insert(0, header[0] - 1)
    while len(header) < _MOST_STACKED and header[-1] + 1 < len(rows) and _stands_over(sheet, rows, header[-1]):
        header.append(header[-1] + 1)
    return tuple(at + 1 for at in header)


def _text(cell: Cell) -> str:
    return fold(cell_text(cell))


def _score(cells: Sequence[Cell], texts: Sequence[str]) -> float:
    """How much a row looks like captions: known ones, several, different, short, and no figures among them."""
    filled = [(cell, text) for cell, text in zip(cells, texts, strict=True) if text]
    if len(filled) < 2:
        return 0
    known = {
        field
        for _cell, text in filled
        if len(text) <= _LONGEST
        for field, score in caption_scores(text).items()
        if score >= _KNOWN
    }
    figures = sum(isinstance(cell, int | float | date) and not isinstance(cell, bool) for cell, _text in filled)
    long = sum(len(text) > _LONGEST for _cell, text in filled)
    different = len({text.casefold() for _cell, text in filled})
    return 3 * len(known) + min(different, 30) / 2 - 3 * figures - 2 * long - (len(filled) - different)


def _stands_over(sheet: Sheet, rows: Sequence[Sequence[str]], upper: int) -> bool:
    """Whether the captions of a row go on in the next: below a caption over several columns, or beside one."""
    if upper + 1 >= len(rows):
        return False
    above, below = rows[upper], rows[upper + 1]
    width = max(len(above), len(below))
    top = [*above, *[""] * (width - len(above))]
    bottom = [*below, *[""] * (width - len(below))]
    filled = [column for column in range(width) if bottom[column]]
    cells = sheet.rows[upper + 1]
    texts = all(isinstance(cells[column], str) and len(bottom[column]) <= _LONGEST for column in filled)
    if len(filled) < 2 or not texts or sum(bool(text) for text in top) < 2:
        return False
    spans = {
        column
        for merge in sheet.merged
        if merge.top == upper + 1 and merge.bottom == upper + 1 and merge.right > merge.left
        for column in range(merge.left, merge.right + 1)
    }
    gaps = {column for column in range(1, width) if not top[column] and bottom[column]}
    spans |= gaps | {column - 1 for column in gaps}
    return bool(gaps or spans) and all(column in spans or not top[column] for column in filled)
