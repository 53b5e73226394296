"""What an import of a list did, or why it did nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from tracker.exchange.wrong import Wrong
from tracker.territory.models import Municipality

#: What became of a row.
Fate = Literal["created", "updated", "unchanged"]


@dataclass
class RegistryResult:
    """Counts are rows; of a list that only fills in, they are municipalities."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[int] = field(default_factory=list)
    #: Rows of other countries or levels, or of places that the registry does not have.
    left_out: int = 0
    states_created: int = 0
    #: Country → municipalities of the list that are in the registry now, and those of them without coordinates.
    countries: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: list[object] = field(default_factory=list)
    errors: list[Wrong] = field(default_factory=list)

    def note(self, fate: Fate) -> None:
        """Count one more."""
        setattr(self, fate, getattr(self, fate) + 1)

    def count_countries(self, municipalities: Iterable[Municipality]) -> None:
        """Count the municipalities of the list, as they are now, by country."""
        imported: Counter[str] = Counter()
        without: Counter[str] = Counter()
        for municipality in municipalities:
            imported[municipality.country_code] += 1
            without[municipality.country_code] += municipality.latitude is None or municipality.longitude is None
        self.countries = {
            country: {"imported": imported[country], "without_coordinates": without[country]}
            for country in sorted(imported)
        }

    def to_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": len(self.skipped) + self.left_out,
            "states_created": self.states_created,
            "countries": self.countries,
            "errors": [wrong.to_json() for wrong in self.errors],
            "skipped_rows": self.skipped,
            "left_out": self.left_out,
            "notices": [str(notice) for notice in self.notices],
        }
