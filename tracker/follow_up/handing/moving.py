"""The handover of a person: roles, places in units and what waits to be told go to somebody else, in one step.

The history keeps the name of who left; what is printed later is what stood on the day.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select

from tracker.accounts.models import Membership, User
from tracker.accounts.operations.invitations import Wish, invite
from tracker.accounts.operations.users import add_roles, end_membership, tell
from tracker.accounts.rules import LOCAL, Role
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import reckon, recount
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.core.storage import StoredFile
from tracker.follow_up.handing.leaving import Leaving, leaving_at, successors_at
from tracker.follow_up.models import PersonHandover
from tracker.follow_up.operations.answering import tell_in_place_of
from tracker.notices.operations import hold_back_from
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.queries import hold, policy_for, unit_names_of
from tracker.territory.rules import Place


@dataclass(frozen=True)
class Successor:
    """Who takes over: somebody with an account in the municipality, or somebody who is invited."""

    user_id: int | None = None
    name: str = ""
    #: Empty for a slip of paper.
    email: str = ""
    locale: str = "es"


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
    if successor.user_id is not None and successor.user_id == act.user_id:
        raise Refused(fields={"successor": _l("Nobody takes a role over by handing it to oneself.")})
    name, email = _check(place, leaving, successor)
    wanted = [Role(one.role, place.id, one.unit_id) for one in leaving.memberships]
    if successor.user_id is not None:
        add_roles(act, db.session.get_one(User, successor.user_id), wanted)
    else:
        # Whoever leaves may give nothing any more, on whichever page: the invitation stands by the handover itself.
        # Anybody else answers for it, and gives nothing to the own address.
        inviting = replace(act, user_id=None) if leaving.user.id == act.user_id else act
        for role in wanted:
            invite(inviting, Wish(role, name, successor.email, successor.locale, not successor.email))
    if not _stays(place, leaving):
        _move_entries(act, place, leaving, name, email)
        _move_mailboxes(act, place, leaving, email)
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


def _stays(place: Place, leaving: Leaving) -> bool:
    """Whether the person keeps another role here: then whatever is told to the address goes on."""
    handed = [membership.id for membership in leaving.memberships]
    other = select(Membership.id).where(
        Membership.user_id == leaving.user.id,
        Membership.municipality_id == place.id,
        Membership.role.in_(LOCAL),
        Membership.id.not_in(handed),
    )
    return db.session.scalar(other.limit(1)) is not None


def _move_mailboxes(act: Act, place: Place, leaving: Leaving, email: str) -> None:
    """Where the person's own address served as the mailbox of a unit, it is the successor's now, or none."""
    own = Unit.municipality_id == place.id, Unit.mailbox == leaving.user.email
    for unit in db.session.scalars(select(Unit).where(*own).order_by(Unit.id)):
        before, unit.mailbox = unit.mailbox, email or None
        record(act, "set_mailbox", place.id, f"unit:{unit.id}", {"mailbox": (before, unit.mailbox)})


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
    """What waited for this address is not sent to it; the next check tells it to who is there then.

    What was answered or said, which no check finds, is told to who is there now.
    """
    tell_in_place_of(act, place, email)
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
