"""`python -m bench.policies.phases NAME`: one phase in a process of its own; prints what it found as JSON.

`serve` is the web process: it serves as `flask serve --no-scheduler` does until it is told to stop.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import Connection, event, func, select

from bench.places import application, version_of
from bench.seed import seed
from bench.subjects import stage_of
from bench.verifying import verified
from tracker.agenda.models import Watch
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.follow_up import ticks
from tracker.server import serve_until_stopped
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import newest_policy

#: Up to so many municipalities have a past too; more of them have what the clocks are made of.
WITH_HISTORY = 1_000
#: Set in turn: each moves the clocks of nearly every open row.
FIGURES = ({"soon_days": 21, "silence_days": 75}, {"soon_days": 14, "silence_days": 90})
HOST = "127.0.0.1"

Figures = dict[str, Any]


def prepare(day: date, size: int) -> Figures:
    """A region, with somebody signed in who coordinates the municipality in its middle."""
    upgrade()
    began = perf_counter()
    seeded = seed(size, day, with_history=size <= WITH_HISTORY)
    seconds = perf_counter() - began
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    stage = stage_of(app, seeded)
    kept = (stage.client.get_cookie(name) for name in ("session", "remember_token"))
    cookies = [f"{cookie.key}={cookie.value}" for cookie in kept if cookie]
    return {
        "seconds": seconds,
        "code": seeded.code,
        "cookie": "; ".join(cookies),
        "token": stage.token,
        "version": version_of(app),
    }


def change(day: date, nth: int) -> Figures:
    """Other figures for the whole installation, as the page and the command set them."""
    with transaction():
        set_policy(Act(None, "bench", "command", utc_now(), day), "*", FIGURES[nth % len(FIGURES)])
    return {}


def redo(_day: date, _size: int) -> Figures:
    """The tick that reckons anew, as the worker does it, and how long each of its transactions wrote."""
    with _written() as took:
        began = perf_counter()
        redone = ticks.redo_stale_clocks()
        seconds = perf_counter() - began
    return {"seconds": seconds, "redone": redone, "batches": [round(t, 4) for t in took]}


def verify(_day: date, _size: int) -> Figures:
    """Standings and clocks against the rules; municipalities that are left under an older policy."""
    with transaction():
        behind = select(func.count()).select_from(Watch).where(Watch.policy_version < newest_policy())
        left = db.session.scalar(behind)
    return {**verified(), "left_behind": left}


def serve(_day: date, port: int) -> Figures:
    """Pages alone."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    serve_until_stopped(app, HOST, port, scheduler=False)
    return {}


@contextmanager
def _written() -> Iterator[list[float]]:
    """Seconds of each transaction that wrote within the block, from its beginning until its connection is free."""
    took: list[float] = []
    began: dict[int, float] = {}

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("write", False):
            began[id(connection.connection.dbapi_connection)] = perf_counter()

    def given_back(dbapi_connection: Any, _record: Any) -> None:
        start = began.pop(id(dbapi_connection), None)
        if start is not None:
            took.append(perf_counter() - start)

    event.listen(db.engine, "begin", begin)
    event.listen(db.engine, "checkin", given_back)
    try:
        yield took
    finally:
        event.remove(db.engine, "begin", begin)
        event.remove(db.engine, "checkin", given_back)


PHASES: dict[str, Callable[[date, int], Figures]] = {
    phase.__name__: phase for phase in (prepare, change, redo, verify, serve)
}


def main() -> int:
    """Run the phase that the environment describes."""
    told = os.environ
    app = application(told["BENCH_DATABASE"], Path(told["BENCH_FOLDER"]))
    with app.app_context():
        figures = PHASES[sys.argv[1]](date.fromisoformat(told["BENCH_DAY"]), int(told["BENCH_SIZE"]))
        db.session.remove()
        db.engine.dispose()
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
