"""What the scheduler wakes: checking, composing, delivering, redoing clocks after a policy change.

Edges: they read the time and own their transactions; a bad municipality never stops the others.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from tracker.agenda.models import Attachment, Commitment, Milestone, Watch
from tracker.agenda.operations import reckon, recount_many
from tracker.core.db import begin_write, db
from tracker.core.log import log
from tracker.core.now import is_zone, latest_day_anywhere, local_day, utc_now
from tracker.core.storage import sweep
from tracker.core.ticks import transaction
from tracker.follow_up.checks import Checked, check_places, places_due
from tracker.follow_up.models import JobRun
from tracker.notices.digest import Composed, compose_for, places_to_compose
from tracker.post.delivery import Delivered, deliver_waiting
from tracker.territory.models import PolicySetting
from tracker.territory.queries import hold_all, places_by_id, policies_for
from tracker.territory.rules import Place

#: Municipalities in one transaction.
BATCH = 200
DAY = timedelta(days=1)


def check_due() -> None:
    """Check every municipality whose check has come in its own local day, as rarely as its dates ask."""
    now = utc_now()
    with transaction():
        watched = db.session.scalars(
            select(Watch.municipality_id).where(Watch.next_check_on <= latest_day_anywhere(now))
        ).all()
        places = places_by_id(watched)
        lost = [place.code for place in places.values() if not is_zone(place.zone)]
        days = {place.id: local_day(now, place.zone) for place in places.values() if place.code not in lost}
        due = places_due(days)
    if lost:
        log("follow_up").error("unknown time zone, not checked", municipalities=lost)
    by_day: dict[date, list[Place]] = {}
    for municipality_id in due:
        by_day.setdefault(days[municipality_id], []).append(places[municipality_id])
    for day, group in by_day.items():
        checked = check_in_batches(group, day)
        journal(
            "check",
            now,
            {
                "day": day.isoformat(),
                "municipalities": checked.municipalities,
                "looked_at": checked.looked_at,
                "notices": len(checked.notices),
            },
            checked.failed,
        )


def check_in_batches(
    places: Sequence[Place], day: date, everything: bool = False, dry_run: bool = False
) -> Checked:
    """Check places in batches of one transaction each; a failing batch is redone one by one."""
    total = Checked(day)
    for start in range(0, len(places), BATCH):
        batch = sorted(places[start : start + BATCH], key=lambda p: p.id)
        try:
            _add(total, _check(batch, day, everything, dry_run))
        except Exception as error:
            log("follow_up").error("a batch of checks failed, redone one by one", error=repr(error), exc_info=True)
            for place in batch:
                try:
                    _add(total, _check([place], day, everything, dry_run))
                except Exception as own:
                    log("follow_up").error("check failed", municipality=place.code, error=repr(own), exc_info=True)
                    total.failed.append(place.code)
    return total


def compose_due(narrowed_to: int | None = None, whatever_hour_day: date | None = None) -> Composed:
    """Compose digests for every place whose hour has come; with a day, for that day whatever the hour."""
    now = utc_now()
    total = Composed()
    with transaction():
        places = places_to_compose(now, narrowed_to, whatever_hour=whatever_hour_day is not None)
    by_day: dict[date, list[Place]] = {}
    for place in places:
        by_day.setdefault(whatever_hour_day or local_day(now, place.zone), []).append(place)
    for day, group in by_day.items():
        for start in range(0, len(group), BATCH):
            with transaction():
                begin_write()
                done = compose_for(group[start : start + BATCH], day, now)
            total.digests += done.digests
            total.notices += done.notices
            total.waiting_for_approval += done.waiting_for_approval
    if total.digests:
        journal("compose", now, total.as_json(), [])
    return total


def deliver_due() -> Delivered:
    """Send what waits."""
    now = utc_now()
    done = deliver_waiting(utc_now)
    if any(done.as_json().values()):
        journal("deliver", now, dict(done.as_json()), [])
    return done


def redo_stale_clocks() -> int:
    """Reckon anew the clocks of municipalities whose policy changed since; how many were redone."""
    with transaction():
        watched = (
            {w.municipality_id: w.policy_version for w in db.session.scalars(select(Watch))}
            if _any_policy()
            else {}
        )
        places = places_by_id(sorted(watched))
        policies = policies_for(list(places.values()))
    stale = [i for i, version in watched.items() if policies[i][1] > version]
    now = utc_now()
    for start in range(0, len(stale), BATCH):
        with transaction():
            _redo([places[i] for i in sorted(stale[start : start + BATCH])], now)
    return len(stale)


def sweep_files() -> int:
    """Once a day delete files that no row knows (an upload whose form was refused); how many."""
    now = utc_now()
    with transaction():
        last = db.session.scalar(select(func.max(JobRun.began_at)).where(JobRun.job == "sweep"))
        known = set(db.session.scalars(select(Attachment.stored_name))) if not last or now - last > DAY else None
    if known is None:
        return 0
    swept = sweep(Path(current_app.config["UPLOADS_DIR"]), known, before=(now - DAY).timestamp())
    journal("sweep", now, {"files": swept}, [])
    return swept


def journal(job: str, began_at: datetime, did: Mapping[str, object], failed: list[str]) -> None:
    """Note a run that did something, for the checks page."""
    with transaction():
        begin_write()
        db.session.add(JobRun(job=job, began_at=began_at, ended_at=utc_now(), did=dict(did), failed=failed))


def _check(batch: Sequence[Place], day: date, everything: bool, dry_run: bool) -> Checked:
    with transaction():
        if not dry_run:
            begin_write()
        return check_places(batch, day, utc_now(), everything, dry_run)


def _add(total: Checked, part: Checked) -> None:
    total.municipalities += part.municipalities
    total.looked_at += part.looked_at
    total.notices += part.notices


def _any_policy() -> bool:
    return db.session.scalar(select(PolicySetting.id).limit(1)) is not None


def _redo(places: Sequence[Place], now: datetime) -> None:
    hold_all([place.id for place in places])
    policies = policies_for(places)
    ids = [place.id for place in places]
    milestones: dict[int, list[Milestone]] = {}
    for milestone in db.session.scalars(select(Milestone).where(Milestone.municipality_id.in_(ids))):
        milestones.setdefault(milestone.commitment_id, []).append(milestone)
    for commitment in db.session.scalars(select(Commitment).where(Commitment.municipality_id.in_(ids))):
        reckon(commitment, milestones.get(commitment.id, []), policies[commitment.municipality_id][0])
    recount_many({place.id: local_day(now, place.zone) for place in places})
    for watch in db.session.scalars(select(Watch).where(Watch.municipality_id.in_(ids))):
        watch.policy_version = policies[watch.municipality_id][1]
