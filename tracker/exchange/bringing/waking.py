"""What the scheduler wakes, and the web process at once: decided runs are taken in, abandoned ones swept.

An edge: it reads the time and owns its transactions.
"""

from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select

from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.log import log
from tracker.core.now import local_day, utc_now
from tracker.core.ticks import Tick, transaction
from tracker.exchange.bringing import files
from tracker.exchange.bringing.taking import Claim, claim_next, give_back, take_in_run
from tracker.exchange.models import OPEN_STATES, ImportRun
from tracker.territory.queries import places_by_id

#: A sheet that nobody went on with is removed after it.
ABANDONED = timedelta(days=1)
#: Runs taken in by one tick; the rest waits for the next.
_MOST = 50


def bring_in_waiting() -> int:
    """Take in what is decided, oldest first; how many were tried."""
    for count in range(_MOST):
        with transaction():
            waits = db.session.scalar(
                select(ImportRun.id).where(ImportRun.state.in_(("queued", "running"))).limit(1)
            )
        if waits is None:
            return count
        with transaction():
            claim = claim_next(utc_now())
        if claim is None:
            return count
        _take_in(claim)
    return _MOST


def sweep_imports() -> int:
    """Remove sheets that nobody went on with, and files without a run; how many files of the latter."""
    uploads, before = Path(current_app.config["UPLOADS_DIR"]), utc_now() - ABANDONED
    abandoned = ImportRun.state.in_(OPEN_STATES), ImportRun.changed_at < before
    with transaction():
        old = db.session.scalars(select(ImportRun.stored_name).where(*abandoned)).all()
    if old:
        with transaction():
            begin_write()
            db.session.execute(delete(ImportRun).where(*abandoned))
        for name in old:
            files.forget(uploads, name)
    with transaction():
        known = set(db.session.scalars(select(ImportRun.stored_name)))
    return files.sweep(uploads, known, before.timestamp())


#: The same job, wherever it is woken from.
BRING_IN = Tick("bring agendas in", bring_in_waiting)


def _take_in(claim: Claim) -> None:
    uploads = Path(current_app.config["UPLOADS_DIR"])

    def tell(step: str, percent: int) -> None:
        files.note_progress(uploads, claim.stored_name, step, percent)

    try:
        tell("reading", 10)
        content = files.content_of(uploads, claim.stored_name)
        with transaction():
            place = places_by_id([claim.municipality_id])[claim.municipality_id]
        now = utc_now()
        act = Act(claim.user_id, claim.by, "import", now, local_day(now, place.zone))
        with transaction():
            state = take_in_run(act, place, claim, content, tell)
        tell(state, 100)
    except OSError as error:
        log("exchange").error("a sheet is gone", run=claim.run_id, error=type(error).__name__)
        _give_back(claim, _("The file is gone. Please send it again."))
    except Exception as error:
        log("exchange").error("an import failed", run=claim.run_id, error=repr(error), exc_info=True)
        _give_back(claim, _("It failed on our side. Nothing was written; please try again later."))


def _give_back(claim: Claim, why: str) -> None:
    with transaction():
        give_back(claim, utc_now(), why)
