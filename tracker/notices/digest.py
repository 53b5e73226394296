"""Digests: one mail a person and local day, written at the last moment from what still stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, render_template
from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update

from tracker.core.db import db
from tracker.core.i18n import in_language
from tracker.core.mail import Rendered
from tracker.notices.models import Digest, MailPreference, Notice
from tracker.notices.preferring import new_link
from tracker.notices.presenting import AUDIENCE_WORDS, CLEARED_WORDS
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place

#: Lines of a section; whoever has more to read finds the rest on the page.
MOST_LINES = 40
_SECTIONS = ("late", "soon", "cleared")


@dataclass(frozen=True)
class Section:
    """A part of a digest: its oldest lines, and how many there are in all."""

    lines: Sequence[Row[Any]] = ()
    count: int = 0

    @property
    def rest(self) -> int:
        """How many are not named."""
        return self.count - len(self.lines)


def render_digest(digest_id: int, now: datetime) -> Rendered | None:
    """Write a digest from what still stands, in the recipient's language; None when nothing is left.

    What it says is leaving from now on: what changes before the mail server has answered no longer holds it back.
    """
    found = db.session.execute(
        select(Digest, MailPreference.cleared)
        .outerjoin(MailPreference, MailPreference.address == Digest.recipient)
        .where(Digest.id == digest_id)
    ).one_or_none()
    if found is None:
        return None
    digest, wants_cleared = found
    _let_leave(digest_id)
    sections = _sections(digest_id)
    late, soon = sections["late"], sections["soon"]
    if not (late.count or soon.count):
        return None
    cleared = sections["cleared"] if wants_cleared is not False else Section()
    shown = [*late.lines, *soon.lines, *cleared.lines]
    places = places_by_id(sorted({n.municipality_id for n in shown}))
    first = places[shown[0].municipality_id]
    optional = bool(cleared.count) or any(n.facts.get("preference") for n in (*late.lines, *soon.lines))
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    choices_url = f"{public_url}/reminders/{new_link(digest.recipient, now)}"
    with in_language(digest.locale, first.country_code):
        context = {
            "digest": digest,
            "late": late,
            "soon": soon,
            "cleared": cleared,
            "places": places,
            "place_names": _names(places),
            "day": digest.day,
            "audience_words": AUDIENCE_WORDS,
            "cleared_words": CLEARED_WORDS,
            "public_url": public_url,
            "choices_url": choices_url,
        }
        return Rendered(
            subject=render_template("mail/digest.subject.txt", **context),
            text=render_template("mail/digest.txt", **context),
            html=render_template("mail/digest.html", **context),
            unsubscribe_url=choices_url,
            one_click_url=f"{choices_url}/off" if optional else "",
        )


def settle_digest(digest_id: int, state: str, answer: str, day: date) -> None:
    """The mail's fate becomes that of what it said; what was void while it left is settled for its reader."""
    mine = and_(Notice.digest_id == digest_id, Notice.state.in_(("composed", "leaving")))
    if state != "sent":
        db.session.execute(update(Notice).where(mine).values(state=state, reason=answer))
        # What was settled is told in the next digest instead.
        db.session.execute(update(Notice).where(Notice.cleared_in == digest_id).values(cleared_in=None))
        return
    void = and_(Notice.reason != "", Notice.step.like("overdue+%"))
    db.session.execute(
        update(Notice)
        .where(mine)
        .values(
            state="sent",
            reason="",
            cleared_on=case((void, day), else_=None),
            cleared_how=case((void, Notice.reason), else_=""),
        )
    )


def revive_digest(digest_id: int) -> None:
    """Somebody has the mail sent again: what it could not deliver is in it once more."""
    refused = and_(Notice.digest_id == digest_id, Notice.state == "failed")
    db.session.execute(update(Notice).where(refused).values(state="composed", reason=""))


def _let_leave(digest_id: int) -> None:
    """What still stands is leaving; what was void during an earlier try that did not carry it out ends here."""
    void = and_(Notice.state == "leaving", Notice.reason != "")
    db.session.execute(
        update(Notice)
        .where(Notice.digest_id == digest_id, Notice.state.in_(("composed", "leaving")))
        .values(state=case((void, "cancelled"), else_="leaving"))
    )


_SECTION: ColumnElement[str] = case(
    (Notice.state != "leaving", "cleared"), (Notice.step.like("overdue+%"), "late"), else_="soon"
)


def _sections(digest_id: int) -> dict[str, Section]:
    """What leaves with a digest and what it says to be settled, by section: the oldest strikes, and how many."""
    mine = _said_by(digest_id)
    counts: dict[str, int] = dict(
        db.session.execute(
            select(_SECTION, func.count(Notice.subject.distinct())).where(mine).group_by(_SECTION)
        ).all()
    )
    return {n: Section(_lines(digest_id, n), counts[n]) if n in counts else Section() for n in _SECTIONS}


def _said_by(digest_id: int) -> ColumnElement[bool]:
    leaving = and_(Notice.digest_id == digest_id, Notice.state == "leaving")
    return or_(leaving, and_(Notice.cleared_in == digest_id, Notice.state == "sent"))


def _lines(digest_id: int, section: str) -> Sequence[Row[Any]]:
    """The oldest lines of a section, a subject each once."""
    in_section = _SECTION.in_([section])
    newest = select(func.max(Notice.id)).where(_said_by(digest_id), in_section).group_by(Notice.subject)
    statement = (
        select(
            Notice.municipality_id,
            Notice.step,
            Notice.day,
            Notice.facts,
            Notice.audience,
            Notice.cleared_on,
            Notice.cleared_how,
        )
        .where(Notice.id.in_(newest))
        .order_by(Notice.struck_on, Notice.id)
        .limit(MOST_LINES)
    )
    return db.session.execute(statement).all()


def _names(places: dict[int, Place]) -> str:
    return ", ".join(sorted(place.name for place in places.values()))
