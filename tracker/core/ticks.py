"""What runs by itself: short transactions for jobs, and the scheduler that only wakes them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from tracker.core.db import db
from tracker.core.log import log
from tracker.core.now import utc_now
from tracker.core.pulse import note_pulse


@dataclass(frozen=True)
class Tick:
    """A recurring job: its name and what to call, inside an application context."""

    name: str
    run: Callable[[], object]


#: Where an application that serves says so.
AT_ONCE = "jobs at once"


@contextmanager
def transaction() -> Iterator[None]:
    """One short transaction of a job: committed at the end, rolled back on any error, session given back."""
    db.session.remove()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.remove()


def run_tick(app: Flask, tick: Tick) -> bool:
    """Run one job and note its pulse; an error is logged, never thrown further. Whether it went well."""
    with app.app_context():
        began_at, error = utc_now(), ""
        try:
            tick.run()
        except Exception as raised:
            error = type(raised).__name__
            log("ticks").error("tick failed", tick=tick.name, error=repr(raised), exc_info=True)
        finally:
            db.session.remove()
        try:
            with transaction():
                note_pulse(tick.name, began_at, utc_now(), error)
        except Exception as raised:
            # Without a database nothing can be noted; that the pulse is old says it.
            log("ticks").error("pulse not noted", tick=tick.name, error=repr(raised))
            return False
    return not error


def run_at_once(app: Flask, tick: Tick) -> None:
    """Run a job beside the present request, which does not wait for it; nothing where no server was started.

    If the process ends before the job does, the scheduler of this or another process takes it up.
    """
    if app.extensions.get(AT_ONCE):
        threading.Thread(target=run_tick, args=(app, tick), name=tick.name).start()


class Ticker:
    """Wakes jobs one after the other every so many seconds, until stopped."""

    def __init__(self, app: Flask, ticks: Sequence[Tick], seconds: int) -> None:
        self._app, self._ticks, self._stopping = app, list(ticks), threading.Event()
        # One interval job, coalesced and never overlapping: a late wake-up runs once instead of being dropped.
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self._wake, "interval", seconds=seconds, id="wake")

    def start(self) -> None:
        """Begin; the first wake-up comes after one pause."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the job under way and wake no more."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def _wake(self) -> None:
        for tick in self._ticks:
            if self._stopping.is_set():
                return
            run_tick(self._app, tick)
