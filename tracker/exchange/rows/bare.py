"""Rows of a sheet that have a title and nothing else: totals, signatures, notes below the table."""

import re
from collections.abc import Mapping

from tracker.core.sheets import Row, Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.layout import Layout
from tracker.territory.rules import name_key

#: What tells that a row is about something that somebody does.
_TELLING = (
    *(
        "code",
        "unit",
        "co_units",
        "partner",
        "responsible",
        "start_on",
        "due_on",
        "completed_on",
        "state",
        "progress",
    ),
    *("quantity", "delivered", "milestone_of"),
)
#: So many columns of these have to be there before an empty row says anything.
_ENOUGH = 2
_BEGINS = re.compile(
    r"(?:sub ?)?total(?:es|is)?\b|suma\b|soma\b|somme\b|elabor|revis[oa]\b|revisad|revu\b|aprob[oa]|aprobad|aprovad"
    r"|autoriz|verific[oa]\b|firma\b|assinatura\b|signature\b|vo bo\b|fuente\b|fonte\b|source\b|notas?\b|note\b"
    r"|observaci|prepared by|prepare par|etabli par"
)


def bare_rows(sheet: Sheet, layout: Layout, mended: Mapping[int, object]) -> frozenset[int]:
    """Numbers of rows that promise nothing: called like a total or a signature, or below the last full row.

    Rows that a person has mended are what that person says.
    """
    columns = [at for field in _TELLING for at in layout.fields.get(field, ())]
    if sum(field in layout.fields for field in _TELLING) < _ENOUGH:
        return frozenset()
    numbered = list(enumerate(sheet.rows[layout.first_row - 1 :], layout.first_row))
    full = [number for number, row in numbered if any(_says(row, at) for at in columns)]
    last = full[-1] if full else len(sheet.rows)
    title = layout.fields["title"][0]
    empty = set(range(layout.first_row, len(sheet.rows) + 1)) - set(full) - set(mended)
    return frozenset(
        number
        for number, row in numbered
        if number in empty
        and _says(row, title)
        and (number > last or _BEGINS.match(name_key(cell_text(row[title]))))
    )


def _says(row: Row, at: int) -> bool:
    return at < len(row) and bool(fold(cell_text(row[at])))
