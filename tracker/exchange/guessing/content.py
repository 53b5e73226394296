"""What stands below a caption: days, shares, money, addresses, few words again and again, prose."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.mail import is_address
from tracker.core.sheets import Cell, fold
from tracker.core.sheets.grid import Failed
from tracker.core.sheets.text import cell_text
from tracker.exchange.cells import CellError, first_day, is_year, number
from tracker.exchange.cells.days import Years
from tracker.exchange.rows.units import EVERY_UNIT, is_head
from tracker.exchange.words import stage_words
from tracker.territory.rules import name_key

#: So many cells of a column are looked at.
_LOOKED_AT = 400
_ACRONYM = re.compile(r"[^\W\d_a-z]{3,8}")
_NOTHING = (
    "n a|na|s d|sd|s i|n d|nd|no aplica|nao se aplica|sin dato|sin datos|sin fecha|sem data|por definir|a definir"
    "|sans objet|ninguno|ninguna|none|null|-|--|–|—"
)
#: What stands for nothing, by name key.
NOTHING = frozenset(_NOTHING.split("|"))


@dataclass(frozen=True)
class Content:
    """Shares (0-1) are of the cells with something in them."""

    filled: int
    share_filled: float
    days: float
    years: float
    #: Share of numbers, and of those the share from 0 to 1, from 0 to 100, and of 10,000 or more.
    numbers: float
    to_one: float
    to_hundred: float
    large: float
    percent_signs: float
    addresses: float
    #: Share of different values, and the mean length of their text.
    distinct: float
    length: float
    #: Share of cells that begin as names of units do, and of words for a stage.
    unit_like: float
    #: Share of short names in capitals that come again, as "DMP" does.
    acronyms: float
    stage_like: float
    #: The middle one of the days, None without days.
    middle_day: date | None

    @property
    def is_dates(self) -> bool:
        return self.days + self.years >= 0.6

    @property
    def is_prose(self) -> bool:
        return self.length >= 25 and self.numbers < 0.2

    @property
    def is_words(self) -> bool:
        """Few short words again and again."""
        return self.filled >= 3 and self.numbers < 0.3 and self.length < 40 and (self.distinct * self.filled) <= 15

    @property
    def comes_again(self) -> bool:
        """Short words of which many come again, be they of so many kinds."""
        return self.filled >= 10 and self.numbers < 0.1 and self.length < 30 and self.distinct <= 0.7


def content_of(cells: Sequence[Cell]) -> Content:
    """Look at a column below its caption."""
    filled = [cell for cell in cells if _says_something(cell)]
    seen = filled[:_LOOKED_AT]
    count = len(seen) or 1
    texts = [fold(cell_text(cell)) for cell in seen]
    days = [day for cell in seen if (day := _day(cell)) is not None]
    figures = [figure for cell in seen if (figure := _figure(cell)) is not None]
    heads = sum(is_head(text) or name_key(text) in _EVERY for text in texts)
    again = {text for text, times in Counter(texts).items() if times > 1}
    stages = stage_words({})
    return Content(
        filled=len(filled),
        share_filled=len(filled) / len(cells) if cells else 0.0,
        days=len(days) / count,
        years=sum(is_year(cell) for cell in seen) / count,
        numbers=len(figures) / count,
        to_one=_share(figures, lambda figure: 0 <= figure <= 1.05),
        to_hundred=_share(figures, lambda figure: 0 <= figure <= 100),
        large=_share(figures, lambda figure: figure >= 10_000),
        percent_signs=sum(text.endswith("%") for text in texts) / count,
        addresses=sum(is_address(text) for text in texts) / count,
        distinct=len(set(texts)) / count,
        length=sum(map(len, texts)) / count,
        unit_like=heads / count,
        acronyms=sum(bool(_ACRONYM.fullmatch(text)) and text in again for text in texts) / count,
        stage_like=sum(name_key(text) in stages for text in texts) / count,
        middle_day=sorted(days)[len(days) // 2] if days else None,
    )


_EVERY = frozenset(name_key(words) for words in EVERY_UNIT)


def _says_something(cell: Cell) -> bool:
    if cell is None or cell == "" or isinstance(cell, Failed):
        return False
    if not isinstance(cell, str) or len(cell) > 20:
        return True
    text = fold(cell)
    return bool(text) and (name_key(text) or text) not in NOTHING


def _day(cell: Cell) -> date | None:
    if isinstance(cell, str) and not (re.search(r"\d", cell) and len(cell) <= 60):
        return None
    try:
        return first_day(cell, years=Years(assumed=2000))
    except CellError:
        return None


def _figure(cell: Cell) -> float | None:
    if isinstance(cell, bool | date):
        return None
    try:
        found = number(cell)
    except CellError:
        return None
    return None if found is None else float(found)


def _share(figures: Sequence[float], holds: Callable[[float], bool]) -> float:
    return sum(map(holds, figures)) / len(figures) if figures else 0.0


def most_common(cells: Sequence[Cell]) -> list[tuple[str, int]]:
    """The words of a column as they stand, most frequent first."""
    return Counter(text for cell in cells if (text := fold(cell_text(cell)))).most_common()
