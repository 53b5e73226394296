"""A decided run enters the agenda: claimed by one worker, taken in whole in one transaction, or refused."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.audit.models import Act, AuditEntry
from tracker.core.db import begin_write, db, dialect_name
from tracker.core.i18n import _
from tracker.exchange.bringing.footprint import footprint_of, rows_at
from tracker.exchange.bringing.looking import newest_entry
from tracker.exchange.bringing.remembering import mark_of, remember
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.models import LEASE, ImportRun
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: A run that brings down its worker so often is given up.
MOST_TRIES = 3
#: Errors kept with a refused run; looking again shows all.
_KEPT = 50

#: Says how far it is: a step's name and percent of the whole.
Tell = Callable[[str, int], None]


@dataclass(frozen=True)
class Claim:
    """One run in the hands of one worker."""

    run_id: int
    municipality_id: int
    lease: str
    stored_name: str
    file_name: str
    user_id: int | None
    by: str


def queue(run: ImportRun, at: datetime, seen: int | None = None) -> None:
    """Everything is decided: the next worker takes it in. A run that is queued already stays as it is.

    `seen`: how far the trail had come when it was looked at; with more in it, nothing comes in.
    """
    if run.state in ("draft", "refused"):
        run.state, run.queued_at, run.changed_at = "queued", at, at
        run.tries, run.lease, run.lease_until = 0, None, None
        run.result = {} if seen is None else {"seen": seen}


def claim_next(now: datetime) -> Claim | None:
    """The oldest run that waits, or whose worker has not been heard of; nobody else gets it meanwhile."""
    begin_write()
    waiting = (ImportRun.state == "queued") | ((ImportRun.state == "running") & (ImportRun.lease_until < now))
    statement = select(ImportRun).where(waiting).order_by(ImportRun.queued_at, ImportRun.id).limit(1)
    if dialect_name() == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    run = db.session.scalar(statement)
    if run is None:
        return None
    run.lease, run.lease_until = secrets.token_hex(16), now + LEASE
    run.state, run.tries = "running", run.tries + 1
    return Claim(run.id, run.municipality_id, run.lease, run.stored_name, run.file_name, run.user_id, run.by)


def take_in_run(act: Act, place: Place, claim: Claim, content: bytes, tell: Tell) -> str:
    """Take a claimed run in, with what it leaves for an undo; the state that follows.

    `taken` where another worker has it by now: then nothing was written.
    """
    hold(place.id)
    run = _claimed(claim)
    if run is None:
        return "taken"
    if run.tries > MOST_TRIES:
        return refuse_run(run, act.at, _("It failed on our side again and again. Please tell the administrator."))
    mapping = AgendaMapping.model_validate(run.mapping)
    if run.result.get("seen") not in (None, newest_entry(place.id)):
        return refuse_run(run, act.at, _("Something changed meanwhile. Look at it once more."))
    last = _last_entry()
    before = rows_at(place.id)
    tell("writing", 30)
    result = import_agenda(act, place, content, claim.file_name, mapping)
    if result.errors:
        return refuse_run(run, act.at, _("Something changed meanwhile. Look at it once more."), result)
    tell("counting", 85)
    mark = footprint_of(before, rows_at(place.id))
    made = _partners_made(last, act)
    run.footprint = {**mark.to_json(), "partners": made, "last_entry": _last_entry()}
    run.state, run.ended_at, run.changed_at, run.lease = "done", act.at, act.at, None
    told = result.to_json()
    run.result = {name: told[name] for name in ("created", "updated", "unchanged", "skipped", "treated")}
    run.result |= {"units_created": result.units_created, "notices": told["notices"][:_KEPT]}
    if not run.is_returning:
        run.result["mark"] = mark_of(content)
        remember(act, place.id, content, run, mapping)
    db.session.flush()
    return "done"


def refuse_run(run: ImportRun, at: datetime, why: str, result: ImportResult | None = None) -> str:
    """It cannot come in as it is; a person looks at it again."""
    errors: list[dict[str, Any]] = [wrong.to_json() for wrong in result.errors[:_KEPT]] if result else []
    run.state, run.ended_at, run.lease = "refused", at, None
    run.result = {"why": why, "errors": errors, "count": len(result.errors) if result else 0}
    return "refused"


def give_back(claim: Claim, at: datetime, why: str) -> None:
    """The attempt failed: another one follows, the last one is told to the person."""
    begin_write()
    run = _claimed(claim)
    if run is not None and run.tries >= MOST_TRIES:
        refuse_run(run, at, why)
    elif run is not None:
        run.state, run.lease = "queued", None


def _claimed(claim: Claim) -> ImportRun | None:
    statement = select(ImportRun).where(
        ImportRun.id == claim.run_id, ImportRun.state == "running", ImportRun.lease == claim.lease
    )
    if dialect_name() == "postgresql":
        statement = statement.with_for_update()
    return db.session.scalar(statement)


def _last_entry() -> int:
    db.session.flush()
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def _partners_made(since: int, act: Act) -> list[int]:
    entries = select(AuditEntry.subject).where(
        AuditEntry.id > since, AuditEntry.at == act.at, AuditEntry.subject.like("partner:%")
    )
    return [int(subject.partition(":")[2]) for subject in db.session.scalars(entries)]
