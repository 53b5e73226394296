"""Giving and ending the consent that a monitor enters data for a municipality, for 90 days at most."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select

from tracker.accounts.models import Membership, User
from tracker.accounts.operations.sessions import end_sessions_of
from tracker.accounts.operations.users import tell
from tracker.accounts.queries.reaching import ASSISTANT, monitors_of
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: From the day of the consent to its last day.
LONGEST = timedelta(days=90)


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
