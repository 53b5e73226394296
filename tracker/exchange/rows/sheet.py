"""The rows of an agenda sheet as checked `Incoming`, with what had to be treated and what cannot come in."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count

from tracker.agenda.intake.incoming import Fault, Incoming
from tracker.agenda.intake.stock import title_key
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet, shown
from tracker.exchange.cells.days import Years
from tracker.exchange.layout import Layout
from tracker.exchange.leaving.example import is_example
from tracker.exchange.mapping import AgendaMapping, MappingError
from tracker.exchange.reading import Grid, Notes, RowReader, Treated
from tracker.exchange.rows.bare import bare_rows
from tracker.exchange.rows.figures import has_shares
from tracker.exchange.rows.kinds import Kinds
from tracker.exchange.rows.row import Ways, read_row
from tracker.exchange.rows.years import suggested_year
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
    kinds = Kinds(mapping.row_type, layout)
    mends = _mends(mapping, sheet, layout)
    grid = Grid(
        sheet,
        layout,
        empty_words=mapping.empty_words,
        fill_down=mapping.fill_down,
        fill_merged=mapping.fill_merged,
        skip_when=treat.skip_when,
        others={*code_columns.values(), *kinds.columns, *([] if share_column is None else [share_column])},
        mends=mends,
        leave_out=mapping.leave_out,
        is_heading=kinds.is_heading,
        each_its_own=kinds.each_its_own,
    )
    composed = {"code"} if mapping.compose_code else set()
    sign = sheet.decimal_sign or decimal_sign
    ways = Ways(
        mapping=mapping,
        day=day,
        decimal_sign=sign,
        given=frozenset({*layout.fields, *mapping.constants, *composed}),
        stages=stage_words(mapping.states),
        outcomes=outcome_words(),
        share_column=share_column,
        shares=has_shares(sheet.rows[layout.first_row - 1 :], layout.fields.get("progress", ()), sign),
        code_columns=code_columns,
        years=Years(mapping.assume_year, suggested_year(sheet, layout, mapping)),
    )
    # Our own captions are written by people who know what a row is.
    asked = mapping.columns is not None and mapping.row_type is None and mapping.bare_rows is None
    bare = bare_rows(sheet, layout, mends) if asked else frozenset()
    incoming = []
    for number, row in grid.rows(notes):
        reader = RowReader(number, row, layout, mapping.constants, notes, mends.get(number, {}))
        if is_example(reader.cell("code"), reader.cell("title")):
            notes.treated.append(Treated("example", number, shown(reader.cell("title"))))
            notes.skipped.append(number)
            continue
        kind = kinds.kind_of(reader)
        if number in bare and kind == "commitment":
            reader.fault("title", _l("This looks like no commitment: nothing but a title stands in its row."))
            continue
        if kind in ("commitment", "milestone"):
            notes.treated += [Treated("mends", number, shown(value)) for value in reader.mended.values()]
            incoming.append(_matched(kinds.place(kind, reader, read_row(reader, ways)), mapping))
        elif kind is not None:
            notes.skipped.append(number)
    nameless = {fault.row for fault in notes.faults if fault.field in ("code", "milestone_of")}
    nameless |= {row.row for row in incoming if not row.code and not row.title}
    incoming = [row for row in incoming if row.row not in nameless]
    settled, instead = _settle_repeats(incoming, mapping.repeated, notes)
    return kinds.adopt(settled, instead), notes


def _mends(mapping: AgendaMapping, sheet: Sheet, layout: Layout) -> dict[int, dict[str, str | None]]:
    """The mapping's mends by row; raises MappingError for rows that are not there."""
    mends = {int(number): mended for number, mended in mapping.mends.items()}
    wrong = [n for n in [*mends, *mapping.leave_out] if not layout.first_row <= n <= len(sheet.rows)]
    if wrong:
        reason = _l("The mapping speaks of row %(row)s, which the sheet does not have.", row=wrong[0])
        raise MappingError([reason])
    return mends


def _matched(row: Incoming, mapping: AgendaMapping) -> Incoming:
    """The row with the code of the commitment that a person said it is about."""
    if row.milestone_of or not mapping.matches:
        return row
    code = mapping.matches.get(str(row.row)) or mapping.matches.get(row.title)
    return replace(row, code=code, given=row.given | {"code"}) if code else row


def _settle_repeats(
    rows: Sequence[Incoming], how: str | None, notes: Notes
) -> tuple[list[Incoming], dict[int, int]]:
    """A code, or title and unit, that stands twice: a fault naming both rows, or as the mapping says.

    Also says which row stands for one that is gone.
    """
    first: dict[Hashable, Incoming] = {}
    answer: dict[int, Incoming] = {}
    taken = {row.code.lower() for row in rows if row.code and not row.milestone_of}
    times: dict[Hashable, int] = {}
    replaced: list[Treated] = []
    instead: dict[int, int] = {}
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
            instead = {gone: row.row if kept == before.row else kept for gone, kept in instead.items()}
            instead[before.row] = row.row
            replaced.append(Treated("repeated", before.row, before.code or before.title))
            continue
        times[key] = times.get(key, 0) + 1
        notes.treated.append(Treated("repeated", row.row, row.code or row.title))
        answer[row.row] = _numbered(row, times[key], taken) if row.code else replace(row, ordinal=times[key])
    gone = {treated.row for treated in replaced}
    notes.treated = [treated for treated in notes.treated if treated.row not in gone] + replaced
    return list(answer.values()), instead


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
