"""`python -m bench.exports.phases NAME`: one export in a process of its own; prints seconds, memory and bytes."""

import json
import os
import resource
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from bench.places import application
from bench.seed import seed_flood
from tracker.accounts.models import User
from tracker.accounts.operations import begin_session
from tracker.core.db import begin_write, db
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.territory.models import Municipality

#: Small ones are asked for several times, after one that does not count.
_TIMES, _LARGE = 5, 50_000
Figures = dict[str, Any]


def main() -> int:
    """Run the phase that the environment describes."""
    told = os.environ
    app, phase = application(told["BENCH_DATABASE"], Path(told["BENCH_FOLDER"])), sys.argv[1]
    size = int(told["BENCH_SIZE"])
    if phase == "seed":
        with app.app_context():
            upgrade()
            seed_flood(size, date.fromisoformat(told["BENCH_DAY"]))
            db.session.remove()
            db.engine.dispose()
        figures: Figures = {}
    else:
        figures = _measured(app, phase, size)
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def _measured(app: Flask, kind: str, size: int) -> Figures:
    """Seconds until the first bytes and until the last, what was sent, and the peak of the whole process."""
    client, code = _signed_in(app)
    path = f"/{code}/agenda.{kind}?state=all&sort=code"
    asked = [_download(client, path) for _ in range(1 if size >= _LARGE else _TIMES + 1)]
    counted = asked[1:] or asked
    return {
        **{name: round(median(figures[name] for figures in counted), 4) for name in ("seconds", "busy", "first")},
        "bytes": counted[-1]["bytes"],
        "parts": counted[-1]["parts"],
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "idle_mib": _IDLE_MIB,
    }


def _download(client: FlaskClient, path: str) -> Figures:
    """Read the answer as it comes and keep nothing of it; `busy` are seconds of the processor in this process."""
    began, busy = perf_counter(), process_time()
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    first, sent, parts = 0.0, 0, 0
    for part in answer.iter_encoded():
        first = first or perf_counter() - began
        sent, parts = sent + len(part), parts + 1
    answer.close()
    took = {"seconds": perf_counter() - began, "busy": process_time() - busy, "first": first}
    return {**took, "bytes": sent, "parts": parts}


def _signed_in(app: Flask) -> tuple[FlaskClient, str]:
    client = app.test_client()
    with app.app_context():
        user_id = db.session.scalars(select(User.id).order_by(User.id)).first()
        code = db.session.scalars(select(Municipality.code)).one()
        db.session.rollback()
        with transaction():
            begin_write()
            token = begin_session(user_id or 0, utc_now(), stay=True)
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": token, "_fresh": True})
    return client, code


#: What the application costs before anybody asks.
_IDLE_MIB = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

if __name__ == "__main__":
    raise SystemExit(main())
