"""What a person decides about a sheet, as lines of its mapping. Plain values in, a new mapping out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.exchange.bringing.kinds import NEEDED
from tracker.exchange.bringing.remembering import plain_of
from tracker.exchange.guessing import ColumnGuess, WordFound
from tracker.exchange.mapping import AgendaMapping

#: In place of a field: the column tells what each row is.
ROW_TYPE = "row_type"
_TREATED = {"undated", "drop_start", "clamp", "cut"}


def with_sheet(mapping: AgendaMapping, sheet: str | None, header_rows: tuple[int, ...]) -> AgendaMapping:
    """Another sheet or other captions: what was said about columns and rows holds no more."""
    if (mapping.sheet, mapping.header_rows) == (sheet, header_rows):
        return mapping
    return AgendaMapping(sheet=sheet, header_rows=header_rows, date_order=mapping.date_order)


def with_columns(
    mapping: AgendaMapping, chosen: Mapping[str, str], suggested: AgendaMapping, kinds: Sequence[WordFound] = ()
) -> AgendaMapping:
    """Caption → field, as chosen; what a suggestion says about these columns beside is taken over the first time.

    `kinds` are the words of the column that tells what a row is, where one was chosen.
    """
    first = mapping.columns is None
    base = suggested if first else mapping
    plain = plain_of(base) | {"sheet": mapping.sheet, "header_rows": list(mapping.header_rows or (1,))}
    columns = {caption: field for caption, field in chosen.items() if field and field != ROW_TYPE}
    plain["columns"] = columns
    plain["fill_down"] = [name for name in base.fill_down if name in columns or name in columns.values()]
    row_type = next((caption for caption, field in chosen.items() if field == ROW_TYPE), None)
    if row_type is None:
        plain.pop("row_type", None)
    elif base.row_type is None or base.row_type.column != row_type:
        words = {found.word: found.guess or "commitment" for found in kinds}
        plain["row_type"] = {"column": row_type, "words": words or {"—": "commitment"}}
    return _made(plain)


def with_words(
    mapping: AgendaMapping,
    states: Mapping[str, str],
    kinds: Mapping[str, str],
    *,
    date_order: str,
    percent_scale: str,
    as_of: date | None,
) -> AgendaMapping:
    """Words of the sheet → stages and kinds of rows; a word without a choice stays open."""
    plain = plain_of(mapping)
    known = set(states)
    kept = {word: stage for word, stage in mapping.states.items() if word not in known}
    plain["states"] = kept | {word: stage for word, stage in states.items() if stage}
    if mapping.row_type is not None and mapping.row_type.words:
        words = {**mapping.row_type.words, **{word: kind for word, kind in kinds.items() if kind}}
        plain["row_type"] = {"column": mapping.row_type.column, "words": words}
    plain |= {"date_order": date_order, "percent_scale": percent_scale or None}
    plain["as_of"] = as_of.isoformat() if as_of else None
    return _made(plain)


def for_all(mapping: AgendaMapping, kind: str, choice: str, faults: Iterable[Mapping[str, Any]]) -> AgendaMapping:
    """One choice for all faults of a kind."""
    plain = plain_of(mapping)
    treat = dict(plain.get("treat", {}))
    if choice == "out":
        rows = {int(fault["row"]) for fault in faults}
        plain["leave_out"] = sorted({*mapping.leave_out, *rows})
    elif choice == "empty":
        _mend_all(plain, (fault for fault in faults if fault["field"] not in NEEDED), None)
    elif choice == "proposed" and kind == "bad_date":
        # A line of the mapping, so that the next sheet of this form needs no answer.
        treat["date_slips"] = "proposed"
    elif choice == "proposed":
        _mend_all(plain, (fault for fault in faults if fault["suggestion"]), "suggestion")
    elif choice in _TREATED:
        treat |= _TREATMENTS[kind]
    elif kind in _LINES:
        plain[_LINES[kind]] = choice
    elif kind == "unit":
        plain["create_units"] = True
    elif kind in ("copied", "code_changed"):
        plain["back"] = {**plain.get("back", {}), _OF_ROWS[kind]: choice}
    if treat:
        plain["treat"] = treat
    return _made(plain)


def _mend_all(plain: dict[str, Any], faults: Iterable[Mapping[str, Any]], by: str | None) -> None:
    """Each cell becomes what its fault holds under this name, or nothing."""
    for fault in faults:
        _mend(plain, int(fault["row"]), str(fault["field"]), str(fault[by]) if by else None)


#: Line of the mapping in which the choice stands as it is.
_LINES = {"share": "percent_scale", "one": "percent_one", "no_commitment": "bare_rows", "repeated": "repeated"}
#: Line of what is decided about a workbook that comes back.
_OF_ROWS = {"copied": "copies", "code_changed": "codes"}
_TREATMENTS: dict[str, dict[str, Any]] = {
    "bad_date": {"bad_date": "undated"},
    "no_date": {"empty_due_date": "undated"},
    "early": {"due_before_start": "drop_start"},
    "range": {"clamp": ["progress"]},
    "long_title": {"long_title": "cut"},
}


def for_cell(mapping: AgendaMapping, row: int, field: str, how: str, text: str) -> AgendaMapping:
    """One cell: mended with a text, entered as nothing, or its row left out."""
    plain = plain_of(mapping)
    if how == "out":
        plain["leave_out"] = sorted({*mapping.leave_out, row})
    elif how == "empty":
        _mend(plain, row, field, None)
    else:
        _mend(plain, row, field, text)
    return _made(plain)


def for_likeness(mapping: AgendaMapping, row: int, code: str | None) -> AgendaMapping:
    """A row is about this commitment of the agenda, or about none of them."""
    plain = plain_of(mapping)
    plain["matches"] = {**mapping.matches, str(row): code}
    return _made(plain)


def for_unit(mapping: AgendaMapping, name: str, unit: str) -> AgendaMapping:
    """A name in the sheet means this unit; its own name again: it is another one than those it looks like."""
    plain = plain_of(mapping)
    plain["units"] = {**mapping.units, name: unit}
    return _made(plain)


def for_conflicts(mapping: AgendaMapping, decided: Mapping[str, tuple[str, str]]) -> AgendaMapping:
    """Conflicts of a workbook that comes back: key → (whose value counts, what it was decided about)."""
    plain = plain_of(mapping)
    back = dict(plain.get("back", {}))
    choices = {key: {"take": take, "over": over} for key, (take, over) in decided.items()}
    plain["back"] = {**back, "choices": {**back.get("choices", {}), **choices}}
    return _made(plain)


def chosen_columns(mapping: AgendaMapping, guesses: Sequence[ColumnGuess]) -> dict[str, str]:
    """Caption → field as it stands: what was chosen, else what is guessed."""
    if mapping.columns is None:
        return {guess.caption: guess.field or "" for guess in guesses if guess.caption}
    said = {caption.casefold(): field for caption, field in mapping.columns.items()}
    if mapping.row_type is not None:
        said[mapping.row_type.column.casefold()] = ROW_TYPE
    return {guess.caption: said.get(guess.caption.casefold(), "") for guess in guesses if guess.caption}


def _mend(plain: dict[str, Any], row: int, field: str, value: str | None) -> None:
    mends = {key: dict(held) for key, held in plain.get("mends", {}).items()}
    mends.setdefault(str(row), {})[field] = value
    plain["mends"] = mends


def _made(plain: dict[str, Any]) -> AgendaMapping:
    return AgendaMapping.model_validate(plain)
