"""Three ways: how a cell stood when it left, what the file says, what stands there now. Plain values only."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: `same`: nothing to do; `mine`: only the file changed it; `theirs`: only here it was changed, or nowhere but by an
#: emptied cell that says nothing; `conflict`: both changed it, to different values.
Verdict = Literal["same", "mine", "theirs", "conflict"]
Side = Literal["mine", "theirs"]

#: Fields that only mean something together: they are kept, changed and decided about as one.
TOGETHER = (
    ("due_on", "due_precision"),
    ("state", "completed_on", "outcome"),
    ("budget", "currency", "source_of_funds", "fiscal_year", "budget_current", "budget_executed", "budget_paid"),
)
#: What was reported, and names that are only added: an emptied cell takes nothing away.
ONLY_ADDED = frozenset(
    {
        *("progress", "delivered", "state", "completed_on", "outcome", "closing_note", "weight"),
        *("budget", "budget_current", "budget_executed", "budget_paid", "fiscal_year"),
        *("currency", "unit_email", "responsible", "responsible_email"),
    }
)
#: What a row says about its unit: means another unit's once the unit is changed.
OF_THE_UNIT = ("unit_email", "responsible", "responsible_email")


@dataclass(frozen=True)
class Ways:
    """One cell, three ways."""

    #: The mark of what it said when it left.
    base: str
    #: What the file says, as plain text.
    mine: str
    #: What stands there now, as plain text.
    theirs: str
    #: An emptied cell takes nothing away.
    only_added: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether it was changed in the file."""
        return mark(self.mine) != self.base and not self.is_emptied

    @property
    def is_theirs(self) -> bool:
        """Whether it was changed here."""
        return mark(self.theirs) != self.base

    @property
    def is_emptied(self) -> bool:
        """Whether it was emptied in the file, which says nothing."""
        return self.only_added and not self.mine and bool(self.base)


def mark(said: str) -> str:
    """Eight figures at most that tell whether a text is the same; none for nothing.

    Any change of one or two signs changes it for certain, others but for one in four thousand million.
    """
    return f"{zlib.crc32(said.encode('utf-8', 'surrogatepass')):x}" if said else ""


def together(fields: Iterable[str]) -> list[tuple[str, ...]]:
    """The fields as things that are decided about: some together, the others each for itself."""
    known = dict.fromkeys(fields)
    groups = [tuple(name for name in group if name in known) for group in TOGETHER]
    by_first = {group[0]: group for group in groups if group}
    grouped = {name for group in groups for name in group}
    return [by_first.get(name, (name,)) for name in known if name in by_first or name not in grouped]


def verdict(cells: Sequence[Ways]) -> Verdict:
    """What becomes of the cells of one thing."""
    if all(cell.mine == cell.theirs for cell in cells):
        return "same"
    # What one changed and the other did too, as after the file's own first coming, is no conflict.
    if all(cell.mine == cell.theirs for cell in cells if cell.is_mine):
        return "theirs"
    return "mine" if all(cell.mine == cell.theirs for cell in cells if cell.is_theirs) else "conflict"


def wins(found: Verdict, chosen: Side | None) -> Side | None:
    """Whose cells stand; None: nobody has decided yet."""
    if found == "conflict":
        return chosen
    return "mine" if found == "mine" else "theirs"


def outdated(cells: Mapping[str, Ways], unit: Verdict, chosen: Side | None) -> list[str]:
    """Fields whose cells still speak of the unit that the file has exchanged for another one."""
    if wins(unit, chosen) != "mine":
        return []
    return [name for name in OF_THE_UNIT if name in cells and mark(cells[name].mine) == cells[name].base]
