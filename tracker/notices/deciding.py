"""What people decide about mails: that many leave or none of them, that one that failed is sent again."""

from datetime import date

from sqlalchemy import select, update

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict, NotHere
from tracker.core.i18n import _
from tracker.notices.models import MassApproval, Notice
from tracker.notices.queries.held import held_at
from tracker.notices.queries.mails import municipalities_of
from tracker.post import operations as post
from tracker.post.models import OutboxMail
from tracker.territory.queries import hold, hold_all
from tracker.territory.rules import Place


def approve_mass(act: Act, municipality_id: int, day: date | None = None) -> None:
    """Let the mails of one municipality leave on one of its days, today at first, although they are many."""
    hold(municipality_id)
    day = day or act.day
    if db.session.get(MassApproval, (municipality_id, day)) is None:
        db.session.add(MassApproval(municipality_id=municipality_id, day=day, by=act.name, at=act.at))
        record(act, "approve_mails", municipality_id, "mails", {"day": (None, day)})


def decline_mass(act: Act, municipality_id: int, reason: str = "", until: int | None = None) -> int:
    """Hold back for good what waits in one municipality; how many notices. Later steps are raised as ever.

    With `until`, the id of a notice, only what had been raised when somebody looked: what came since waits on.
    """
    hold(municipality_id)
    seen = (Notice.id <= until,) if until is not None else ()
    found = db.session.execute(
        update(Notice)
        .where(Notice.municipality_id == municipality_id, Notice.state == "waiting", *seen)
        .values(state="cancelled", reason="declined")
        .returning(Notice.id)
    ).all()
    said = {"notices": (None, len(found)), "reason": (None, reason or None)}
    record(act, "decline_mails", municipality_id, "mails", said)
    return len(found)


def approve_held(act: Act, place: Place, day: date, seen: int) -> None:
    """Let what is held leave on that day; raises EditConflict where it is not what was `seen`: so many mails.

    A yes is for what somebody looked at: not for more that came since, nor for another day's.
    """
    mass = held_at(place, day)
    _must_be_held(place, day)
    if mass is not None and mass.waiting > seen:
        raise EditConflict(_("More mails wait by now than when you looked. Look again, then decide."))
    approve_mass(act, place.id, day)


def decline_held(act: Act, place: Place, day: date, reason: str, until: int) -> int:
    """Hold back for good what was seen to be held; raises EditConflict where nothing is held any more."""
    _must_be_held(place, day)
    return decline_mass(act, place.id, reason, until)


def send_again(act: Act, mail_id: int) -> None:
    """Let a mail that failed try anew, with what of it still stands; raises EditConflict where it did not fail.

    The trail of every municipality that the mail speaks of says so.
    """
    begin_write()
    ids = municipalities_of(mail_id)
    hold_all(ids)
    mail = db.session.scalar(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update())
    if mail is None:
        raise NotHere
    if mail.state != "failed":
        raise EditConflict(_("This mail is not one that failed: it was sent again already, or it has left."))
    post.send_again(mail, act.name, act.at)
    trails: list[int | None] = [*ids] or [None]
    for municipality_id in trails:
        record(act, "send_mail_again", municipality_id, f"mail:{mail_id}", {"state": ("failed", "waiting")})


def _must_be_held(place: Place, day: date) -> None:
    if held_at(place, day) is None:
        raise EditConflict(_("These mails do not wait for a yes any more: somebody decided, or they have left."))
