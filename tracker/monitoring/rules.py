"""When an installation is unwell: pure questions on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.core.disk import Space
from tracker.core.pulse import TOO_MANY_FAILURES
from tracker.post.rules import pause_after

#: A mail may wait so long beyond its time.
PATIENCE = timedelta(minutes=60)
#: Bytes: below the first nothing can be kept for long; below the second somebody should look.
FULL, LOW = 256 * 1024**2, 1024**3
#: Percent of a disk below which it is low, however large it is.
LOW_SHARE = 5


@dataclass(frozen=True)
class Beat:
    """How a tick went last: when it ended (None: it never ran), and how often in a row it failed."""

    ended_at: datetime | None = None
    failures: int = 0
    error: str = ""


def time_to_leave(since: datetime, attempts: int) -> datetime:
    """When a mail is to leave at the latest: put together or put off at `since`, after so many tries."""
    pause = pause_after(attempts, 1) if attempts else None
    return since + (pause or timedelta())


def queue_is_old(oldest: datetime | None, now: datetime) -> bool:
    """Whether mails wait too long beyond their time; `oldest` is the first one's time, None where none waits."""
    return oldest is not None and now - oldest > PATIENCE


def longest_pause(tick_seconds: int) -> timedelta:
    """After so long without an end of a tick nobody is running it."""
    return timedelta(seconds=5 * tick_seconds + 60)


def tick_state(beat: Beat, now: datetime, tick_seconds: int) -> str:
    """`never` (it did not run yet), `failing`, `stopped` or `well`."""
    if beat.ended_at is None:
        return "never"
    if beat.failures >= TOO_MANY_FAILURES:
        return "failing"
    return "stopped" if now - beat.ended_at > longest_pause(tick_seconds) else "well"


def disk_state(space: Space | None) -> str:
    """`unknown`, `closed` (nothing can be written), `full`, `low` or `well`."""
    if space is None:
        return "unknown"
    if not space.writable:
        return "closed"
    if space.free < FULL:
        return "full"
    return "low" if space.free < LOW or space.free * 100 < space.total * LOW_SHARE else "well"
