"""The words of a column: states, kinds of rows."""

from collections import Counter

from tracker.core.sheets import Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.guessing.found import WordFound
from tracker.exchange.guessing.hints import are_letters, is_letter, kind_hint, stage_hint
from tracker.exchange.layout import Layout, is_blank
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.words import stage_words
from tracker.territory.rules import name_key

#: A column of prose is no column of words: no more different ones are told.
_MOST_WORDS = 200


def words_of(
    sheet: Sheet, layout: Layout, mapping: AgendaMapping, field: str, column: str | None = None
) -> list[WordFound]:
    """Every word below the captions in the column of `state`, or of the mapping's `row_type`, most frequent first.

    For `row_type` the caption of another column may be given, and an empty cell is a word too where others are
    not. Empty words of the mapping are left out. What the mapping says already is the guess, else what is likely.
    """
    if field == "row_type":
        caption = column or (mapping.row_type.column if mapping.row_type else None)
        columns: tuple[int, ...] = () if caption is None else (layout.column(caption),)
    else:
        columns = layout.fields.get(field, ())
    empty = {fold(word).casefold() for word in mapping.empty_words}
    times: Counter[str] = Counter()
    for row in sheet.rows[layout.first_row - 1 :]:
        if not is_blank(row):
            times.update(fold(cell_text(row[at])) if at < len(row) else "" for at in columns)
    if field != "row_type" or not any(times):
        del times[""]
    found = [(word, count) for word, count in times.most_common(_MOST_WORDS) if word.casefold() not in empty]
    if field == "row_type":
        said: dict[str, str] = {}
        if mapping.row_type and column in (None, mapping.row_type.column):
            said = {name_key(word): kind for word, kind in mapping.row_type.words.items()}
        lettered = are_letters({word for word, _count in found})
        return [WordFound(word, count, said.get(name_key(word)) or _kind(word, lettered)) for word, count in found]
    closed = stage_words(mapping.states)
    return [WordFound(word, count, closed.get(name_key(word)) or stage_hint(word)) for word, count in found]


def _kind(word: str, lettered: bool) -> str | None:
    if not word:
        return "commitment"
    return None if is_letter(word) and not lettered else kind_hint(word)
