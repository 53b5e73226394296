"""The handover of a person: roles, places in units and what waits to be told go to somebody else, in one step.

The history keeps the name of who left; what is printed later is what stood on the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Membership, User
from tracker.accounts.operations.invitations import Wish, invite
from tracker.accounts.operations.users import add_roles, end_membership, tell
from tracker.accounts.rules import LOCAL, Role
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import reckon, recount
from tracker.agenda.operations.reckoning import restart
from tracker.agenda.queries.counting import is_open
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.core.storage import StoredFile
from tracker.follow_up.models import PersonHandover
from tracker.notices.operations import hold_back_from, waiting_for
from tracker.territory.models import UnitPerson
from tracker.territory.queries import hold, policy_for, unit_names_of
from tracker.territory.rules import Place

#: Lines of the act; the rest is counted.
MOST = 300


@dataclass(frozen=True)
class Successor:
    """Who takes over: somebody with an account in the municipality, or somebody who is invited."""

    user_id: int | None = None
    name: str = ""
    #: Empty for a slip of paper.
    email: str = ""
    locale: str = "es"


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


def hand_over(
    act: Act,
    place: Place,
    user_id: int,
    roles: frozenset[str],
    how: str,
    successor: Successor,
    letter: StoredFile | None = None,
    note: str = "",
) -> PersonHandover:
    """Somebody hands over all of these roles that the person holds at a place, with what hangs on them.

    Whoever takes over has the roles at once, or an invitation to each. What waited to be told to who leaves is told
    by the next check to who is there then. Raises NotHere for who holds none of the roles, Refused with a message
    per field. A monitor needs the `letter`.
    """
    hold(place.id)
    leaving = leaving_at(place, user_id, roles, act.day)
    if how == "monitor" and letter is None:
        raise Refused(fields={"letter": _l("Add the signed letter that says so, as a photo or PDF.")})
    name, email = _check(place, leaving, successor)
    wanted = [Role(one.role, place.id, one.unit_id) for one in leaving.memberships]
    if successor.user_id is not None:
        add_roles(act, db.session.get_one(User, successor.user_id), wanted)
    else:
        # Whoever leaves may give nothing any more: the invitation stands by the handover itself.
        by_itself = replace(act, user_id=None)
        for role in wanted:
            invite(by_itself, Wish(role, name, successor.email, successor.locale, not successor.email))
    _move_entries(act, place, leaving, name, email)
    _tell_others(act, place, leaving.user.email)
    for membership in leaving.memberships:
        end_membership(act, membership.id, place.id, roles)
    made = _written(act, place, leaving, how, name, letter, note)
    told: dict[str, tuple[object, object]] = {
        "person": (leaving.user.name, name),
        "role": (", ".join(leaving.roles), None),
        "file": (None, letter.original_name if letter else None),
        "reason": (None, note.strip() or None),
    }
    record(act, "hand_over", place.id, f"handover:{made.id}", told)
    tell(act, leaving.user, "handed_over")
    return made


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


def _check(place: Place, leaving: Leaving, successor: Successor) -> tuple[str, str]:
    """Name and address ("" where none is known) of who takes over."""
    if successor.user_id is not None:
        known = dict(successors_at(place, leaving.user.id))
        if successor.user_id not in known:
            raise Refused(fields={"successor": _l("Choose somebody of the list, or write who takes over.")})
        return known[successor.user_id], db.session.get_one(User, successor.user_id).email
    if not successor.name.strip():
        raise Refused(fields={"name": _l("Say who takes over.")})
    if successor.email.strip().lower() == leaving.user.email:
        raise Refused(fields={"email": _l("This is the address of who leaves.")})
    return successor.name.strip(), successor.email.strip().lower()


def _move_entries(act: Act, place: Place, leaving: Leaving, name: str, email: str) -> None:
    """Who stood in a unit is replaced; where the successor stands there already, taken out."""
    units = dict(unit_names_of(place.id))
    for entry in leaving.entries:
        there = select(UnitPerson.id).where(
            UnitPerson.municipality_id == place.id, UnitPerson.unit_id == entry.unit_id, UnitPerson.email == email
        )
        unit = units[entry.unit_id]
        if email and db.session.scalar(there) is not None:
            gone: dict[str, tuple[object, object]] = {"name": (entry.name, None), "unit": (unit, None)}
            record(act, "leave_unit", place.id, f"person:{entry.id}", gone)
            db.session.delete(entry)
            continue
        moved: dict[str, tuple[object, object]] = {
            "name": (entry.name, name),
            "email": (entry.email, email or None),
            "phone": (entry.phone or None, None),
            "unit": (None, unit),
        }
        entry.name, entry.email, entry.phone = name, email or None, ""
        record(act, "edit", place.id, f"person:{entry.id}", moved)
    db.session.flush()


def _tell_others(act: Act, place: Place, email: str) -> None:
    """What waited for this address is not sent to it; the next check tells it to who is there then."""
    subjects = hold_back_from(place.id, email, "handed_over")
    ids: dict[str, list[int]] = {"commitment": [], "milestone": [], **_ids(subjects)}
    of_steps = select(Milestone.commitment_id).where(
        Milestone.municipality_id == place.id, Milestone.id.in_(ids["milestone"])
    )
    wanted = {*ids["commitment"], *db.session.scalars(of_steps)}
    if not wanted:
        return
    steps: dict[int, list[Milestone]] = {}
    own = Milestone.municipality_id == place.id, Milestone.commitment_id.in_(sorted(wanted))
    for step in db.session.scalars(select(Milestone).where(*own)):
        steps.setdefault(step.commitment_id, []).append(step)
    policy = policy_for(place)
    led = Commitment.municipality_id == place.id, Commitment.id.in_(sorted(wanted))
    for commitment in db.session.scalars(select(Commitment).where(*led)):
        rows: list[Commitment | Milestone] = [commitment, *steps.get(commitment.id, [])]
        for row in rows:
            if row.subject in subjects:
                restart(row)
        reckon(commitment, steps.get(commitment.id, []), policy)
    recount(place.id, act.day)


def _ids(subjects: set[str]) -> dict[str, list[int]]:
    """`commitment:3` and the like by kind."""
    found: dict[str, list[int]] = {}
    for subject in subjects:
        kind, _colon, own = subject.partition(":")
        found.setdefault(kind, []).append(int(own))
    return found


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


def _written(
    act: Act, place: Place, leaving: Leaving, how: str, name: str, letter: StoredFile | None, note: str
) -> PersonHandover:
    row = PersonHandover(
        municipality_id=place.id,
        on=act.day,
        at=act.at,
        by=act.name,
        by_user_id=act.user_id,
        how=how,
        leaving=leaving.user.name,
        successor=name,
        note=note.strip(),
        facts=leaving.facts,
        stored_name=letter.stored_name if letter else None,
        original_name=letter.original_name if letter else "",
        media_type=letter.media_type if letter else "",
    )
    db.session.add(row)
    db.session.flush()
    return row
