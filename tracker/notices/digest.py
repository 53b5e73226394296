"""Digests: one mail a person and local day, written at the last moment from what still stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, ColumnElement, Date, Row, and_, bindparam, case, func, or_, select, update

from tracker.core.db import db, table_of
from tracker.core.i18n import in_language
from tracker.core.mail import Rendered
from tracker.notices.models import Digest, MailPreference, Notice
from tracker.notices.operations import REVIVABLE
from tracker.notices.preferring import new_links
from tracker.notices.presenting import AUDIENCE_WORDS, CLEARED_WORDS
from tracker.notices.rules import LADDERS, RIDER, SPOKEN
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Place

#: Lines of a section; whoever has more to read finds the rest on the page.
MOST_LINES = 40


#: In the order of the mail.
_SECTIONS = ("spoken", "late", "blocked", "silent", "behind", "soon", "undated", "cleared")
#: Sections for which a mail leaves; the others go along.
_OWN_MAIL = {"spoken", "late", "soon", "blocked", "silent", "undated"}


@dataclass(frozen=True)
class Section:
    """A part of a digest: its oldest lines, and how many there are in all."""

    lines: Sequence[Row[Any]] = ()
    count: int = 0

    @property
    def rest(self) -> int:
        """How many are not named."""
        return self.count - len(self.lines)


#: Asked for every mail: made once, and on the table, where nothing in memory has to follow.
_TABLE = table_of(Notice)
_NOTICES = _TABLE.c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LEAVING = and_(_NOTICES.digest_id.in_(_IDS), _NOTICES.state == "leaving")
_CLEARED = and_(_NOTICES.cleared_in.in_(_IDS), _NOTICES.state == "sent")
_VOID = and_(_NOTICES.state == "leaving", _NOTICES.reason != "")
_LATE = _NOTICES.step.like("overdue+%")
_SPOKEN = or_(*[_NOTICES.step.like(f"{name}+%") for name in SPOKEN])
_LET_LEAVE = (
    update(_TABLE)
    .where(_NOTICES.digest_id.in_(_IDS), _NOTICES.state.in_(("composed", "leaving")))
    .values(state=case((_VOID, "cancelled"), else_="leaving"))
)
_HEADS = (
    select(Digest.id, Digest.recipient, Digest.name, Digest.day, Digest.locale, MailPreference.cleared)
    .outerjoin(MailPreference, MailPreference.address == Digest.recipient)
    .where(Digest.id.in_(_IDS))
)
_OWNER = case((_NOTICES.state == "leaving", _NOTICES.digest_id), else_=_NOTICES.cleared_in)


def _ladder(step: ColumnElement[str]) -> ColumnElement[str]:
    """`rules.ladder_of` in SQL."""
    alone = [(step.like(f"{name}+%"), step) for name in SPOKEN]
    return case(*[(step.like(f"{name}+%"), name) for name in LADDERS], *alone, else_="dates")


_LADDER = _ladder(_NOTICES.step)
_SECTION = case(
    (_NOTICES.state != "leaving", "cleared"),
    (_SPOKEN, "spoken"),
    (_LATE, "late"),
    (_LADDER == "dates", "soon"),
    else_=_LADDER,
)
#: Each clock of a subject once, by its newest step.
_SUBJECTS = (
    select(
        *(_NOTICES[name] for name in ("id", "municipality_id", "step", "struck_on", "day", "facts", "audience")),
        _NOTICES.cleared_on,
        _NOTICES.cleared_how,
        _OWNER.label("owner"),
        _SECTION.label("section"),
        func.row_number()
        .over(partition_by=(_OWNER, _NOTICES.subject, _LADDER), order_by=_NOTICES.id.desc())
        .label("nth"),
    )
    .where(or_(_LEAVING, _CLEARED))
    .subquery()
)
_PART = (_SUBJECTS.c.owner, _SUBJECTS.c.section)
_NUMBERED = (
    select(
        _SUBJECTS,
        func.row_number().over(partition_by=_PART, order_by=(_SUBJECTS.c.struck_on, _SUBJECTS.c.id)).label("place"),
        func.count().over(partition_by=_PART).label("total"),
    )
    .where(_SUBJECTS.c.nth == 1)
    .subquery()
)
_LINES = (
    select(_NUMBERED)
    .where(_NUMBERED.c.place <= MOST_LINES)
    .order_by(_NUMBERED.c.owner, _NUMBERED.c.section, _NUMBERED.c.place)
)
_STALE = select(_NOTICES.id).where(_NOTICES.digest_id == bindparam("digest"), _VOID).limit(1)
_OF_DIGEST = and_(_NOTICES.digest_id == bindparam("digest"), _NOTICES.state.in_(("composed", "leaving")))
#: Void because the thing itself is settled, not because a later step took the place of this one.
_LATE_VOID = and_(_NOTICES.reason.in_(REVIVABLE), _LATE)
_SENT = (
    update(_TABLE)
    .where(_OF_DIGEST)
    .values(
        state="sent",
        reason="",
        # What was void while it left is settled for its reader.
        cleared_on=case((_LATE_VOID, bindparam("today", type_=Date)), else_=None),
        cleared_how=case((_LATE_VOID, _NOTICES.reason), else_=""),
    )
)
#: What was void while it was on its way was held back after all.
_NOT_SENT = (
    update(_TABLE)
    .where(_OF_DIGEST)
    .values(
        state=case((_VOID, "cancelled"), else_=bindparam("how")),
        reason=case((_VOID, _NOTICES.reason), else_=bindparam("said")),
    )
)
_GO_ALONG_LATER = (
    update(_TABLE)
    .where(_OF_DIGEST, _NOTICES.step == RIDER, _NOTICES.reason == "")
    .values(state="waiting", digest_id=None)
)
#: A later notice about the same clock of a subject took the place of one that could not be delivered.
_LATER = _TABLE.alias()
_OVERTAKEN = (
    select(_LATER.c.id)
    .where(
        _LATER.c.subject == _NOTICES.subject,
        _ladder(_LATER.c.step) == _LADDER,
        _LATER.c.recipient == _NOTICES.recipient,
        _LATER.c.id > _NOTICES.id,
        _LATER.c.state.in_(("waiting", "composed", "leaving", "sent")),
    )
    .exists()
)
_SETTLED = _NOTICES.cleared_on.is_not(None)
_REVIVE = (
    update(_TABLE)
    .where(_NOTICES.digest_id == bindparam("digest"), _NOTICES.state == "failed")
    .values(
        state=case((or_(_SETTLED, _OVERTAKEN), "cancelled"), else_="composed"),
        reason=case((_SETTLED, _NOTICES.cleared_how), (_OVERTAKEN, "overtaken"), else_=""),
        cleared_on=None,
        cleared_how="",
    )
)


def write_digests(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """Write digests from what still stands, each in its recipient's language; those with nothing left are missing.

    What they say is leaving from now on: a change before the server has answered is noted, and `is_stale` tells.
    """
    db.session.execute(_LET_LEAVE, {"ids": list(ids)})
    found: Sequence[Any] = db.session.execute(_HEADS, {"ids": list(ids)}).all()
    heads = {head.id: head for head in found}
    parts: dict[int, dict[str, list[Row[Any]]]] = {}
    for line in db.session.execute(_LINES, {"ids": list(ids)}):
        parts.setdefault(line.owner, {}).setdefault(line.section, []).append(line)
    worth = [i for i in heads if parts.get(i, {}).keys() & _OWN_MAIL]
    shown = (line.municipality_id for i in worth for lines in parts[i].values() for line in lines)
    places = places_by_id(sorted(set(shown)))
    tokens = new_links([heads[i].recipient for i in worth], now)
    return {i: _write(heads[i], parts[i], places, token) for i, token in zip(worth, tokens, strict=True)}


def is_stale(digest_id: int) -> bool:
    """Whether something that a written digest says does not hold any more."""
    return db.session.execute(_STALE, {"digest": digest_id}).first() is not None


def settle_digest(digest_id: int, state: str, answer: str, today: date) -> None:
    """The mail's fate becomes that of what it said."""
    if state == "sent":
        db.session.execute(_SENT, {"digest": digest_id, "today": today})
        return
    if state == "cancelled":
        # What only goes along waits for the next mail.
        db.session.execute(_GO_ALONG_LATER, {"digest": digest_id})
    db.session.execute(_NOT_SENT, {"digest": digest_id, "how": state, "said": answer})
    # What was settled is told in the next digest instead.
    db.session.execute(update(Notice).where(Notice.cleared_in == digest_id).values(cleared_in=None))


