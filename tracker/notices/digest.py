"""Digests: one mail a person and local day, written at the last moment from what still stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, render_template
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.core.db import db, dialect_name
from tracker.core.i18n import in_language
from tracker.core.mail import Rendered
from tracker.core.now import is_zone, zone
from tracker.notices.models import Digest, MassApproval, Notice
from tracker.notices.presenting import AUDIENCE_WORDS
from tracker.notices.queries import municipalities_waiting, notices_of_digest
from tracker.notices.rules import APPROVAL_ABOVE, may_leave
from tracker.post.operations import post_mail
from tracker.territory.queries import hold_all, places_by_id, policies_for
from tracker.territory.rules import Place

#: Lines of a section; whoever has more to read finds the rest on the page.
MOST_LINES = 40


@dataclass
class Composed:
    """What one composing did."""

    digests: int = 0
    notices: int = 0
    #: Mails held back until a person says yes.
    waiting_for_approval: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts under their public names."""
        return {
            "digests": self.digests,
            "notices": self.notices,
            "waiting_for_approval": self.waiting_for_approval,
        }


def places_to_compose(now: datetime, narrowed_to: int | None = None, whatever_hour: bool = False) -> list[Place]:
    """Places with waiting notices whose digest hour has come on a working day; `whatever_hour` takes all."""
    places = [p for p in places_by_id(municipalities_waiting(narrowed_to)).values() if is_zone(p.zone)]
    if whatever_hour:
        return places
    policies = policies_for(places)
    return [p for p in places if may_leave(now, zone(p.zone), p.country_code, policies[p.id][0])]


def compose_for(places: Sequence[Place], day: date, now: datetime) -> Composed:
    """Put the waiting notices of these places (all of one local day) into digests, in the caller's transaction.

    A person who already has a digest of that day hears the rest in the next one. More mails for one
    municipality than may leave by themselves wait for a person's yes.
    """
    done = Composed()
    hold_all([place.id for place in places])
    ids = _free_to_leave([place.id for place in places], day, done)
    waiting = db.session.execute(
        select(Notice.recipient, func.min(Notice.name), func.min(Notice.locale))
        .where(Notice.state == "waiting", Notice.municipality_id.in_(ids))
        .group_by(Notice.recipient)
        .order_by(Notice.recipient)
    ).all()
    for recipient, name, locale in waiting:
        digest_id = _new_digest(recipient, name, day, locale)
        if digest_id is None:
            continue
        taken = db.session.execute(
            update(Notice)
            .where(Notice.state == "waiting", Notice.recipient == recipient, Notice.municipality_id.in_(ids))
            .values(state="composed", digest_id=digest_id)
            .returning(Notice.id)
        ).all()
        post_mail("digest", digest_id, recipient, now)
        done.digests += 1
        done.notices += len(taken)
    return done


def _free_to_leave(ids: list[int], day: date, done: Composed) -> list[int]:
    """The municipalities whose mails of the day are few enough, or have somebody's yes."""
    counts = db.session.execute(
        select(Notice.municipality_id, func.count(Notice.recipient.distinct()))
        .where(Notice.state == "waiting", Notice.municipality_id.in_(ids))
        .group_by(Notice.municipality_id)
    ).all()
    approved = set(
        db.session.scalars(
            select(MassApproval.municipality_id).where(
                MassApproval.day == day, MassApproval.municipality_id.in_(ids)
            )
        )
    )
    free = []
    for municipality_id, mails in counts:
        if mails <= APPROVAL_ABOVE or municipality_id in approved:
            free.append(municipality_id)
        else:
            done.waiting_for_approval += mails
    return free


def _new_digest(recipient: str, name: str, day: date, locale: str) -> int | None:
    """The id of a digest made now; None where the person has one of that day already."""
    insert = postgresql_insert if dialect_name() == "postgresql" else sqlite_insert
    statement = (
        insert(Digest)
        .values(recipient=recipient, name=name, day=day, locale=locale)
        .on_conflict_do_nothing(index_elements=[Digest.recipient, Digest.day])
        .returning(Digest.id)
    )
    return db.session.scalar(statement)


def render_digest(digest_id: int) -> Rendered | None:
    """Write a digest from what still stands, in the recipient's language; None when nothing is left."""
    digest = db.session.get(Digest, digest_id)
    late, late_count = notices_of_digest(digest_id, True, MOST_LINES)
    soon, soon_count = notices_of_digest(digest_id, False, MOST_LINES)
    if digest is None or not (late or soon):
        return None
    places = places_by_id(sorted({n.municipality_id for n in [*late, *soon]}))
    first = places[(late or soon)[0].municipality_id]
    with in_language(digest.locale, first.country_code):
        context = {
            "digest": digest,
            "late": late,
            "soon": soon,
            "late_count": late_count,
            "soon_count": soon_count,
            "places": places,
            "day": digest.day,
            "audience_words": AUDIENCE_WORDS,
            "public_url": current_app.config["PUBLIC_URL"].rstrip("/"),
        }
        return Rendered(
            subject=render_template("mail/digest.subject.txt", **context),
            text=render_template("mail/digest.txt", **context),
            html=render_template("mail/digest.html", **context),
        )


def settle_digest(digest_id: int, state: str, answer: str) -> None:
    """The mail's fate becomes that of what it said."""
    db.session.execute(
        update(Notice)
        .where(Notice.digest_id == digest_id, Notice.state == "composed")
        .values(state=state, reason=answer if state != "sent" else "")
    )
