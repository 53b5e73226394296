"""Entries of the trail as a page or a sheet tells them: sentences, local instants, what they are about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from tracker.agenda.presenting import OUTCOME_WORDS, PRECISION_WORDS
from tracker.audit.queries import Line
from tracker.audit.words import changes_of, door_of, own_changes, sentence_of
from tracker.core.i18n import _l, format_day, format_instant
from tracker.core.now import local_day, today, zone
from tracker.core.sheets import OutCell
from tracker.follow_up.queries.history import KINDS, titles_of
from tracker.frameworks.rules import goal_by_code
from tracker.frameworks.words import goal_words
from tracker.notices.words import VERDICT_WORDS, ago_words
from tracker.territory.rules import Place

KIND_WORDS = {
    "commitments": _l("commitments"),
    "plan": _l("the plan"),
    "units": _l("units and their people"),
    "notes": _l("internal notes"),
    "agreements": _l("agreements"),
    "imports": _l("sheets brought in"),
    "mails": _l("mails"),
    "people": _l("who may do what"),
    "settings": _l("sharing and settings"),
}
#: What a thing is where its title is not known.
THINGS = {
    "commitment": _l("a commitment that is gone"),
    "plan": _l("the plan"),
    "line": _l("a line of the plan"),
    "action": _l("an action of the plan"),
    "unit": _l("a unit"),
    "person": _l("somebody in a unit"),
    "user": _l("an account"),
    "invitation": _l("an invitation"),
    "note": _l("a note"),
    "agreement": _l("an agreement"),
    "agenda": _l("the agenda"),
    "mails": _l("mails that waited"),
    "mail": _l("a mail"),
    "municipality": _l("the municipality"),
    "workshop": _l("a workshop"),
    "term": _l("a term of office"),
    "assistant": _l("somebody who enters data for us"),
    "policy": _l("the figures of follow-up"),
    "handover": _l("a handover"),
    "names": _l("names in the history"),
    "trail": _l("the trail"),
}
_ROLES = {
    "administrator": _l("Administration"),
    "coordinator": _l("Municipal coordination"),
    "officer": _l("Responsible unit"),
    "authority": _l("Authority"),
    "assistant": _l("Assistant"),
    "monitor": _l("Monitoring"),
    "partner": _l("Partner"),
}
#: Values that stand for something.
WORDS: Mapping[str, Any] = {**OUTCOME_WORDS, **PRECISION_WORDS, **VERDICT_WORDS, **_ROLES}
#: So long ago people still count the days.
_RECENT = timedelta(days=14)
#: Signs of a text that a page shows; a sheet holds all of it.
_SHOWN = 400
HEADER = (
    _l("Number"),
    _l("When"),
    _l("Who"),
    _l("How it came in"),
    _l("About"),
    _l("Code"),
    _l("What is it called"),
    _l("What happened"),
    _l("What changed"),
    _l("Before"),
    _l("After"),
)


@dataclass(frozen=True)
class Told:
    """One entry in words."""

    line: Line
    #: In the municipality's own time.
    at: datetime
    sentence: str
    door: str
    #: What it is about: kind of thing, code and title, as far as they are known.
    kind: str
    code: str
    title: str
    #: (field, before, after)
    changes: list[tuple[str, str, str]]

    @property
    def about(self) -> str:
        """What it is about, in a few words."""
        known = " ".join(part for part in (self.code, self.title) if part)
        return known or str(THINGS.get(self.kind, self.kind))


def told_lines(
    place: Place, lines: Sequence[Line], known: Mapping[str, tuple[str, str]] | None = None
) -> list[Told]:
    """Entries in the present language; titles of what they are about are asked for all at once.

    `known`: (code, title) by subject, where all of them are at hand already.
    """
    titles = titles_of(place, lines) if known is None else _at_hand(lines, known)
    return [_told(place, line, titles) for line in lines]


def _at_hand(lines: Sequence[Line], known: Mapping[str, tuple[str, str]]) -> dict[tuple[str, int], tuple[str, str]]:
    return {
        (what, line.told.number): known[what]
        for line in lines
        for what in (line.told.subject, line.told.part or "")
        if what in known
    }


def shortened(text: str) -> str:
    """As much of a long text as a list has room for."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def rows_of(place: Place, batches: Iterator[list[Line]]) -> Iterator[Sequence[OutCell]]:
    """Rows of a sheet, one for each thing that changed."""
    for lines in batches:
        for told in told_lines(place, lines):
            number, name = told.line.told.number, told.line.name
            kind = next((KIND_WORDS[kind] for kind, things in KINDS.items() if told.kind in things), "")
            head: list[OutCell] = [number, f"{told.at:%Y-%m-%d %H:%M}", name or "", told.door, str(kind)]
            head += [told.code, told.title, told.sentence]
            for change in told.changes or [("", "", "")]:
                yield [*head, *change]


def entries_of(place: Place, told: Iterable[Told], *, with_about: bool = False) -> list[dict[str, Any]]:
    """As components/history.html wants them."""
    day = today(place.zone)
    return [
        {
            "words": _when(local_day(one.line.told.at, place.zone), day),
            "exact": format_instant(one.line.told.at, zone(place.zone)),
            "iso": one.line.told.at.isoformat(),
            "sentence": one.sentence,
            "door": one.door,
            "about": shortened(one.about) if with_about else None,
            "url": _url_of(place, one) if with_about else None,
            "changes": [(name, shortened(before), shortened(after)) for name, before, after in one.changes],
        }
        for one in told
    ]


def _when(day: date, today_there: date) -> str:
    """How long ago while one still counts in days, else the date."""
    return ago_words(day, today_there) if today_there - day <= _RECENT else format_day(day)


def _url_of(place: Place, told: Told) -> str | None:
    if told.kind == "commitment" and told.code:
        return url_for("follow_up.commitment", place=place, code=told.code)
    if told.kind in ("plan", "line", "action"):
        return url_for("plan.show", place=place)
    return None


def _told(place: Place, line: Line, titles: Mapping[tuple[str, int], tuple[str, str]]) -> Told:
    subject, number = line.told.subject, line.told.number
    code, title = titles.get((subject, number), ("", ""))
    _code, part = titles.get((line.told.part or "", number), ("", ""))
    return Told(
        line=line,
        at=line.told.at.astimezone(zone(place.zone)),
        sentence=sentence_of(line, part),
        door=door_of(line),
        kind=subject.partition(":")[0],
        code=code,
        title=title or (_own_title(line) if not line.told.part else ""),
        changes=changes_of(_in_words(own_changes(line)), WORDS),
    )


def _in_words(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Goals by their names: the trail holds their codes."""
    if "goal" not in changes:
        return changes
    before, after = (goal_words(goal) if (goal := goal_by_code(code)) else code for code in changes["goal"])
    return {**changes, "goal": (before, after)}


def _own_title(line: Line) -> str:
    """What a thing that is gone was called, where the entry says so."""
    for field in ("title", "name"):
        pair = line.changes.get(field, (None, None))
        if isinstance(pair[1] or pair[0], str):
            return str(pair[1] or pair[0])
    return ""
