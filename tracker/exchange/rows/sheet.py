"""The rows of an agenda sheet as checked `Incoming`, with what had to be treated and what cannot come in."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count

from tracker.agenda.intake.incoming import Fault, Incoming
from tracker.agenda.intake.stock import title_key
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import Grid, Notes, RowReader, Treated
from tracker.exchange.rows.row import Ways, read_row
from tracker.exchange.words import outcome_words, stage_words
from tracker.territory.rules import name_key


def read_rows(
    sheet: Sheet, layout: Layout, mapping: AgendaMapping, day: date, decimal_sign: str
) -> tuple[list[Incoming], Notes]:
    """Rows that can be told apart, and what was noted of all; they may come in when there are no faults.

    `day` is the local day of the import; `decimal_sign` holds where the file itself does not tell.

    Raises MappingError when the mapping names a column that is not there.
    """
    notes = Notes()
    treat = mapping.treat
    named = re.findall(r"\{([^{}]+)\}", mapping.compose_code or "")
    code_columns = {caption: layout.column(caption) for caption in named}
    share_column = layout.column(treat.progress_share_of) if treat.progress_share_of else None
    grid = Grid(
        sheet,
        layout,
        empty_words=mapping.empty_words,
        fill_down=mapping.fill_down,
        skip_when=treat.skip_when,
        others={*code_columns.values(), *([] if share_column is None else [share_column])},
    )
    composed = {"code"} if mapping.compose_code else set()
    ways = Ways(
        mapping=mapping,
        day=day,
        decimal_sign=sheet.decimal_sign or decimal_sign,
        given=frozenset({*layout.fields, *mapping.constants, *composed}),
        stages=stage_words(mapping.states),
        outcomes=outcome_words(),
        share_column=share_column,
        code_columns=code_columns,
    )
    incoming = [
        read_row(RowReader(number, row, layout, mapping.constants, notes), ways) for number, row in grid.rows(notes)
    ]
    nameless = {fault.row for fault in notes.faults if fault.field in ("code", "milestone_of")}
    nameless |= {row.row for row in incoming if not row.code and not row.title}
    incoming = _settle_repeats([row for row in incoming if row.row not in nameless], mapping.repeated, notes)
    return incoming, notes


def _settle_repeats(rows: Sequence[Incoming], how: str | None, notes: Notes) -> list[Incoming]:
    """A code, or title and unit, that stands twice: a fault naming both rows, or as the mapping says."""
    first: dict[Hashable, Incoming] = {}
    answer: dict[int, Incoming] = {}
    taken = {row.code.lower() for row in rows if row.code and not row.milestone_of}
    times: dict[Hashable, int] = {}
    replaced: list[Treated] = []
    for row in rows:
        key = _identity(row)
        if key is None or key not in first:
            if key is not None:
                first[key] = row
            answer[row.row] = row
            continue
        before = first[key]
        if how is None:
            field = "code" if row.code else "title"
            reason = _l(
                "Row %(row)s has the same. Correct one of them, or say repeated in a mapping.", row=before.row
            )
            notes.faults.append(Fault(row.row, field, row.code or row.title, reason))
            continue
        if how == "last":
            del answer[before.row]
            answer[row.row] = first[key] = row
            replaced.append(Treated("repeated", before.row, before.code or before.title))
            continue
        times[key] = times.get(key, 0) + 1
        notes.treated.append(Treated("repeated", row.row, row.code or row.title))
        answer[row.row] = _numbered(row, times[key], taken) if row.code else replace(row, ordinal=times[key])
    gone = {treated.row for treated in replaced}
    notes.treated = [treated for treated in notes.treated if treated.row not in gone] + replaced
    return list(answer.values())


def _identity(row: Incoming) -> Hashable | None:
    """What makes two rows the same; milestones without a code are told apart later, by their dates too."""
    if row.milestone_of:
        return ("milestone", row.milestone_of.lower(), row.code.lower()) if row.code else None
    if row.code:
        return "code", row.code.lower()
    return "title", title_key(row.title), name_key(row.unit)


def _numbered(row: Incoming, time: int, taken: set[str]) -> Incoming:
    """The same row under the next free code: X-2, X-3 …"""
    for number in count(time + 1):
        code = f"{row.code[: 39 - len(str(number))]}-{number}"
        if code.lower() not in taken:
            break
    taken.add(code.lower())
    return replace(row, code=code)
