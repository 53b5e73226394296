"""Text of cells: the same text whatever program wrote the sheet."""

import re
from decimal import Decimal

from tracker.core.sheets.grid import Cell

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Signs without width that copying leaves at the ends of a text; ordinary `strip` keeps them.
_INVISIBLE = "\ufeff\u200b\u2060"
#: What no text may hold: controls, turned reading directions, halves of characters.
UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
#: What cells show where a formula failed, in the four languages of spreadsheet programs; LibreOffice numbers some.
_ERROR = re.compile(
    r"#[¡¿]?(?:REF!|DIV/0!|NULL!|NUM!|VALUE!|VALOR!|VALEUR!|NAME\?|NOMBRE[?!]|NOME\?|NOM\?|N/A|N/D|NULO!|NUL!|NÚM!|NOMBRE!"
    r"|ERROR!|GETTING_DATA|SPILL!|CALC!|FORMULA\?)|Err:\d{3}",
    re.I,
)


def clean(text: str) -> str:
    """The text with plain line ends and without white space around it; lines inside stay."""
    if not (text.isascii() and text.isprintable()):
        text = _BREAKS.sub("\n", text)
    before = None
    while before != text:
        before, text = text, text.strip().strip(_INVISIBLE)
    return text


def fold(text: str) -> str:
    """The text on one line, every run of white space as one space."""
    return " ".join(clean(text).split())


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet program shows for a formula that failed."""
    return bool(_ERROR.fullmatch(text.strip()))


def cell_text(cell: Cell) -> str:
    """What a cell says as text: whole numbers without decimals, days as YYYY-MM-DD, empty for nothing."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return "" if cell is None else str(cell)


def shown(cell: Cell, most: int = 120) -> str:
    """A cell as it may be shown in a message: one line, no control signs, at most `most` characters."""
    text = UNFIT.sub("\N{REPLACEMENT CHARACTER}", fold(cell_text(cell)[: most * 4]))
    return text if len(text) <= most else text[: most - 1] + "…"
