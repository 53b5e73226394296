"""Who somebody is, as plain values, and what follows for what they may see."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from tracker.territory.rules import Place, Scope

ROLES = ("administrator", "monitor", "coordinator", "officer", "authority", "partner")
#: Without "stay signed in": gone after so long without a click, and at the latest after so long.
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
#: With "stay signed in".
ABSOLUTE_STAY = timedelta(days=30)
#: With "this computer is shared".
IDLE_SHARED = timedelta(minutes=15)
#: From the password to the code of the second factor.
CODE_WITHIN = timedelta(minutes=10)
#: What somebody has yet to do before anything else.
CODE, SET_UP = "code", "set_up"
#: Who may give which roles: an administrator all of them, whoever coordinates those of the own municipality.
GIVES = {
    "administrator": frozenset(ROLES),
    "monitor": frozenset({"coordinator"}),
    "coordinator": frozenset({"officer", "authority"}),
}
#: Roles that are held at a municipality.
LOCAL = ("coordinator", "officer", "authority")
#: Who writes in a municipality, or reads what it keeps to itself.
INSIDERS = frozenset({"administrator", "assistant", *LOCAL})
#: How often a look is noted; keeps reading pages free of writes.
TOUCH = timedelta(minutes=2)


@dataclass(frozen=True)
class Role:
    """One membership as a plain value."""

    name: str
    municipality_id: int | None = None
    unit_id: int | None = None
    country_code: str | None = None
    partner_id: int | None = None
    state_id: int | None = None
    workshop_id: int | None = None
    #: Of an assistant: the last day of the consent, the municipality's own.
    until_on: date | None = None
    #: Of a monitor of an association or a workshop: the municipalities that belong to it.
    member_ids: frozenset[int] = frozenset()

    @property
    def is_for_members(self) -> bool:
        """Whether it is held over the members of something."""
        return self.name == "monitor" and (self.municipality_id is not None or self.workshop_id is not None)

    @property
    def is_regional(self) -> bool:
        """Whether it is a monitor's, over all there is."""
        parts = (self.country_code, self.state_id, self.municipality_id, self.workshop_id)
        return self.name == "monitor" and all(part is None for part in parts)


@dataclass(frozen=True)
class Visitor:
    """Who is asking: a plain value that outlives the database session it was read in."""

    user_id: int
    session_id: int
    name: str
    email: str
    locale: str | None
    roles: tuple[Role, ...]
    #: What comes first, before any other page: CODE, SET_UP or nothing.
    first: str = ""
    shared: bool = False

    @property
    def scope(self) -> Scope:
        """What these roles together may see."""
        return scope_of(self.roles)

    def roles_at(self, place: Place | None) -> frozenset[str]:
        """Names of the roles that count at this place; without a place, of all roles.

        Who belongs to a closed municipality reads it further on, as its authority does.
        """
        names = frozenset(role.name for role in self.roles if place is None or counts_at(role, place))
        if place is not None and place.is_closed and names & INSIDERS:
            return names - INSIDERS | {"authority"}
        return names

    def without_ended(self, place: Place, day: date) -> "Visitor":
        """The same without consents of this place that ended before its local `day`."""
        kept = tuple(r for r in self.roles if r.municipality_id != place.id or not is_over(r, day))
        return self if len(kept) == len(self.roles) else replace(self, roles=kept)

    def unit_ids_at(self, place: Place) -> frozenset[int]:
        """Units at this place in which the visitor is an officer."""
        return frozenset(role.unit_id for role in self.roles if role.unit_id and role.municipality_id == place.id)


@dataclass(frozen=True)
class Browser:
    """A signed-in browser: since when, last seen when and where, how long it may stay; and who is behind it."""

    created_at: datetime
    seen_at: datetime
    stay: bool
    visitor: Visitor
    shared: bool = False
    needs_code: bool = False
    has_factor: bool = False
    address: str = ""


def is_over(role: Role, day: date) -> bool:
    """Whether a role ended by itself before this day."""
    return role.until_on is not None and role.until_on < day


