"""Giving and ending the consent that a monitor enters data for a municipality, for 90 days at most."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, false, or_, select

from tracker.accounts.models import Membership, User
from tracker.accounts.operations.sessions import end_sessions_of
from tracker.accounts.operations.users import tell
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.models import Member, WorkshopMunicipality
from tracker.territory.queries import hold
from tracker.territory.rules import Place

ASSISTANT = "assistant"
#: From the day of the consent to its last day.
LONGEST = timedelta(days=90)
#: Longest reason.
PURPOSE_LENGTH = 300


def monitors_of(place: Place) -> list[tuple[int, str]]:
    """(id, name) of those who look after a place, by name."""
    statement = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == "monitor", _reaches(place), User.active)
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def assistants_of(place: Place, day: date) -> Sequence[tuple[Membership, User]]:
    """Whose consent stands on a local day, that with the last day first."""
    held = Membership.municipality_id == place.id, Membership.role == ASSISTANT, Membership.until_on >= day
    statement = select(Membership, User).join(User, User.id == Membership.user_id).where(*held)
    rows = db.session.execute(statement.order_by(Membership.until_on, Membership.id))
    return [(row[0], row[1]) for row in rows]


def give_consent(act: Act, place: Place, user_id: int, until_on: date | None, purpose: str) -> Membership:
    """Let somebody who looks after the place enter data for it until a day, that day included.

    Refused with a message per field: for who does not look after it, for a day that is past or more than LONGEST
    away, and where a consent stands already.
    """
    hold(place.id)
    wrong: dict[str, object] = {}
    if user_id not in dict(monitors_of(place)):
        wrong["user"] = _l("Choose somebody who looks after the municipality.")
    if until_on is None or not act.day <= until_on <= act.day + LONGEST:
        wrong["until_on"] = _l("Give a day from today on, at most %(days)s days away.", days=LONGEST.days)
    if not purpose.strip():
        wrong["purpose"] = _l("Say in a few words what for.")
    if wrong:
        raise Refused(fields=wrong)
    own = Membership.municipality_id == place.id, Membership.role == ASSISTANT, Membership.user_id == user_id
    earlier = db.session.scalar(select(Membership).where(*own))
    if earlier is not None and earlier.until_on is not None and earlier.until_on >= act.day:
        raise Refused(fields={"user": _l("This consent stands already. End it first to give another one.")})
    if earlier is not None:
        db.session.delete(earlier)
        db.session.flush()
    user = db.session.get_one(User, user_id)
    made = Membership(user_id=user_id, role=ASSISTANT, municipality_id=place.id, until_on=until_on)
    db.session.add(made)
    db.session.flush()
    told: dict[str, tuple[object, object]] = {
        "person": (None, user.name),
        "until_on": (None, until_on),
        "reason": (None, purpose.strip()),
    }
    record(act, "give_consent", place.id, f"assistant:{user_id}", told)
    tell(act, user, ASSISTANT)
    return made


def end_consent(act: Act, place: Place, membership_id: int) -> str:
    """End a consent at once, by the municipality or by who has it; the name. NotHere where it stands not."""
    hold(place.id)
    own = (
        Membership.id == membership_id,
        Membership.municipality_id == place.id,
        Membership.role == ASSISTANT,
    )
    held = db.session.scalar(select(Membership).where(*own))
    if held is None:
        raise NotHere(membership_id)
    user = db.session.get_one(User, held.user_id)
    db.session.execute(delete(Membership).where(*own))
    end_sessions_of(user.id)
    told = {"person": (user.name, None), "until_on": (held.until_on, None)}
    record(act, "end_consent", place.id, f"assistant:{user.id}", told)
    if act.user_id != user.id:
        tell(act, user, "assistant_over")
    return user.name


def _reaches(place: Place) -> ColumnElement[bool]:
    """A condition on the Membership of a monitor: it reaches this place."""
    of = Membership
    associations = select(Member.association_id).where(Member.municipality_id == place.id)
    workshops = select(WorkshopMunicipality.workshop_id).where(WorkshopMunicipality.municipality_id == place.id)
    whole = and_(
        of.country_code.is_(None), of.state_id.is_(None), of.municipality_id.is_(None), of.workshop_id.is_(None)
    )
    return or_(
        whole,
        of.country_code == place.country_code,
        of.state_id == place.state_id if place.state_id else false(),
        of.municipality_id == place.id,
        of.municipality_id.in_(associations),
        of.workshop_id.in_(workshops),
    )
