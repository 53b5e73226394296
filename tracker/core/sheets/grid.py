"""What a sheet is once it has been read, and how large one may be."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.core.i18n import _l

#: Bytes of a file.
LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 60_000
MOST_COLUMNS = 500
#: Rows × columns: what a sheet costs once it is loaded, since empty cells cost as much as full ones.
MOST_CELLS = 2_000_000

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Row = list[Cell]


class SheetError(Exception):
    """A file that cannot be read as a sheet; `reason` is for the person who sent it (lazy, or a str)."""

    def __init__(self, reason: object) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class Sheet:
    """Rows of cells, whole from the first row and column on: `rows[0]` is row 1 of the sheet."""

    #: The sheet's name, or the file's where it has no sheets.
    name: str
    rows: list[Row]
    #: Names of all the visible sheets of the workbook.
    names: tuple[str, ...] = ()
    #: `.` or `,` where the file itself tells (a CSV split at `;` has decimal commas), else None.
    decimal_sign: str | None = None


@dataclass
class Extent:
    """How far a sheet reaches, grown cell by cell before it is loaded."""

    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Take in a cell (both counted from 1); raises SheetError as soon as the sheet is too large."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS:
            raise SheetError(_l("The sheet has more than %(count)s rows.", count=MOST_ROWS))
        if self.columns > MOST_COLUMNS:
            raise SheetError(_l("The sheet has more than %(count)s columns.", count=MOST_COLUMNS))
        if self.rows * self.columns > MOST_CELLS:
            raise SheetError(_l("The sheet has more than %(count)s cells, empty ones included.", count=MOST_CELLS))
