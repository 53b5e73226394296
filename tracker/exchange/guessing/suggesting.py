"""A mapping put together from all the guesses about a sheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tracker.core.sheets import Cell, Row, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.captions import AGENDA
from tracker.exchange.cells import is_year
from tracker.exchange.guessing.above import reported_on, unit_named
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.content import NOTHING
from tracker.exchange.guessing.found import ColumnGuess
from tracker.exchange.guessing.header import guess_header
from tracker.exchange.guessing.hints import KIND_CAPTIONS
from tracker.exchange.guessing.scales import date_order, percent_scale
from tracker.exchange.guessing.words import words_of
from tracker.exchange.layout import Layout, is_blank, layout_of
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.rows.units import EVERY_UNIT
from tracker.exchange.words import stage_words
from tracker.territory.rules import name_key

_EVERY = frozenset(name_key(words) for words in EVERY_UNIT)
#: A unit above the sheet is meant where fewer rows than that name one.
_FEW = 0.5
#: Where prose may stand, which nothing is read into.
_PROSE = ("title", "description", "verification", "closing_note")


def suggest_mapping(
    sheet: Sheet, header_rows: tuple[int, ...] | None = None, chosen: Mapping[str, str] | None = None
) -> AgendaMapping:
    """How the sheet is likely to be read, as a first answer that a person corrects.

    With `header_rows` the captions stand there; else they are guessed too. What was `chosen` for captions counts
    more than what is guessed for them.
    """
    rows = header_rows or guess_header(sheet)
    guesses = guess_columns(sheet, rows)
    if chosen is not None:
        fields = {caption: field for caption, field in chosen.items() if field in AGENDA}
        guesses = [replace(guess, field=fields.get(guess.caption)) for guess in guesses]
    by_field = {guess.field: guess for guess in guesses if guess.field and guess.caption}
    said: dict[str, Any] = {
        "sheet": sheet.name if sheet.names else None,
        "header_rows": rows,
        "columns": {guess.caption: guess.field for guess in guesses if guess.field and guess.caption},
        "as_of": reported_on(sheet, rows),
    }
    below = [row for row in sheet.rows[rows[-1] :] if not is_blank(row)]
    columns = {field: _column(below, guess.index) for field, guess in by_field.items()}
    said["empty_words"] = _empty_words(columns)
    if "progress" in columns:
        said["percent_scale"] = percent_scale(columns["progress"])
    said["date_order"] = date_order([cell for f in ("start_on", "due_on") for cell in columns.get(f, ())])
    named = unit_named(sheet, rows)
    if named and ("unit" not in by_field or by_field["unit"].share_filled < _FEW):
        said["constants"] = {"unit": named}
    said |= _units(columns)
    if any(guess.merged for guess in by_field.values()):
        said["fill_merged"] = True
    treat: dict[str, Any] = {}
    if any(is_year(cell) for cell in columns.get("due_on", ())):
        treat["year"] = "last_day"
    if "progress" in columns and "state" not in columns:
        treat["done_when_progress"] = 100
    mapping = AgendaMapping.model_validate(said | {"treat": treat})
    return _with_words(sheet, mapping, guesses, by_field) if "title" in by_field else mapping


def _column(rows: Sequence[Row], at: int) -> list[Cell]:
    return [row[at] for row in rows if at < len(row) and fold(cell_text(row[at]))]


def _empty_words(columns: dict[str, list[Cell]]) -> list[str]:
    """What stands for nothing somewhere in a column that is read, as it is written there."""
    found: dict[str, None] = {}
    for field, cells in columns.items():
        if field not in _PROSE:
            texts = (fold(cell) for cell in cells if isinstance(cell, str) and len(cell) <= 20)
            found |= {text: None for text in texts if (name_key(text) or text) in NOTHING or text == "#N/A"}
    return list(found)[:20]


def _units(columns: dict[str, list[Cell]]) -> dict[str, Any]:
    texts = [cell for field in ("unit", "co_units") for cell in columns.get(field, ()) if isinstance(cell, str)]
    said: dict[str, Any] = {}
    every = dict.fromkeys(fold(text) for text in texts if name_key(text) in _EVERY)
    if every:
        said["all_units"] = list(every)
    several = [
        text for text in columns.get("unit", ()) if isinstance(text, str) and re.search(r"\S\s*[;\n]\s*\S", text)
    ]
    if several or _joined_names(texts):
        said["split_units"] = True
    return said


def _joined_names(texts: Sequence[str]) -> bool:
    """Whether a cell puts together, with a comma or "y", what stands alone in others."""
    alone = {name_key(text) for text in texts}
    for text in dict.fromkeys(texts):
        pieces = [name_key(piece) for piece in re.split(r"\s*[,/]\s*|\s+(?:y|e|et|and)\s+|\s+-\s+", text)]
        if len(pieces) > 1 and sum(piece in alone for piece in pieces) == len(pieces):
            return True
    return False


def _with_words(
    sheet: Sheet, mapping: AgendaMapping, guesses: Sequence[ColumnGuess], by_field: dict[str, ColumnGuess]
) -> AgendaMapping:
    layout = layout_of(sheet, mapping.header_rows, mapping.columns, "agenda", "title")
    said: dict[str, Any] = mapping.model_dump()
    closed = stage_words({})
    states = words_of(sheet, layout, mapping, "state") if "state" in by_field else []
    said["states"] = {s.word: s.guess for s in states if s.guess and name_key(s.word) not in closed}
    kind = _kind_column(sheet, layout, mapping, guesses)
    if kind is not None:
        said["row_type"] = kind
    if _has_untitled(sheet, layout):
        said["treat"]["skip_when"] = [{"column": by_field["title"].caption, "empty": True}]
    return AgendaMapping.model_validate(said)


def _kind_column(
    sheet: Sheet, layout: Layout, mapping: AgendaMapping, guesses: Sequence[ColumnGuess]
) -> dict[str, Any] | None:
    """A column whose words say what each row is, where it knows two kinds at least."""
    for guess in guesses:
        if name_key(guess.caption.partition("#")[0]) not in KIND_CAPTIONS or guess.field not in (
            None,
            "code",
            "line",
        ):
            continue
        words = words_of(sheet, layout, mapping, "row_type", guess.caption)
        known = {word.word: word.guess for word in words if word.guess}
        if len(words) <= 20 and len(set(known.values())) > 1 and len(known) * 2 >= len(words):
            return {"column": guess.caption, "words": known}
    return None


def _has_untitled(sheet: Sheet, layout: Layout) -> bool:
    """Whether rows stand there that promise nothing: headings, totals."""
    at = layout.fields["title"][0]
    rows = (row for row in sheet.rows[layout.first_row - 1 :] if not is_blank(row))
    return any(at >= len(row) or not fold(cell_text(row[at])) for row in rows)
