"""What the scheduler wakes: checking, composing, delivering, redoing clocks after a policy change.

Edges: they read the time and own their transactions; a bad municipality never stops the others.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import sleep

from flask import current_app
from sqlalchemy import func, select

from tracker.accounts.operations.resets import sweep_resets
from tracker.agenda.models import Attachment, Watch
from tracker.agenda.queries.follow_up import Cursor
from tracker.core.db import begin_write, db
from tracker.core.log import log
from tracker.core.now import is_zone, latest_day_anywhere, local_day, utc_now, zone
from tracker.core.storage import sweep
from tracker.core.ticks import transaction
from tracker.follow_up.checked import Checked
from tracker.follow_up.checks import Way, check_part, places_due, watched_until
from tracker.follow_up.models import JobRun, PersonHandover, PlaceCheck
from tracker.follow_up.operations import forget_checks, take_back_checks
from tracker.follow_up.operations.inheriting import tell_that_term_ends
from tracker.follow_up.policies.redoing import redo_clocks, stale_municipalities
from tracker.follow_up.queries.inheriting import ends_to_tell
from tracker.follow_up.queries.journal import failed_on
from tracker.notices.composing import Composed, compose_for, in_batches, places_behind, places_to_compose
from tracker.notices.preferring import sweep_links
from tracker.notices.rules import may_leave
from tracker.post.delivery import Delivered, deliver_waiting
from tracker.post.operations import bring_forward
from tracker.territory.queries import newest_policy, places_by_id, policies_for
from tracker.territory.rules import Place

#: Municipalities in one transaction.
BATCH = 200
DAY = timedelta(days=1)
#: Seconds between two transactions that redo clocks. On SQLite whoever waits to write looks every tenth of a second
#: whether it may: without a longer pause the next transaction is there first, again and again.
PAUSE = 0.12
#: How long the journal of checks by municipality is kept.
KEPT = timedelta(days=400)


def check_due() -> None:
    """Check every municipality whose check has come in its own local day, as rarely as its dates ask.

    What another process is checking or somebody is writing at this moment is left to the next tick.
    """
    now = utc_now()
    heal_clocks(now)
    with transaction():
        places = places_by_id(watched_until(latest_day_anywhere(now)))
        lost = [place.code for place in places.values() if not is_zone(place.zone)]
        days = {place.id: local_day(now, place.zone) for place in places.values() if place.code not in lost}
        due = places_due(days)
    if lost:
        log("follow_up").error("unknown time zone, not checked", municipalities=lost)
    by_day: dict[date, list[Place]] = {}
    for municipality_id in due:
        by_day.setdefault(days[municipality_id], []).append(places[municipality_id])
    for day, group in by_day.items():
        with transaction():
            known = failed_on(day, [place.id for place in group])
        checked = check_in_batches(group, day, Way(listing=False, skip_busy=True))
        # One that fails does so at every tick of the day; it is said once.
        if checked.municipalities or set(checked.failed) - {places[i].code for i in known}:
            journal("check", now, {"day": day.isoformat(), **checked.counts()}, checked.failed)


def heal_clocks(now: datetime) -> int:
    """Take back checks of days that have not come: a clock had run ahead; how many municipalities.

    What was passed over on such days may be raised again; what was sent stays sent. Mails that would wait for such
    a day leave.
    """
    healed = 0
    while True:
        with transaction():
            ahead = db.session.scalars(
                select(Watch.municipality_id)
                .where(Watch.checked_on > latest_day_anywhere(now))
                .order_by(Watch.municipality_id)
                .limit(BATCH)
            ).all()
            places = places_by_id(ahead)
        if not ahead:
            break
        log("follow_up").error("checked on days to come: the clock was ahead", municipalities=len(ahead))
        for place in places.values():
            with transaction():
                take_back_checks(place, local_day(now, place.zone))
            healed += 1
    return healed


def check_in_batches(places: Sequence[Place], day: date, way: Way | None = None) -> Checked:
    """Check places in batches of one transaction each; a failing batch is redone one by one."""
    total = Checked(day)
    way = way or Way()
    for start in range(0, len(places), BATCH):
        batch = sorted(places[start : start + BATCH], key=lambda p: p.id)
        try:
            _check(batch, day, way, total)
        except Exception as error:
            log("follow_up").error("a batch of checks failed, redone one by one", error=repr(error), exc_info=True)
            for place in batch:
                try:
                    _check([place], day, way, total)
                except Exception as own:
                    log("follow_up").error("check failed", municipality=place.code, error=repr(own), exc_info=True)
                    total.failed.append(place.code)
                    if not way.dry_run:
                        _note_failure(place, day, own)
    return total


def compose_due(narrowed_to: int | None = None, whatever_hour_day: date | None = None) -> Composed:
    """Compose digests for every place whose hour has come; with a day, for that day whatever the hour."""
    now = utc_now()
    total = Composed()
    whatever_hour = whatever_hour_day is not None
    with transaction():
        places = places_to_compose(now, narrowed_to, whatever_hour)
        by_day: dict[date, list[Place]] = {}
        for place in places:
            by_day.setdefault(whatever_hour_day or local_day(now, place.zone), []).append(place)
        batches = [(day, batch) for day, group in by_day.items() for batch in in_batches(group, BATCH)]
    for day, batch in batches:
        with transaction():
            behind = places_behind(batch, day, now, whatever_hour)
        with transaction():
            begin_write()
            done = compose_for(batch, day, now, behind, by_itself=not whatever_hour)
        total.digests += done.digests
        total.notices += done.notices
        total.waiting_for_approval += done.waiting_for_approval
    if total.digests:
        journal("compose", now, total.as_json(), [])
    return total


def tell_of_terms() -> int:
    """Write to coordinators whose municipality's term ends within 90 days, at the hour of its digests; how many."""
    now = utc_now()
    latest = latest_day_anywhere(now)
    with transaction():
        due = ends_to_tell(latest - 2 * DAY, latest)
        places = places_by_id(sorted({municipality_id for municipality_id, _term, _user in due}))
        policies = policies_for(list(places.values()))
    told = 0
    for municipality_id, term_id, user_id in due:
        place, policy = places[municipality_id], policies[municipality_id][0]
        if not is_zone(place.zone) or not may_leave(now, zone(place.zone), place.country_code, policy):
            continue
        with transaction():
            begin_write()
            told += tell_that_term_ends(place, term_id, user_id, local_day(now, place.zone), now)
    if told:
        journal("terms", now, {"mails": told}, [])
    return told


