"""What machines ask: is the process there, is the installation well. No names, no addresses, no traces."""

from flask import Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from tracker.core.db import db
from tracker.core.log import log
from tracker.core.now import utc_now
from tracker.monitoring.health import beats, disks, queue
from tracker.monitoring.rules import disk_state, queue_is_old, tick_state
from tracker.monitoring.views import monitoring

OK = "ok"
TICK_REASONS = {"never": "has not run yet", "failing": "fails", "stopped": "is not running"}
DISK_REASONS = {"unknown": "does not answer", "closed": "cannot be written to", "full": "is full"}


@monitoring.get("/healthz")
def alive() -> Response:
    """This process answers: for load balancers. Asks nobody else."""
    return Response("ok\n", mimetype="text/plain")


@monitoring.get("/readyz")
def ready() -> tuple[Response, int]:
    """Everything works, or what does not: for whoever is to be woken."""
    now = utc_now()
    found = {"database": OK, "disk": OK, "queue": OK, "ticks": OK}
    bad_disks = [f"{name} {DISK_REASONS[state]}" for name, state in _disk_states().items() if state in DISK_REASONS]
    if bad_disks:
        found["disk"] = "; ".join(bad_disks)
    try:
        oldest, ticks = queue(now).oldest, beats()
    except SQLAlchemyError as error:
        db.session.rollback()
        log("monitoring").error("database not available", error=type(error).__name__)
        found |= {"database": "does not answer", "queue": "not known", "ticks": "not known"}
    else:
        if oldest is not None and queue_is_old(oldest, now):
            found["queue"] = (
                f"a mail has waited {int((now - oldest).total_seconds() // 60)} minutes beyond its time"
            )
        states = {name: tick_state(beat, now, current_app.config["TICK_SECONDS"]) for name, beat in ticks.items()}
        bad_ticks = [f"{name}: {TICK_REASONS[state]}" for name, state in states.items() if state in TICK_REASONS]
        if bad_ticks:
            found["ticks"] = "; ".join(bad_ticks)
    return jsonify(found), 200 if set(found.values()) == {OK} else 503


def _disk_states() -> dict[str, str]:
    return {name: disk_state(space) for name, space in disks().items()}