def counts_at(role: Role, place: Place) -> bool:
    """Whether a role holds at a place."""
    if role.name == "administrator":
        return True
    if role.name == "monitor":
        return scope_of((role,)).covers(place)
    if role.name == "partner":
        return True
    return role.municipality_id == place.id


def scope_of(roles: tuple[Role, ...]) -> Scope:
    """The widest view these roles give together."""
    watching = [role for role in roles if role.name == "monitor"]
    return Scope(
        everywhere=any(role.name == "administrator" for role in roles),
        region=any(role.is_regional for role in watching),
        country_codes=frozenset(r.country_code for r in watching if r.country_code),
        state_ids=frozenset(r.state_id for r in watching if r.state_id),
        member_ids=frozenset().union(*(r.member_ids for r in watching)),
        municipality_ids=frozenset(
            r.municipality_id for r in roles if r.municipality_id and r.name in (*LOCAL, "assistant")
        ),
        unit_ids=frozenset(r.unit_id for r in roles if r.name == "officer" and r.unit_id),
        partner_ids=frozenset(r.partner_id for r in roles if r.name == "partner" and r.partner_id),
    )


def is_alive(browser: Browser, now: datetime) -> bool:
    """Whether a session still counts at this instant."""
    if browser.needs_code:
        return now < browser.created_at + CODE_WITHIN
    if browser.stay:
        return now < browser.created_at + ABSOLUTE_STAY
    idle = IDLE_SHARED if browser.shared else IDLE
    return now < browser.created_at + ABSOLUTE and now < browser.seen_at + idle


@lru_cache(maxsize=8)
def duty_of(setting: str) -> frozenset[str]:
    """The roles of a setting such as `administrator,monitor`, whose holders must have a second factor."""
    return frozenset(name.strip() for name in setting.split(",") if name.strip())


def comes_first(browser: Browser, duty: frozenset[str]) -> str:
    """What this browser's person has yet to do: CODE, SET_UP where a role in `duty` demands it, or nothing."""
    if browser.needs_code:
        return CODE
    held = {role.name for role in browser.visitor.roles}
    return SET_UP if held & duty and not browser.has_factor else ""


def gives_at(visitor: Visitor, place: Place | None) -> frozenset[str]:
    """The roles that a visitor may give at a municipality, or without one (place None)."""
    return given_by(visitor.roles, place)


def given_by(roles: tuple[Role, ...], place: Place | None) -> frozenset[str]:
    """The roles that whoever holds these may give at a municipality, or without one (place None).

    Who looks after a municipality invites its first coordinator before there is an agenda to share.
    """
    given: set[str] = set()
    for role in roles:
        if place is None or counts_at(role, place) or scope_of((role,)).looks_after(place):
            given |= GIVES.get(role.name, frozenset())
    if place is not None:
        return frozenset() if place.is_closed else frozenset(given & set(LOCAL))
    is_administrator = any(role.name == "administrator" for role in roles)
    return frozenset(given - set(LOCAL)) if is_administrator else frozenset()


def device_of(agent: str) -> str:
    """Browser and system behind a User-Agent, such as `firefox/windows`; `other` for what is not known."""
    systems = (
        ("iPhone", "iphone"),
        ("iPad", "ipad"),
        ("Android", "android"),
        ("Windows", "windows"),
        ("CrOS", "chromeos"),
        ("Mac OS", "mac"),
        ("Linux", "linux"),
    )
    browsers = (
        ("Edg", "edge"),
        ("OPR/", "opera"),
        ("SamsungBrowser", "samsung"),
        ("Firefox", "firefox"),
        ("FxiOS", "firefox"),
        ("CriOS", "chrome"),
        ("Chrome", "chrome"),
        ("Safari", "safari"),
    )
    browser = next((name for sign, name in browsers if sign in agent), "other")
    system = next((name for sign, name in systems if sign in agent), "other")
    return f"{browser}/{system}"
