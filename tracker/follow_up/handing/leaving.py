"""Who leaves a municipality, what hangs on the person there, who could take over, and the handovers that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Membership, User
from tracker.accounts.rules import LOCAL
from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.follow_up.models import PersonHandover
from tracker.notices.operations import waiting_for
from tracker.territory.models import UnitPerson
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place

#: Lines of the act; the rest is counted.
MOST = 300


@dataclass(frozen=True)
class Leaving:
    """Somebody who leaves, and what hangs on the person in the municipality."""

    user: User
    memberships: Sequence[Membership]
    #: Where the person stands among the people of a unit.
    entries: Sequence[UnitPerson]
    facts: dict[str, Any]

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles that end, each once."""
        return tuple(dict.fromkeys(membership.role for membership in self.memberships))


def leaving_at(place: Place, user_id: int, roles: frozenset[str], day: date) -> Leaving:
    """Somebody who holds one of these roles at a place, with what would move; NotHere otherwise."""
    held = select(Membership).where(
        Membership.user_id == user_id, Membership.municipality_id == place.id, Membership.role.in_(sorted(roles))
    )
    memberships = db.session.scalars(held.order_by(Membership.id)).all()
    user = db.session.get(User, user_id)
    if user is None or not user.active or not memberships:
        raise NotHere(user_id)
    own = UnitPerson.municipality_id == place.id, UnitPerson.email == user.email
    entries = db.session.scalars(select(UnitPerson).where(*own).order_by(UnitPerson.id)).all()
    return Leaving(user, memberships, entries, _facts(place, user, memberships, entries, day))


def successors_at(place: Place, but: int) -> list[tuple[int, str]]:
    """(id, name) of others with an account and a role in the municipality, by name."""
    statement = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.municipality_id == place.id, Membership.role.in_(LOCAL), User.active, User.id != but)
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def handover_of(municipality_id: int, handover_id: int) -> PersonHandover:
    """One handover of this very municipality; NotHere otherwise."""
    row = db.session.scalar(
        select(PersonHandover).where(
            PersonHandover.municipality_id == municipality_id, PersonHandover.id == handover_id
        )
    )
    if row is None:
        raise NotHere(handover_id)
    return row


def handovers_at(municipality_id: int) -> Sequence[PersonHandover]:
    """The handovers of people of a municipality, newest first, a hundred at most."""
    own = select(PersonHandover).where(PersonHandover.municipality_id == municipality_id)
    return db.session.scalars(own.order_by(PersonHandover.id.desc()).limit(100)).all()


def _facts(
    place: Place, user: User, memberships: Sequence[Membership], entries: Sequence[UnitPerson], day: date
) -> dict[str, Any]:
    """What moves, as plain JSON: who coordinates hands over all that is open, others what their units lead."""
    of_units = sorted({one.unit_id for one in memberships if one.unit_id} | {one.unit_id for one in entries})
    everything = any(membership.role in ("coordinator", "authority") for membership in memberships)
    led = [Commitment.municipality_id == place.id, is_open()]
    if not everything:
        led.append(Commitment.unit_id.in_(of_units))
    order = Commitment.due_on.is_(None), Commitment.due_on, Commitment.id
    rows = db.session.scalars(select(Commitment).where(*led).order_by(*order)).all()
    names = dict(unit_names_of(place.id))
    return {
        "roles": sorted({membership.role for membership in memberships}),
        "units": [names[unit_id] for unit_id in of_units],
        "open": len(rows),
        "late": sum(row.overdue_from <= day for row in rows),
        "notices": waiting_for(place.id, user.email),
        "rows": [
            {
                "code": row.code,
                "title": row.title,
                "unit": names.get(row.unit_id or 0, ""),
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "precision": row.due_precision,
                "late": row.overdue_from <= day,
                "slippage": row.slippage_days,
            }
            for row in rows[:MOST]
        ],
    }
