"""What a sheet is once it has been read, how large one may be and how long reading may take."""

import time as clock
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import TracebackType
from typing import NamedTuple, Self

from tracker.core.i18n import _l

#: Bytes of a file.
LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 60_000
MOST_COLUMNS = 500
#: Rows × columns: what a sheet costs once it is loaded, since empty cells cost as much as full ones.
MOST_CELLS = 1_000_000

#: Sheets of a workbook.
MOST_SHEETS = 200

#: Seconds of the processor that may be spent on a file before anything of it is loaded.
LONGEST_LOOK = 3.0

#: Stands where a formula has no result, since no program has opened the file since it was made.
UNSOLVED = "#FORMULA?"

TOO_LONG = _l(
    "The file takes too long or too much memory to read. Save only the sheet with the agenda and send that."
)

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Row = list[Cell]


class Failed(str):
    """What a cell shows instead of a value, such as #REF!; the same letters typed as text are a plain str."""

    __slots__ = ()


class SheetError(Exception):
    """A file that cannot be read as a sheet; `reason` is for the person who sent it (lazy, or a str)."""

    def __init__(self, reason: object) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return str(self.reason)


class Merge(NamedTuple):
    """Cells that were merged into one; rows count from 1, columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


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
    #: Merged cells, in the order of the file; a CSV has none. All but the first cell of each read as empty.
    merged: tuple[Merge, ...] = ()
    #: Whether it is a hidden sheet of its workbook.
    hidden: bool = False


class Patience:
    """Ends when a file has been looked at for too long; counted on this thread, so that a busy machine is fair.

    To be used in `with`, which counts; again and again for the sheets of one file.
    """

    def __init__(self, seconds: float = LONGEST_LOOK) -> None:
        self._left = seconds
        self._since = 0.0

    def __enter__(self) -> Self:
        self._since = clock.thread_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left -= clock.thread_time() - self._since

    def check(self) -> None:
        """Raises SheetError once the time is over."""
        if clock.thread_time() - self._since > self._left:
            raise SheetError(TOO_LONG)


@dataclass
class Extent:
    """How far a sheet reaches, grown cell by cell before it is loaded."""

    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Take in a cell (both counted from 1); raises SheetError as soon as the sheet is too large."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS:
            raise SheetError(too_many_rows())
        if self.columns > MOST_COLUMNS:
            raise SheetError(
                _l(
                    "The sheet has more than %(count)s columns. Save only those with the agenda and send that.",
                    count=MOST_COLUMNS,
                )
            )
        if self.rows * self.columns > MOST_CELLS:
            raise SheetError(
                _l(
                    "The sheet has more than %(count)s cells, empty ones included. "
                    "Save only the rows and columns with the agenda and send that.",
                    count=MOST_CELLS,
                )
            )


def too_many_rows() -> object:
    """Why a sheet that is too long was not read, and what to do."""
    return _l(
        "The sheet has more than %(count)s rows. Delete what stands below the agenda, or save only its rows, "
        "and send that.",
        count=MOST_ROWS,
    )
