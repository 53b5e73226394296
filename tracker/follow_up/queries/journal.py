"""The journal: runs of the installation, checks of each municipality, and the notices that one check raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Text, and_, cast, func, not_, select
from sqlalchemy.orm import aliased

from tracker.agenda.models import Watch
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.follow_up.models import JobRun, PlaceCheck
from tracker.notices.models import Digest, Notice
from tracker.notices.queries import IS_SPOKEN
from tracker.post.models import OutboxMail
from tracker.territory.models import Municipality
from tracker.territory.queries import in_scope, is_called, within
from tracker.territory.rules import Place, Scope

#: Municipalities whose check fails that are looked for.
MOST_FAILING = 200
#: What a check did, as parts of its notices.
PARTS = ("told", "not_told", "nobody")


@dataclass(frozen=True)
class Wanted:
    """What a list of checks is narrowed to."""

    #: A municipality's code, or how its name begins.
    place: str = ""
    failed: bool = False
    #: Those made by one run of the installation.
    run: JobRun | None = None
    #: Older than this one, by id.
    before: int | None = None


def runs(job: str, failed: bool, before: int | None, limit: int) -> Sequence[JobRun]:
    """The newest runs of a job of the whole installation, newest first; only those in which something failed."""
    statement = select(JobRun).where(JobRun.job == job)
    if failed:
        statement = statement.where(cast(JobRun.failed, Text) != "[]")
    if before is not None:
        statement = statement.where(JobRun.id < before)
    return db.session.scalars(statement.order_by(JobRun.id.desc()).limit(limit)).all()


def run_with_id(run_id: int) -> JobRun | None:
    """One run of the installation."""
    return db.session.get(JobRun, run_id)


def checks_in(scope: Scope, wanted: Wanted, limit: int) -> Sequence[PlaceCheck]:
    """The newest checks of municipalities in scope, newest first."""
    statement = select(PlaceCheck).where(within(scope, PlaceCheck.municipality_id))
    if wanted.place:
        places = select(Municipality.id).where(is_called(wanted.place), in_scope(scope))
        statement = statement.where(PlaceCheck.municipality_id.in_(places))
    if wanted.failed:
        statement = statement.where(PlaceCheck.error != "")
    if wanted.run is not None:
        statement = statement.where(PlaceCheck.at.between(wanted.run.began_at, wanted.run.ended_at))
    if wanted.before is not None:
        statement = statement.where(PlaceCheck.id < wanted.before)
    return db.session.scalars(statement.order_by(PlaceCheck.id.desc()).limit(limit)).all()


def places_failing(scope: Scope, since: datetime) -> Sequence[int]:
    """Ids of municipalities in scope whose check failed since then and has not gone well after that."""
    later = aliased(PlaceCheck)
    mended = select(later.id).where(
        later.municipality_id == PlaceCheck.municipality_id, later.id > PlaceCheck.id, later.error == ""
    )
    statement = (
        select(PlaceCheck.municipality_id)
        .where(
            within(scope, PlaceCheck.municipality_id),
            PlaceCheck.at >= since,
            PlaceCheck.error != "",
            ~mended.exists(),
        )
        .distinct()
        .limit(MOST_FAILING)
    )
    return db.session.scalars(statement).all()


def watch_of(municipality_id: int) -> Watch | None:
    """When a municipality was checked and is checked next; None where there never was an agenda."""
    return db.session.get(Watch, municipality_id)


def watches_of(municipality_ids: Sequence[int]) -> dict[int, Watch]:
    """The same for several municipalities."""
    rows = db.session.scalars(select(Watch).where(Watch.municipality_id.in_(municipality_ids)))
    return {watch.municipality_id: watch for watch in rows}


def failed_on(day: date, municipality_ids: Sequence[int]) -> set[int]:
    """Of these municipalities those that could not be checked on their local day."""
    found: set[int] = set()
    for start in range(0, len(municipality_ids), 5_000):
        statement = select(PlaceCheck.municipality_id).where(
            PlaceCheck.day == day,
            PlaceCheck.error != "",
            PlaceCheck.municipality_id.in_(municipality_ids[start : start + 5_000]),
        )
        found.update(db.session.scalars(statement))
    return found


def check_with_id(place: Place, check_id: int) -> PlaceCheck:
    """A check of this very municipality; NotHere otherwise."""
    found = db.session.scalar(
        select(PlaceCheck).where(PlaceCheck.municipality_id == place.id, PlaceCheck.id == check_id)
    )
    if found is None:
        raise NotHere(check_id)
    return found


def notices_of(check: PlaceCheck, part: str, before: int | None, limit: int) -> Sequence[Notice]:
    """What a check raised, in the order in which it did; `part` is one of PARTS, else all but what is not told."""
    statement = select(Notice).where(_raised_by(check), *_parts(part))
    if before is not None:
        statement = statement.where(Notice.id > before)
    return db.session.scalars(statement.order_by(Notice.id).limit(limit)).all()


def count_raised(check: PlaceCheck) -> int:
    """How many notices stand as this check raised them; what a later check raised anew is that one's."""
    return db.session.scalar(select(func.count()).select_from(Notice).where(_raised_by(check))) or 0


def with_digest_of(day: date, recipients: Sequence[str]) -> set[str]:
    """Of these addresses those that have a digest of that local day already."""
    statement = select(Digest.recipient).where(Digest.day == day, Digest.recipient.in_(recipients))
    return set(db.session.scalars(statement))


def mails_of(digest_ids: Sequence[int]) -> dict[int, OutboxMail]:
    """The mail of each of these digests."""
    statement = select(OutboxMail).where(OutboxMail.kind == "digest", OutboxMail.ref_id.in_(digest_ids))
    return {mail.ref_id: mail for mail in db.session.scalars(statement)}


def _raised_by(check: PlaceCheck) -> ColumnElement[bool]:
    mine = Notice.municipality_id == check.municipality_id, Notice.raised_at == check.at
    return and_(*mine, not_(IS_SPOKEN))


def _parts(part: str) -> tuple[ColumnElement[bool], ...]:
    passed = and_(Notice.state == "cancelled", Notice.reason.in_(("skipped", "unwanted")))
    return {
        "told": (Notice.audience != "nobody", ~passed),
        "not_told": (passed,),
        "nobody": (Notice.audience == "nobody", ~passed),
    }.get(part, (~passed,))