def revive_digest(digest_id: int) -> None:
    """Somebody has the mail sent again: what it could not deliver is in it once more, if it still stands."""
    db.session.execute(_REVIVE, {"digest": digest_id})


def _write(head: Row[Any], parts: dict[str, list[Row[Any]]], places: dict[int, Place], token: str) -> Rendered:
    sections = {name: _section(parts.get(name, ())) for name in _SECTIONS}
    if head.cleared is False:
        sections["cleared"] = Section()
    lines = [line for section in sections.values() for line in section.lines]
    own = {line.municipality_id: places[line.municipality_id] for line in lines}
    optional = bool(sections["cleared"].count) or any(line.facts.get("preference") for line in lines)
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    choices_url = f"{public_url}/reminders/{token}"
    context = {
        "digest": head,
        **sections,
        # What is settled never makes a mail of its own.
        "first": lines[0],
        "places": own,
        "place_names": _names(own.values()),
        "day": head.day,
        "audience_words": AUDIENCE_WORDS,
        "cleared_words": CLEARED_WORDS,
        "public_url": public_url,
        "choices_url": choices_url,
    }
    template = current_app.jinja_env.get_template
    with in_language(head.locale, places[lines[0].municipality_id].country_code):
        return Rendered(
            subject=template("mail/digest.subject.txt").render(context),
            text=template("mail/digest.txt").render(context),
            html=template("mail/digest.html").render(context),
            unsubscribe_url=choices_url,
            one_click_url=f"{choices_url}/off" if optional else "",
        )


def _section(lines: Sequence[Row[Any]]) -> Section:
    return Section(lines, lines[0].total) if lines else Section()


def _names(places: Iterable[Place]) -> str:
    return ", ".join(sorted(place.name for place in places))
