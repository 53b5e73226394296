"""The words of a column: states, kinds of rows."""

from collections import Counter

from tracker.core.sheets import Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.guessing.found import WordFound
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.words import stage_words
from tracker.territory.rules import name_key


def words_of(sheet: Sheet, layout: Layout, mapping: AgendaMapping, field: str) -> list[WordFound]:
    """Every word below the captions in the column of `state`, or of the mapping's `row_type`, most frequent first.

    Empty words of the mapping are left out. What the mapping says already is the guess.
    """
    if field == "row_type":
        columns: tuple[int, ...] = (layout.column(mapping.row_type.column),) if mapping.row_type else ()
    else:
        columns = layout.fields.get(field, ())
    empty = {fold(word).casefold() for word in mapping.empty_words}
    times: Counter[str] = Counter()
    for row in sheet.rows[layout.first_row - 1 :]:
        times.update(word for at in columns if at < len(row) and (word := fold(cell_text(row[at]))))
    said: dict[str, str] = stage_words(mapping.states) if field == "state" else {}
    if field == "row_type" and mapping.row_type:
        said = {name_key(word): kind for word, kind in mapping.row_type.words.items()}
    found = [(word, count) for word, count in times.most_common() if word.casefold() not in empty]
    return [WordFound(word, count, said.get(name_key(word))) for word, count in found]
