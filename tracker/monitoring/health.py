"""How the installation is: its mails, its ticks, its checks by time zone, its disks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import case, func, make_url, select

from tracker.agenda.models import Watch
from tracker.core.db import LONG_AGO, db
from tracker.core.disk import Space, space_at
from tracker.core.now import is_zone, latest_day_anywhere, local_day
from tracker.core.pulse import pulses
from tracker.monitoring.rules import Beat, time_to_leave
from tracker.post.models import MailTry, OutboxMail
from tracker.territory.models import Country, Municipality


@dataclass(frozen=True)
class Queue:
    """Mails that have not left."""

    #: Their time has come, or they are being handed over.
    waiting: int = 0
    #: The mail server put them off; their next try is to come.
    put_off: int = 0
    #: When the first of them was to leave.
    oldest: datetime | None = None


@dataclass(frozen=True)
class ZoneCheck:
    """Municipalities with an agenda in one time zone, and their checks."""

    name: str
    is_known: bool
    municipalities: int
    #: The latest local day of a check; None where none was made yet.
    checked_on: date | None
    #: Municipalities whose check has come and was not made.
    waiting: int


def queue(now: datetime) -> Queue:
    """What waits in the outbox."""
    last_try = select(func.max(MailTry.at)).where(MailTry.mail_id == OutboxMail.id).scalar_subquery()
    put_off = (OutboxMail.attempts > 0) & (OutboxMail.state == "waiting") & (OutboxMail.not_before > now)
    statement = (
        select(
            OutboxMail.attempts,
            func.count().label("all"),
            func.sum(case((put_off, 1), else_=0)).label("put_off"),
            func.min(func.coalesce(last_try, OutboxMail.created_at, type_=OutboxMail.created_at.type)).label(
                "since"
            ),
        )
        .where(OutboxMail.state.in_(("waiting", "sending")))
        .group_by(OutboxMail.attempts)
    )
    rows = db.session.execute(statement).all()
    times = [time_to_leave(row.since, row.attempts) for row in rows]
    put = sum(int(row.put_off) for row in rows)
    come = [time for time in times if time <= now]
    return Queue(sum(row[1] for row in rows) - put, put, min(come, default=None))


def failed_since(since: datetime) -> int:
    """Mails that were given up since then and were not sent again."""
    given_up = select(MailTry.id).where(
        MailTry.mail_id == OutboxMail.id, MailTry.outcome == "failed", MailTry.at >= since
    )
    statement = select(func.count()).where(OutboxMail.state == "failed", given_up.exists())
    return db.session.scalar(statement) or 0


def beats() -> dict[str, Beat]:
    """How each tick of the schedule went last, by name; a tick that is no more in it does not count."""
    known = {pulse.name: Beat(pulse.ended_at, pulse.failures, pulse.error) for pulse in pulses()}
    names: Sequence[str] = current_app.extensions["tick_names"]
    return {name: known.get(name, Beat()) for name in names}


def zone_checks(now: datetime) -> list[ZoneCheck]:
    """Checks by time zone of the municipalities that have an agenda."""
    latest = latest_day_anywhere(now)
    # Somewhere on earth it is one of these three days.
    days = [latest - timedelta(days=number) for number in range(3)]
    zone = func.coalesce(Municipality.timezone, Country.timezone)
    statement = (
        select(
            zone.label("zone"),
            func.count().label("municipalities"),
            func.max(Watch.checked_on).label("checked_on"),
            *[func.sum(case((Watch.next_check_on <= day, 1), else_=0)) for day in days],
        )
        .select_from(Watch)
        .join(Municipality, Municipality.id == Watch.municipality_id)
        .join(Country, Country.code == Municipality.country_code)
        .group_by(zone)
        .order_by(zone)
    )
    found = []
    for name, municipalities, checked_on, *waiting in db.session.execute(statement):
        known = is_zone(name)
        due = waiting[days.index(local_day(now, name))] if known else municipalities
        day = checked_on if checked_on != LONG_AGO else None
        found.append(ZoneCheck(name, known, municipalities, day, int(due)))
    return found


def disks() -> dict[str, Space | None]:
    """Room for what is kept: `uploads`, and `database` where it is a file on this machine."""
    found = {"uploads": space_at(Path(current_app.config["UPLOADS_DIR"]))}
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.drivername.startswith("sqlite") and url.database and url.database != ":memory:":
        found["database"] = space_at(Path(url.database).parent)
    return found
