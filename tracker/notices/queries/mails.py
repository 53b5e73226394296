"""Reads of mails: which of them somebody may see, their tries, and what they say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, literal, or_, select, union_all

from tracker.core.db import db
from tracker.notices.models import Digest, Notice
from tracker.post.models import IS_OPEN, MailTry, OutboxMail
from tracker.territory.models import Municipality
from tracker.territory.queries import in_scope, within
from tracker.territory.rules import Scope, name_key

#: What a list of mails can be narrowed to.
STATES: dict[str, ColumnElement[bool]] = {
    # Few, and found by their own index.
    "waiting": OutboxMail.id.in_(select(OutboxMail.id).where(IS_OPEN).correlate(None)),
    "sent": OutboxMail.state == "sent",
    "failed": OutboxMail.state == "failed",
    "cancelled": OutboxMail.state == "cancelled",
    "doubt": OutboxMail.in_doubt.is_(True),
}
#: So many municipalities are few: their mails are found from their notices.
FEW = 20
#: Counted no further than this.
COUNTED = 1_000
#: Notices of one mail that are named, in each part; tries that are.
MOST_NOTICES, MOST_TRIES = 40, 100


@dataclass(frozen=True)
class Reach:
    """Which mails somebody may see: every one, or those that say something of a municipality in scope."""

    scope: Scope
    everything: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a list of mails is narrowed to."""

    #: One of STATES.
    state: str = ""
    #: How the address begins.
    address: str = ""
    #: A municipality's code, or how its name begins.
    place: str = ""
    #: Mails older than this one, by id.
    before: int | None = None


@dataclass(frozen=True)
class Said:
    """What one mail says of municipalities in scope: how many notices, and the first municipality by id."""

    count: int
    place_id: int


@dataclass(frozen=True)
class Part:
    """A part of what a mail says: its first notices, and how many there are in all."""

    notices: Sequence[Notice] = ()
    count: int = 0

    @property
    def rest(self) -> int:
        """How many are not named."""
        return self.count - len(self.notices)


def mails_in(reach: Reach, wanted: Wanted, limit: int) -> Sequence[Row[OutboxMail, str | None, date | None]]:
    """The newest mails: each with the name of its reader and its local day, where it is a digest."""
    statement = select(OutboxMail, Digest.name, Digest.day)
    few = _few_places(reach.scope, wanted.place)
    if few is not None:
        # Of few places: from their newest notices to the mails that carry them, however rare those are.
        carried = select(Notice.digest_id).where(Notice.digest_id.is_not(None), Notice.municipality_id.in_(few))
        own = carried.distinct().subquery()
        statement = statement.join(own, and_(OutboxMail.kind == "digest", OutboxMail.ref_id == own.c.digest_id))
        statement = statement.order_by(own.c.digest_id.desc())
        if wanted.before is not None:
            older = select(OutboxMail.ref_id).where(OutboxMail.id == wanted.before).correlate(None)
            statement = statement.where(own.c.digest_id < older.scalar_subquery())
    else:
        statement = _seen_from(reach, statement).order_by(OutboxMail.id.desc())
        if wanted.place:
            statement = statement.where(_says_of_many(and_(_is_called(wanted.place), in_scope(reach.scope))))
        if wanted.before is not None:
            statement = statement.where(OutboxMail.id < wanted.before)
    if wanted.state:
        statement = statement.where(STATES[wanted.state])
    if wanted.address:
        statement = statement.where(OutboxMail.address.startswith(wanted.address.lower(), autoescape=True))
    return db.session.execute(statement.outerjoin(Digest, _IS_DIGEST).limit(limit)).all()


