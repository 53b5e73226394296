"""Policies and places as plain values, and the questions that need nothing else."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import holidays

from tracker.territory.policies.calendar import is_day_off, read_day_off

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAME_LENGTH = 300
#: Longest mail address that is kept.
ADDRESS_LENGTH = 254
#: A municipality's own code in its country, as text.
OFFICIAL_CODE = re.compile(r"[A-Za-z0-9._-]{1,30}")
KINDS = ("municipality", "association", "department", "state")
#: Days outside these cannot be entered: a typing slip, not a plan.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Policy:
    """The figures of follow-up. Days are calendar days; the hour is the municipality's own."""

    #: Due soon from so many days before the due day, that day included.
    soon_days: int = 14
    #: Reminders so many days before the due day, largest first.
    remind_days: tuple[int, ...] = (14, 3)
    #: Days after the due day on which the ladder's rungs fall: responsible; with coordinator; coordinator.
    late_days: tuple[int, int, int] = (1, 10, 30)
    #: After the last rung, again every so many days.
    repeat_days: int = 30
    #: What came in late rests so many days after it was told once.
    quiet_days: int = 45
    #: Behind: so many percent points less than the share of time gone are tolerated.
    behind_points: int = 15
    #: Nothing is behind before this percent of its span, nor before so many days after the start.
    behind_share: int = 25
    behind_days: int = 15
    #: Silent: no sign for so many days.
    silence_days: int = 90
    #: Sooner where the due day is near: so many days before it, but never before the least of days without a sign.
    silence_before_due_days: int = 60
    silence_least_days: int = 30
    #: While an obstacle is open it is told again every so many days.
    blocked_repeat_days: int = 30
    #: What is open without a date is asked for one every so many days.
    undated_repeat_days: int = 30
    #: Digests leave from this hour on (0-23).
    digest_hour: int = 7
    #: Weekdays on which digests leave, Monday is 0.
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    #: Whether the country's public holidays are days without digests.
    holidays_off: bool = True
    #: Further days without digests, as policies/calendar.py keeps them; a country's hold in all its places.
    days_off: tuple[str, ...] = ()


def policy_with(base: Policy, values: Mapping[str, Any]) -> Policy:
    """`base` with the given figures in place of its own; values are JSON (lists for tuples)."""
    known = {f.name for f in fields(Policy)}
    changes: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key in known
    }
    if "days_off" in changes:
        changes["days_off"] = tuple(dict.fromkeys((*base.days_off, *changes["days_off"])))
    return replace(base, **changes)


def read_policy_value(key: str, text: str) -> Any:
    """The JSON value of `KEY=TEXT` as typed on a command line; raises ValueError saying what is expected."""
    text = text.strip().lower()
    if key == "working_days":
        days = list(WEEKDAYS) if text == "all" else [day.strip()[:3] for day in text.split(",")]
        if not set(days) <= set(WEEKDAYS):
            raise ValueError("weekdays such as mon,tue,wed, or all")
        return sorted({WEEKDAYS.index(day) for day in days})
    if key == "holidays_off":
        if text not in ("yes", "no"):
            raise ValueError("yes or no")
        return text == "yes"
    if key == "late_days":
        numbers = [_days(part) for part in text.split(",")]
        if len(numbers) != 3 or numbers != sorted(set(numbers)) or numbers[0] < 1:
            raise ValueError("three growing numbers of days, such as 1,10,30")
        return numbers
    if key == "remind_days":
        return sorted({_days(part) for part in text.split(",") if part.strip()}, reverse=True)
    if key == "days_off":
        return [read_day_off(part) for part in text.split(",") if part.strip()]
    low, high = _BOUNDS.get(key, (0, 365))
    return _whole(text, low, high)


#: Lowest and highest value of a figure, where it is not any number of days of a year.
_BOUNDS = {
    "digest_hour": (0, 23),
    "repeat_days": (1, 365),
    "behind_points": (0, 100),
    "behind_share": (0, 100),
    "silence_days": (1, 365),
    "silence_least_days": (1, 365),
    "blocked_repeat_days": (1, 365),
    "undated_repeat_days": (1, 365),
}


def _days(text: str) -> int:
    return _whole(text, 0, 365)


