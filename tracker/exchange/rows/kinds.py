"""What each row of a sheet is where a column tells: a line, an action, a commitment, a milestone, a heading."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.agenda.intake.incoming import Incoming, row_key
from tracker.core.i18n import _l
from tracker.core.sheets import Row, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.layout import Layout
from tracker.exchange.mapping import RowKind, RowType
from tracker.exchange.reading import RowReader
from tracker.territory.rules import name_key

#: Where the name of a line or an action may stand in its own row, in this order.
_NAMED_IN = {
    "line": ("line", "title", "action", "description"),
    "action": ("action", "title", "line", "description"),
}


class Kinds:
    """Goes down a sheet and keeps under which line, action and commitment it is."""

    def __init__(self, row_type: RowType | None, layout: Layout) -> None:
        """Raises MappingError when the column is not there."""
        self._row_type = row_type
        self._column = layout.column(row_type.column) if row_type else None
        words = row_type.words if row_type else {}
        self._words = {_key(word): kind for word, kind in words.items()}
        self._line = self._action = ""
        self._commitment: int | None = None
        self._parents: dict[int, int] = {}

    @property
    def columns(self) -> list[int]:
        """The column that has to be read."""
        return [] if self._column is None else [self._column]

    @property
    def each_its_own(self) -> list[int]:
        """The same column where an empty cell is a word as well: a kind merged over its parts is not theirs."""
        return self.columns if "" in self._words else []

    def kind_of(self, row: RowReader) -> RowKind | None:
        """What the row is; `commitment` where nothing tells. None where its word is unknown, which is a fault."""
        kind = self._kind(row.row)
        if kind is None:
            reason = _l("The mapping does not say what kind of row this is (row_type).")
            row.fault("row_type", reason, self._word(row.row))
        elif kind in _NAMED_IN:
            self._enter(kind, row)
        return kind

    def is_heading(self, row: Row) -> bool:
        """Whether a row is a line or an action."""
        return self._row_type is not None and self._kind(row) in _NAMED_IN

    def _kind(self, row: Row) -> RowKind | None:
        if self._row_type is None:
            return "commitment"
        word = self._word(row)
        if not self._row_type.depths:
            return self._words.get(_key(word))
        depth = len([part for part in re.split(r"[.\-/ ]+", word) if part])
        return self._row_type.depths[depth - 1] if 1 <= depth <= len(self._row_type.depths) else None

    def _word(self, row: Row) -> str:
        return "" if self._column is None else fold(cell_text(row[self._column]))

    def _enter(self, kind: str, row: RowReader) -> None:
        """A line or an action begins."""
        found = (fold(cell_text(row.cell(field))) for field in _NAMED_IN[kind])
        name = next((text for text in found if text), "")
        if kind == "line":
            self._line, self._action = name, ""
        else:
            self._action = name
        self._commitment = None

    def place(self, kind: RowKind, row: RowReader, incoming: Incoming) -> Incoming:
        """The row under the line, the action and the commitment it stands below."""
        if self._row_type is None or incoming.milestone_of:
            return incoming
        if kind == "milestone":
            if self._commitment is None:
                row.fault("row_type", _l("This milestone stands under no commitment."))
                return incoming
            self._parents[incoming.row] = self._commitment
            return replace(incoming, milestone_of=row_key(self._commitment))
        self._commitment = incoming.row
        line, action = incoming.line or self._line, incoming.action or self._action
        given = {name for name, text in (("line", self._line), ("action", self._action)) if text}
        return replace(incoming, line=line, action=action, given=incoming.given | given)

    def adopt(self, rows: Sequence[Incoming], instead: dict[int, int]) -> list[Incoming]:
        """The rows with each milestone naming its commitment by code where it has one.

        `instead` says which row stands for one that was left out; milestones of none are dropped with it.
        """
        by_row = {row.row: row for row in rows}
        answer = []
        for row in rows:
            parent = self._parents.get(row.row)
            if parent is None:
                answer.append(row)
            elif (commitment := by_row.get(instead.get(parent, parent))) is not None:
                answer.append(replace(row, milestone_of=commitment.code or row_key(commitment.row)))
        return answer


def _key(word: str) -> str:
    return name_key(word) if word else ""