def count_mails(reach: Reach, state: str) -> int:
    """How many mails are in one of STATES; no more than COUNTED + 1 are looked at."""
    some = _seen_from(reach, select(OutboxMail.id)).where(STATES[state]).limit(COUNTED + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def said_by(mails: Sequence[OutboxMail], scope: Scope) -> dict[int, Said]:
    """By id of a mail what it says of municipalities in scope; what was cancelled out of it is not counted."""
    ids = {mail.ref_id: mail.id for mail in mails if mail.kind == "digest"}
    still = func.sum(case((Notice.state == "cancelled", 0), else_=1))
    statement = (
        select(Notice.digest_id, still.label("count"), func.min(Notice.municipality_id).label("place_id"))
        .where(Notice.digest_id.in_(ids), _of_places(scope))
        .group_by(Notice.digest_id)
    )
    return {ids[row.digest_id]: Said(int(row[1]), row.place_id) for row in db.session.execute(statement)}


def mail_in(reach: Reach, mail_id: int) -> Row[OutboxMail, str | None, date | None] | None:
    """The mail with this id if it may be seen, with the name of its reader and its local day."""
    statement = _seen_from(reach, select(OutboxMail, Digest.name, Digest.day)).outerjoin(Digest, _IS_DIGEST)
    return db.session.execute(statement.where(OutboxMail.id == mail_id)).one_or_none()


def tries_of(mail_id: int) -> Sequence[MailTry]:
    """The newest tries of a mail that did not carry it out, oldest first."""
    newest = select(MailTry).where(MailTry.mail_id == mail_id).order_by(MailTry.id.desc()).limit(MOST_TRIES)
    return db.session.scalars(newest).all()[::-1]


def parts_of(mail: OutboxMail, scope: Scope) -> dict[str, Part]:
    """What a mail says of municipalities in scope: `told`, `left_out` (cancelled) and `settled`; oldest first."""
    if mail.kind != "digest":
        return {}
    left_out = case((Notice.state == "cancelled", "left_out"), else_="told")
    mine = union_all(
        select(Notice.id, Notice.struck_on, left_out.label("part")).where(
            Notice.digest_id == mail.ref_id, _of_places(scope)
        ),
        select(Notice.id, Notice.struck_on, literal("settled").label("part")).where(
            Notice.cleared_in == mail.ref_id, _of_places(scope)
        ),
    ).subquery()
    numbered = select(
        mine,
        func.row_number().over(partition_by=mine.c.part, order_by=(mine.c.struck_on, mine.c.id)).label("place"),
        func.count().over(partition_by=mine.c.part).label("total"),
    ).subquery()
    rows: Sequence[Row[Notice, str, int]] = db.session.execute(
        select(Notice, numbered.c.part, numbered.c.total)
        .join(numbered, numbered.c.id == Notice.id)
        .where(numbered.c.place <= MOST_NOTICES)
        .order_by(numbered.c.place)
    ).all()
    found: dict[str, Part] = {}
    for notice, name, total in rows:
        found[name] = Part([*found.get(name, Part()).notices, notice], total)
    return found


def municipalities_of(mail_id: int) -> list[int]:
    """Ids of all municipalities that a mail speaks of, whoever may see them."""
    statement = (
        select(Notice.municipality_id)
        .join(OutboxMail, _CARRIES)
        .where(OutboxMail.id == mail_id)
        .distinct()
        .order_by(Notice.municipality_id)
    )
    return list(db.session.scalars(statement))


_IS_DIGEST = and_(OutboxMail.kind == "digest", Digest.id == OutboxMail.ref_id)
_CARRIES = and_(OutboxMail.kind == "digest", Notice.digest_id == OutboxMail.ref_id)


def _seen_from(reach: Reach, statement: Any) -> Any:
    if reach.everything:
        return statement
    if reach.scope.everywhere or reach.scope.watches:
        return statement.where(_says_of_many(in_scope(reach.scope)))
    return statement.where(_says_of_few(reach.scope.municipality_ids))


def _says_of_few(ids: Collection[int]) -> ColumnElement[bool]:
    """It carries a notice of one of these municipalities: found from their notices, however rare they are."""
    digests = select(Notice.digest_id).where(Notice.digest_id.is_not(None), Notice.municipality_id.in_(ids))
    return and_(OutboxMail.kind == "digest", OutboxMail.ref_id.in_(digests))


def _says_of_many(places: ColumnElement[bool]) -> ColumnElement[bool]:
    """It carries a notice of a municipality like this: asked of one mail after the other, as most of them do."""
    return exists().where(_CARRIES, Municipality.id == Notice.municipality_id, places)


def _few_places(scope: Scope, text: str) -> Collection[int] | None:
    """The municipalities in question where they are few; None where they are many, or all."""
    if text:
        called = select(Municipality.id).where(_is_called(text), in_scope(scope)).limit(FEW + 1)
        ids = db.session.scalars(called).all()
        return ids if len(ids) <= FEW else None
    return None if scope.everywhere or scope.watches else scope.municipality_ids


def _of_places(scope: Scope) -> ColumnElement[bool]:
    """The notice is about a municipality in scope."""
    return within(scope, Notice.municipality_id)


def _is_called(text: str) -> ColumnElement[bool]:
    key = name_key(text).replace("%", "").replace("_", "")
    by_code = Municipality.code == text.lower()
    return or_(by_code, Municipality.name_key.startswith(key, autoescape=True)) if key else by_code


def failed_about(municipality_id: int, since: datetime) -> int:
    """How many mails about a municipality failed that were composed since this instant."""
    says = select(Notice.id).where(Notice.digest_id == OutboxMail.ref_id, Notice.municipality_id == municipality_id)
    statement = (
        select(func.count())
        .select_from(OutboxMail)
        .where(OutboxMail.state == "failed", OutboxMail.kind == "digest", OutboxMail.created_at >= since)
        .where(says.exists())
    )
    return db.session.scalar(statement) or 0
