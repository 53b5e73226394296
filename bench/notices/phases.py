"""`python -m bench.notices.phases NAME`: one phase in a process of its own; prints seconds, memory and counts."""

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from flask_migrate import upgrade
from sqlalchemy import func, select

from bench.places import application
from bench.seed import ZONE, seed, seed_flood
from bench.verifying import verified
from tracker.core.db import db
from tracker.core.ticks import transaction
from tracker.follow_up import ticks
from tracker.follow_up.checks import Way
from tracker.notices.models import Notice
from tracker.post.models import OutboxMail
from tracker.territory.queries import places_by_id

Figures = dict[str, Any]


def seed_region(day: date, size: int) -> Figures:
    """Municipalities with their agendas, checked until yesterday."""
    upgrade()
    seed(size, day, with_history=False)
    return {"municipalities": size}


def seed_late(day: date, size: int) -> Figures:
    """One municipality with so many late commitments."""
    upgrade()
    seed_flood(size, day)
    return {"late": size}


def tick(day: date, _size: int) -> Figures:
    """The scheduled check, as the worker does it, at noon of the day."""
    before = _count(Notice)
    with _noon(day):
        began = perf_counter()
        ticks.check_due()
        seconds = perf_counter() - began
    return {"seconds": seconds, "notices": _count(Notice) - before}


def idle(day: date, size: int) -> Figures:
    """The same on the day before, when nothing is left to do."""
    return tick(day - timedelta(days=1), size)


def everything(day: date, _size: int) -> Figures:
    """A check that looks at every open row, as after an import of all of them."""
    with transaction():
        places = list(places_by_id(range(1, 20_000)).values())
    checked = ticks.check_in_batches(places, day, Way(everything=True, listing=False))
    return {"notices": checked.told, "looked_at": checked.looked_at}


def compose(day: date, _size: int) -> Figures:
    """Digests of what waits."""
    began = perf_counter()
    composed = ticks.compose_due(whatever_hour_day=day)
    return {"seconds": perf_counter() - began, **composed.as_json()}


def deliver(_day: date, _size: int) -> Figures:
    """Every mail, over SMTP."""
    began = perf_counter()
    delivered = ticks.deliver_due()
    seconds = perf_counter() - began
    return {"seconds": seconds, **delivered.as_json(), "mails_left": _count(OutboxMail, OutboxMail.state != "sent")}


def verify(_day: date, _size: int) -> Figures:
    """Standings against the rows; the stored clocks of sampled rows against the rules."""
    return verified()


PHASES: dict[str, Callable[[date, int], Figures]] = {
    phase.__name__: phase for phase in (seed_region, seed_late, tick, idle, everything, compose, deliver, verify)
}


def _count(model: type[Notice] | type[OutboxMail], *conditions: Any) -> int:
    with transaction():
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _noon(day: date) -> Any:
    return time_machine.travel(datetime.combine(day, time(12), ZoneInfo(ZONE)), tick=True)


def main() -> int:
    """Run the phase that the environment describes."""
    told = os.environ
    app = application(told["BENCH_DATABASE"], Path(told["BENCH_FOLDER"]))
    app.config["MAIL_URL"] = told.get("BENCH_MAIL", app.config["MAIL_URL"])
    began = perf_counter()
    with app.app_context():
        figures = PHASES[sys.argv[1]](date.fromisoformat(told["BENCH_DAY"]), int(told["BENCH_SIZE"]))
        db.session.remove()
        db.engine.dispose()
    figures.setdefault("seconds", perf_counter() - began)
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
