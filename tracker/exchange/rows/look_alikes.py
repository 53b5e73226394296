"""Rows without a code that look like something in the agenda: offered with the reason, never matched in silence."""

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.agenda.intake.incoming import Fault, Incoming
from tracker.agenda.intake.stock import title_key
from tracker.agenda.queries.titles import Called, titles_of
from tracker.core.i18n import _l
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.rows.units import is_head
from tracker.territory.rules import name_key

#: From so much on two titles look alike, in percent of their letters; with the same unit less is enough.
ALIKE, ALIKE_IN_UNIT = 85, 75
#: So many of the agenda's titles are compared letter by letter, those that share most words.
_COMPARED = 6
#: A word that so many titles have says nothing.
_COMMON = 200
_SHOWN = 5
#: Units offered for a name; how alike two words of names are that differ by a slip.
_UNITS, _SAME_WORD = 4, 0.84
_SMALL = {
    "del",
    "las",
    "los",
    "para",
    "con",
    "dos",
    "das",
    "des",
    "les",
    "the",
    "and",
    "municipal",
    "administrativo",
}


@dataclass(frozen=True)
class LookAlike:
    """A row, and a commitment of the agenda that it may be about."""

    row: int
    title: str
    #: Of the commitment in the agenda.
    code: str
    their_title: str
    #: How alike the titles are, 0-100.
    percent: int
    same_unit: bool
    #: In words (lazy text).
    why: object

    def to_json(self) -> dict[str, Any]:
        """Plain values; the reason in the present language."""
        return {
            "row": self.row,
            "title": self.title,
            "code": self.code,
            "their_title": self.their_title,
            "percent": self.percent,
            "same_unit": self.same_unit,
            "why": str(self.why),
        }


def look_alikes(
    place_id: int, rows: Sequence[Incoming], mapping: AgendaMapping
) -> tuple[list[LookAlike], list[Fault]]:
    """The best look-alike of each new row that nobody has judged yet; and matches that lead nowhere."""
    commitments = [row for row in rows if not row.milestone_of]
    if not mapping.matches and all(row.code for row in commitments):
        return [], []
    called = titles_of(place_id)
    codes = {known.code.lower() for known in called}
    judged = mapping.matches
    faults = [
        Fault(
            row.row, "code", code, _l("The mapping matches this row with a commitment that is not in the agenda.")
        )
        for row in commitments
        if (code := judged.get(str(row.row)) or judged.get(row.title)) and code.lower() not in codes
    ]
    asked = [
        row
        for row in commitments
        if not row.code and row.title and str(row.row) not in judged and row.title not in judged
    ]
    return (_Titles(called).alike(asked) if called else []), faults


class _Titles:
    """The agenda's titles, by the words in them."""

    def __init__(self, called: Sequence[Called]) -> None:
        self._called = called
        self._keys = [name_key(known.title) for known in called]
        self._by_word: dict[str, list[int]] = {}
        for at, key in enumerate(self._keys):
            for word in _telling(key):
                self._by_word.setdefault(word, []).append(at)
        self._exact = {(title_key(known.title), name_key(known.unit)) for known in called}
        self._titles = {title_key(known.title) for known in called}

    def alike(self, rows: Iterable[Incoming]) -> list[LookAlike]:
        answer = []
        for row in rows:
            key = title_key(row.title), name_key(row.unit)
            matched = key in self._exact if "unit" in row.given else key[0] in self._titles
            found = None if matched else self._best(row)
            if found is not None:
                answer.append(found)
        return answer

    def _best(self, row: Incoming) -> LookAlike | None:
        key, unit_key = name_key(row.title), name_key(row.unit)
        shared: Counter[int] = Counter()
        for word in _telling(key):
            places = self._by_word.get(word, ())
            if len(places) <= _COMMON:
                shared.update(places)
        best: tuple[int, bool, int] | None = None
        for at, _count in shared.most_common(_COMPARED):
            matcher = difflib.SequenceMatcher(None, key, self._keys[at], autojunk=False)
            if matcher.real_quick_ratio() * 100 < ALIKE_IN_UNIT or matcher.quick_ratio() * 100 < ALIKE_IN_UNIT:
                continue
            percent = int(matcher.ratio() * 100)
            same_unit = bool(unit_key) and unit_key == name_key(self._called[at].unit)
            near = same_unit or not unit_key or bool(units_alike(row.unit, [self._called[at].unit]))
            if percent >= (ALIKE_IN_UNIT if near else ALIKE):
                best = max(best, (percent, same_unit, -at)) if best else (percent, same_unit, -at)
        if best is None:
            return None
        percent, same_unit, negative = best
        known = self._called[-negative]
        why = _why(row.title, known.title, percent, same_unit)
        return LookAlike(row.row, row.title, known.code, known.title, percent, same_unit, why)


def units_alike(name: str, units: Iterable[str]) -> list[str]:
    """The units that a name may mean: all words of the shorter name stand in the other, small slips aside.

    Words that most names of units have ("Secretaría", "Dirección", "de") do not count.
    """
    own = _own_words(name)
    found: list[tuple[float, str]] = []
    for unit in units:
        theirs = _own_words(unit)
        few, many = sorted((own, theirs), key=len)
        same = sum(bool(difflib.get_close_matches(word, many, 1, _SAME_WORD)) for word in few)
        if few and same == len(few) and 2 * same >= len(many) and name_key(unit) != name_key(name):
            found.append((same / len(many), unit))
    return [unit for _share, unit in sorted(found, key=lambda one: -one[0])][:_UNITS]


def units_asked(names: Iterable[str], mapping: AgendaMapping, units: Sequence[str]) -> dict[str, list[str]]:
    """Name → the units that it may mean, for each that nobody has judged yet."""
    judged = {name_key(name) for name in mapping.units}
    found = {name: units_alike(name, units) for name in names if name_key(name) not in judged}
    return {name: alike for name, alike in found.items() if alike}


def _own_words(name: str) -> list[str]:
    words = name_key(name).split()
    return [word for word in words if len(word) > 2 and word not in _SMALL and not is_head(word)]


def _telling(key: str) -> set[str]:
    return {word for word in key.split() if len(word) > 3 or word.isdigit()}


def _why(here: str, there: str, percent: int, same_unit: bool) -> object:
    own, theirs = name_key(here).split(), name_key(there).split()
    only_here = " ".join(word for word in own if word not in theirs) or "–"
    only_there = " ".join(word for word in theirs if word not in own) or "–"
    named = {"percent": percent, "here": _short(only_here), "there": _short(only_there)}
    if percent == 100:
        return _l("The titles are the same, the units are not.")
    if same_unit:
        return _l(
            "Same unit, and %(percent)s %% of the title is the same. Only here: %(here)s. Only there: %(there)s.",
            **named,
        )
    return _l("%(percent)s %% of the title is the same. Only here: %(here)s. Only there: %(there)s.", **named)


def _short(words: str) -> str:
    listed = words.split()
    return " ".join(listed[:_SHOWN]) + (" …" if len(listed) > _SHOWN else "")
