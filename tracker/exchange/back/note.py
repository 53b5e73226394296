"""What a workbook remembers of how things stood when it left, on a sheet that people do not see.

First line: what this is, the version of its form, the municipality's code, the instant. Second line: the fields
that have marks. Then a line for each row: its name, its code, the code it is a milestone of, its marks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.core.sheets import SheetError, read_sheet
from tracker.core.sheets.text import cell_text

SHEET = "exported"
#: Caption of the hidden column in which each row carries its name.
REF = "compromiso:ref"
_KIND, _VERSION = "compromiso", "1"


@dataclass(frozen=True)
class Left:
    """One row as it left."""

    code: str
    #: Code of its commitment for a milestone, else empty.
    milestone_of: str
    #: Field → mark; a field that had no column is missing.
    marks: Mapping[str, str]


@dataclass(frozen=True)
class Note:
    """When and from where a workbook left, and its rows by name."""

    municipality: str
    at: datetime
    rows: Mapping[str, Left]


def first_lines(municipality: str, at: datetime, fields: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What stands above the lines of rows."""
    yield _KIND, _VERSION, municipality, at.isoformat()
    yield tuple(fields)


def read_note(content: bytes, name: str) -> Note | None:
    """The note of a file that we wrote and somebody may have saved since; None where there is none."""
    try:
        lines = [[cell_text(cell) for cell in row] for row in read_sheet(content, name, SHEET).rows]
        kind, version, municipality, instant = lines[0][:4]
        at = datetime.fromisoformat(instant)
    except (SheetError, ValueError, IndexError):
        return None
    if (kind, version) != (_KIND, _VERSION) or at.tzinfo is None or len(lines) < 2:
        return None
    fields = [field for field in lines[1] if field]
    rows: dict[str, Left] = {}
    for line in lines[2:]:
        ref, code, milestone_of, marks = [*line, "", "", "", ""][:4]
        held = marks.split(",")
        if ref and len(held) == len(fields):
            rows[ref] = Left(code, milestone_of, dict(zip(fields, held, strict=True)))
    return Note(municipality, at, rows)
