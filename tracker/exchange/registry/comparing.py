"""Which municipalities of the registry a list has too: by code, else by name within the state."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

#: What is counted for each country, in the order in which it is told.
COUNTS = (
    "here",
    "without_coordinates",
    "there",
    "by_code",
    "by_name",
    "only_here",
    "only_there",
    "duplicates",
)


@dataclass(frozen=True)
class Entry:
    """A municipality of the registry or of the list, as far as they can be compared."""

    country: str
    code: str
    #: Names without accents and case; empty where a list has none.
    name_key: str = ""
    state_key: str = ""
    kind: str = ""
    has_coordinates: bool = False

    @property
    def place(self) -> str:
        """`mx-15033`."""
        return f"{self.country}-{self.code}".lower()

    @property
    def bare_code(self) -> str:
        """The code without signs and leading zeros: lists lose them, or have one more."""
        return re.sub(r"[^a-z0-9]+", "", self.code.lower()).lstrip("0")


@dataclass
class Comparison:
    """The registry beside a list; counts by country."""

    countries: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Place codes.
    only_here: list[str] = field(default_factory=list)
    only_there: list[str] = field(default_factory=list)
    #: (place code, place code of the municipality that it seems to be)
    duplicates: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "countries": self.countries,
            "only_here": self.only_here,
            "only_there": self.only_there,
            "duplicates": [{"code": code, "same_as": other} for code, other in self.duplicates],
        }


def compare(ours: Sequence[Entry], theirs: Sequence[Entry]) -> Comparison:
    """Each municipality is matched once at most: the same code, a code but for zeros, the same name in its state.

    A duplicate is one of ours that the list does not have, while another of ours has the same bare code, or the
    same name and kind in the same state.
    """
    matched = _Matched(ours, theirs)
    matched.take("by_code", lambda entry: (entry.country, entry.code.lower()))
    matched.take("by_code", lambda entry: (entry.country, entry.bare_code) if entry.bare_code else None)
    matched.take("by_name", lambda e: (e.country, e.state_key, e.name_key) if e.name_key else None)
    found = Comparison(duplicates=_duplicates(ours, matched.ours))
    found.only_here = [entry.place for entry in matched.ours]
    found.only_there = [entry.place for entry in matched.theirs]
    tallies = matched.tallies | {
        "here": Counter(entry.country for entry in ours),
        "there": Counter(entry.country for entry in theirs),
        "without_coordinates": Counter(entry.country for entry in ours if not entry.has_coordinates),
        "only_here": Counter(entry.country for entry in matched.ours),
        "only_there": Counter(entry.country for entry in matched.theirs),
        "duplicates": Counter(code.partition("-")[0].upper() for code, _other in found.duplicates),
    }
    for country in sorted({entry.country for entry in (*ours, *theirs)}):
        found.countries[country] = {name: tallies[name][country] for name in COUNTS}
    return found


class _Matched:
    def __init__(self, ours: Iterable[Entry], theirs: Iterable[Entry]) -> None:
        #: What is not matched yet.
        self.ours = sorted(ours, key=lambda entry: entry.place)
        self.theirs = sorted(theirs, key=lambda entry: entry.place)
        self.tallies: dict[str, Counter[str]] = {"by_code": Counter(), "by_name": Counter()}

    def take(self, way: str, key: Callable[[Entry], Hashable]) -> None:
        """Match what has the same key, in the order of codes; None has no key."""
        waiting: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in reversed(self.theirs):
            waiting[key(entry)].append(entry)
        left, taken = [], set()
        for entry in self.ours:
            own = key(entry)
            if own is not None and waiting.get(own):
                taken.add(waiting[own].pop().place)
                self.tallies[way][entry.country] += 1
            else:
                left.append(entry)
        self.ours = left
        self.theirs = [entry for entry in self.theirs if entry.place not in taken]


def _duplicates(ours: Sequence[Entry], unmatched: Sequence[Entry]) -> list[tuple[str, str]]:
    alike: dict[Hashable, list[str]] = defaultdict(list)
    for entry in ours:
        for key in _looks(entry):
            alike[key].append(entry.place)
    without = {entry.place for entry in unmatched}
    found = []
    for entry in unmatched:
        others = {place for key in _looks(entry) for place in alike[key] if place != entry.place}
        # Of two that the list does not have, the later is the duplicate.
        known = sorted(other for other in others if other not in without or other < entry.place)
        if known:
            found.append((entry.place, known[0]))
    return found


def _looks(entry: Entry) -> Iterable[Hashable]:
    yield entry.country, entry.bare_code
    if entry.name_key:
        yield entry.country, entry.state_key, entry.kind, entry.name_key
