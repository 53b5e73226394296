"""Text in cells."""

from tracker.core.i18n import _l
from tracker.core.sheets import Cell, clean, fold
from tracker.core.sheets.grid import Failed
from tracker.core.sheets.text import UNFIT, cell_text


class CellError(Exception):
    """A cell that does not hold what its column asks for; `reason` is lazy text.

    `suggestion` is what may be meant, as a person would type it.
    """

    def __init__(self, reason: object, suggestion: str | None = None) -> None:
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(reason)


def text(cell: Cell, most: int) -> str:
    """Text of several lines, `most` characters at most."""
    return _fitting(cell, clean(cell_text(cell)), most)


def line(cell: Cell, most: int) -> str:
    """Text of one line, white space folded, `most` characters at most."""
    return _fitting(cell, fold(cell_text(cell)), most)


def _fitting(cell: Cell, written: str, most: int) -> str:
    if isinstance(cell, Failed):
        raise CellError(
            _l("The cell holds an error of its sheet, not a text. Mend the formula or write what is meant.")
        )
    if UNFIT.search(written):
        raise CellError(_l("There is a character in it that cannot be kept. Write the text anew."))
    if len(written) > most:
        raise CellError(_l("At most %(count)s characters.", count=most))
    return written
