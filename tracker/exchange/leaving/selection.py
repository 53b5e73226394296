"""What of an agenda leaves: what a list shows, in its order, for whoever may see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.agenda.filtering import NO_CHOICES, Choices
from tracker.agenda.queries.listing import Filters, agenda_ids
from tracker.exchange.captions import AGENDA
from tracker.exchange.leaving.rows import Leaving, rows_of
from tracker.territory.rules import EVERYWHERE, Place, Scope

#: A partner reads who leads, not whom to write to there: its pages do not show it either.
_INSIDE = ("unit_email", "responsible", "responsible_email")
#: The whole agenda in the order it came in.
WHOLE = Filters(state="all", sort="entry")


@dataclass(frozen=True)
class Selection:
    """What leaves, as of which local day and instant, in which language."""

    place: Place
    day: date
    at: datetime
    scope: Scope = EVERYWHERE
    filters: Filters = WHOLE
    #: Units and lines that a workbook offers to choose from.
    offered: Choices = NO_CHOICES
    #: None: the fields' own names and values, for programs.
    locale: str | None = None

    @property
    def is_inside(self) -> bool:
        """Whether whoever asks sees the whole agenda, not a partner's part of it."""
        return self.scope.covers(self.place)

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns, in their usual order."""
        inside = self.is_inside
        return tuple(field for field in AGENDA if inside or field not in _INSIDE)

    def rows(self) -> Iterator[Leaving]:
        """Commitments in the order of the list, each followed by its milestones."""
        ids = agenda_ids(self.place, self.scope, self.filters, self.day)
        return rows_of(self.place, ids, self.day)
