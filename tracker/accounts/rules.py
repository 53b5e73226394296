"""Who somebody is, as plain values, and what follows for what they may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.territory.rules import Place, Scope

ROLES = ("administrator", "monitor", "coordinator", "officer", "authority", "partner")
#: Without "stay signed in": gone after so long without a click, and at the latest after so long.
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
#: With "stay signed in".
ABSOLUTE_STAY = timedelta(days=30)
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

    @property
    def scope(self) -> Scope:
        """What these roles together may see."""
        return scope_of(self.roles)

    def roles_at(self, place: Place | None) -> frozenset[str]:
        """Names of the roles that count at this place; without a place, of all roles."""
        return frozenset(role.name for role in self.roles if place is None or counts_at(role, place))

    def unit_ids_at(self, place: Place) -> frozenset[int]:
        """Units at this place in which the visitor is an officer."""
        return frozenset(role.unit_id for role in self.roles if role.unit_id and role.municipality_id == place.id)


@dataclass(frozen=True)
class Browser:
    """A signed-in browser: since when, last seen when, whether it stays; and who is behind it."""

    created_at: datetime
    seen_at: datetime
    stay: bool
    visitor: Visitor


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
            r.municipality_id
            for r in roles
            if r.municipality_id and r.name in ("coordinator", "officer", "authority")
        ),
        unit_ids=frozenset(r.unit_id for r in roles if r.name == "officer" and r.unit_id),
        partner_ids=frozenset(r.partner_id for r in roles if r.name == "partner" and r.partner_id),
    )


def is_alive(created_at: datetime, seen_at: datetime, stay: bool, now: datetime) -> bool:
    """Whether a session still counts at this instant."""
    if stay:
        return now < created_at + ABSOLUTE_STAY
    return now < created_at + ABSOLUTE and now < seen_at + IDLE
