"""The only place that reads the wall clock. Edges (views, commands, ticks) call it; nothing below them does."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone called `name`; raises ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether this installation knows the IANA time zone."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def today(zone_name: str) -> date:
    """The calendar day it is now in that IANA time zone."""
    return local_day(utc_now(), zone_name)


def local_day(instant: datetime, zone_name: str) -> date:
    """The calendar day of an aware instant in that IANA time zone."""
    return instant.astimezone(zone(zone_name)).date()


def latest_day_anywhere(instant: datetime) -> date:
    """The latest calendar day that any zone of the earth (UTC+14) has at the instant."""
    return (instant.astimezone(UTC) + timedelta(hours=14)).date()
