"""Why nothing came in, as people and programs are told: sheet, row, column, value, reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracker.agenda.intake.incoming import Fault
from tracker.core.sheets import Sheet, shown
from tracker.exchange.layout import Layout

#: So much of a title tells which row it is.
_ABOUT = 80


@dataclass(frozen=True)
class Wrong:
    """One place in the sheet, or the file as a whole (no row). `reason` may be lazy text."""

    sheet: str
    row: int | None
    column: str | None
    value: str
    reason: object
    #: The field of ours, as the mapping's `mends` names it; None where no single field is wrong.
    field: str | None = None
    #: What might be meant, ready to be taken as a mend; None: only a person knows.
    suggestion: str | None = None
    #: What the row is called, or what stands first in it.
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; the reason in the present language."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": str(self.reason),
            "field": self.field,
            "suggestion": self.suggestion,
            "about": self.about,
        }

    def to_line(self) -> str:
        """The same on one line."""
        parts = [self.sheet, *([str(self.row)] if self.row else []), *([self.column] if self.column else [])]
        return f"{' · '.join(parts)}: {f'“{self.value}”: ' if self.value else ''}{self.reason}"


def wrongs_of(sheet: Sheet, layout: Layout, faults: Iterable[Fault]) -> list[Wrong]:
    """Faults as the sheet names them, by row."""
    return [
        Wrong(
            sheet.name,
            fault.row,
            layout.caption_of(fault.field),
            fault.value,
            fault.reason,
            fault.field,
            fault.suggestion,
            _about(sheet, layout, fault.row),
        )
        for fault in sorted(faults, key=lambda fault: fault.row)
    ]


def _about(sheet: Sheet, layout: Layout, number: int) -> str:
    row = sheet.rows[number - 1] if 0 < number <= len(sheet.rows) else []
    titles = [row[at] for at in layout.fields.get("title", ()) if at < len(row)]
    return next((text for cell in (*titles, *row) if (text := shown(cell, _ABOUT))), "")