def _whole(text: str, low: int, high: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5 and low <= int(text) <= high):
        raise ValueError(f"a whole number from {low} to {high}")
    return int(text)


@lru_cache(maxsize=512)
def public_holidays(country_code: str, year: int) -> frozenset[date]:
    """Public holidays of a country in a year; empty where the calendar does not know the country."""
    try:
        return frozenset(holidays.country_holidays(country_code, years=year))
    except NotImplementedError:
        return frozenset()


def is_working_day(day: date, country_code: str, policy: Policy) -> bool:
    """Whether digests leave on this local day."""
    if day.weekday() not in policy.working_days or is_day_off(day, policy.days_off):
        return False
    return not (policy.holidays_off and day in public_holidays(country_code, day.year))


@dataclass(frozen=True)
class Place:
    """A municipality as a plain value: what pages, rules and mails need of it."""

    id: int
    code: str
    name: str
    country_code: str
    zone: str
    kind: str
    #: Languages of the country, most used first.
    languages: tuple[str, ...]
    currency: str
    state_id: int | None = None
    #: Since when those who monitor see its agenda; None while it is not shared.
    shared_on: date | None = None
    #: Its last day, and codes of what took its place; None while it goes on.
    closed_on: date | None = None
    replaced_by: str | None = None
    #: Whether that day has come: the gate says so, which knows the day. Then it is read, and nothing is written.
    is_closed: bool = False


@dataclass(frozen=True)
class Scope:
    """What somebody may see: a plain value built from the roles held. Empty sees nothing.

    Own agendas are seen whole. Those who monitor see what was shared, of the places they look after.
    """

    #: Administrators: all there is, shared or not.
    everywhere: bool = False
    #: Own municipalities.
    municipality_ids: frozenset[int] = frozenset()
    #: Looked after: the whole region, countries, states, and members of associations or of a workshop.
    region: bool = False
    country_codes: frozenset[str] = frozenset()
    state_ids: frozenset[int] = frozenset()
    member_ids: frozenset[int] = frozenset()
    #: Units whose commitments are the person's own work; narrows "My agenda", not what may be read.
    unit_ids: frozenset[int] = frozenset()
    #: Partners: sees what these lead, co-lead or support, anywhere.
    partner_ids: frozenset[int] = frozenset()

    @property
    def watches(self) -> bool:
        """Whether any municipality is looked after from outside."""
        return bool(self.region or self.country_codes or self.state_ids or self.member_ids)

    @property
    def is_whole(self) -> bool:
        """Whether no municipality is left out."""
        return self.everywhere or self.region

    @property
    def sees_many(self) -> bool:
        """Whether lists have to say of which municipality they speak."""
        return self.everywhere or self.watches or len(self.municipality_ids) > 1

    def looks_after(self, place: Place) -> bool:
        """Whether the place is one of those looked after, shared or not."""
        return bool(
            self.region
            or place.country_code in self.country_codes
            or place.state_id in self.state_ids
            or place.id in self.member_ids
        )

    def is_inside(self, place: Place) -> bool:
        """Whether drafts and internal notes of the place are seen."""
        return self.everywhere or place.id in self.municipality_ids

    def covers(self, place: Place) -> bool:
        """Whether the whole agenda of the place is in scope, not only a partner's part of it."""
        return self.is_inside(place) or (place.shared_on is not None and self.looks_after(place))


EVERYWHERE = Scope(everywhere=True)


def place_code(country_code: str, official_code: str) -> str:
    """`mx-15033`: how addresses and commands name a municipality."""
    return f"{country_code}-{official_code}".lower()


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """A name without accents, case, punctuation or double spaces: equal keys mean the same name."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    # Some signs stand for whole sentences when taken apart; a key is never longer than a name.
    return (re.sub(r"[^a-z0-9]+", " ", letters).strip() or letters.strip())[:NAME_LENGTH]


def contains_itself(links: Iterable[tuple[int, int]]) -> bool:
    """Whether somebody belongs to itself over one level or several; links are (association, member)."""
    members: dict[int, set[int]] = {}
    for association, member in links:
        members.setdefault(association, set()).add(member)
    try:
        TopologicalSorter(members).prepare()
    except CycleError:
        return True
    return False