def deliver_due() -> Delivered:
    """Send what waits."""
    now = utc_now()
    with transaction():
        bring_forward(now)
    done = deliver_waiting(utc_now)
    if any(done.as_json().values()):
        journal("deliver", now, dict(done.as_json()), [])
    return done


class MailServerAway(Exception):
    """Mails wait and the mail server cannot be reached; the argument is what it said."""


def deliver_or_complain() -> None:
    """The same as a tick: a server that cannot be reached is a failure of the run, for whoever looks at health."""
    done = deliver_due()
    if done.away:
        raise MailServerAway(done.away)


def redo_stale_clocks() -> int:
    """Reckon anew the clocks of municipalities whose policy, or the rules, changed since; how many were redone."""
    now = utc_now()
    redone = 0
    while True:
        with transaction():
            newest = newest_policy()
            behind = stale_municipalities(newest)
            places = places_by_id(behind)
        if not behind:
            return redone
        if redone:
            sleep(PAUSE)
        with transaction():
            redone += redo_clocks([places[i] for i in behind], newest, now)


def sweep_files() -> int:
    """Once a day delete files that no row knows (an upload whose form was refused); how many."""
    now = utc_now()
    with transaction():
        last = db.session.scalar(select(func.max(JobRun.began_at)).where(JobRun.job == "sweep"))
        known = _known_files() if not last or now - last > DAY else None
    if known is None:
        return 0
    with transaction():
        sweep_links(now)
        sweep_resets(now)
        forget_checks(now - KEPT)
    swept = sweep(Path(current_app.config["UPLOADS_DIR"]), known, before=(now - DAY).timestamp())
    journal("sweep", now, {"files": swept}, [])
    return swept


def _known_files() -> set[str]:
    """Names of the files that a row knows: evidence and acts, and the letters of handovers."""
    letters = db.session.scalars(select(PersonHandover.stored_name).where(PersonHandover.stored_name.is_not(None)))
    return {*db.session.scalars(select(Attachment.stored_name)), *(name for name in letters if name)}


def journal(job: str, began_at: datetime, did: Mapping[str, object], failed: list[str]) -> None:
    """Note a run that did something, for the checks page."""
    with transaction():
        begin_write()
        db.session.add(JobRun(job=job, began_at=began_at, ended_at=utc_now(), did=dict(did), failed=failed))


def _check(batch: Sequence[Place], day: date, way: Way, total: Checked) -> None:
    """One batch, a transaction for every so many rows."""
    go_on: Cursor | None = None
    while True:
        with transaction():
            if not way.dry_run:
                begin_write()
            part, go_on = check_part(batch, day, utc_now(), way, go_on)
        total.add(part)
        if go_on is None:
            return


def _note_failure(place: Place, day: date, error: Exception) -> None:
    with transaction():
        begin_write()
        if not failed_on(day, [place.id]):
            row = PlaceCheck(municipality_id=place.id, day=day, at=utc_now(), error=type(error).__name__)
            db.session.add(row)
