"""What checks left behind: runs and failures, people nobody could tell, and a municipality without anybody."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from tests.support.factories import act, make_commitment, make_partner, make_place, make_unit
from tests.walk.towns import Town
from tracker.core.db import db
from tracker.core.pulse import note_pulse
from tracker.follow_up.models import JobRun, PlaceCheck
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices
from tracker.notices.rules import Raised
from tracker.schedule import TICKS
from tracker.territory.rules import Place

#: The kind of an error, as it stands in the journal.
ERROR = "⟦RuntimeError⟧"
#: What each job of the installation says it did.
RUNS = {
    "check": {"municipalities": 3, "looked_at": 1_240, "changed": 12, "told": 9, "skipped": 2, "nobody": 4},
    "compose": {"digests": 7, "notices": 9, "waiting_for_approval": 101},
    "deliver": {"sent": 5, "failed": 1, "cancelled": 0, "retry": 1},
    "sweep": {"files": 2},
}


def fail_once(place: Place, day: date) -> None:
    """The check of this day could not be made."""
    db.session.add(PlaceCheck(municipality_id=place.id, day=day, at=act(day).at, error=ERROR))
    db.session.flush()


def make_desert(day: date) -> Place:
    """A municipality where nobody can be told of anything, each thing for another reason."""
    place, before = make_place("MX", "9d", name="⟦Abra⟧"), day - timedelta(days=90)
    mute, heard = make_unit(place, "⟦Bodega⟧"), make_unit(place, "⟦Taller⟧", "taller-d@example.org")
    late = day - timedelta(days=2)
    make_commitment(place, "⟦Techo⟧", late, unit=mute, day=before)
    make_commitment(place, "⟦Vacunas⟧", late, day=before, partner_id=make_partner("⟦Socio callado⟧").id)
    make_commitment(place, "⟦Huerta⟧", day + timedelta(days=2), day=before)
    make_commitment(place, "⟦Molino⟧", day - timedelta(days=31), unit=heard, day=before)
    return place


def keep_journal(town: Town, day: date) -> Town:
    """The town with its check, and with something nobody could be told the day before."""
    check = select(func.max(PlaceCheck.id)).where(PlaceCheck.municipality_id == town.place.id)
    told = db.session.scalars(select(Notice).where(Notice.subject == town.quiet_subject)).first()
    assert told is not None, "the check tells somebody of it"
    yesterday = act(day - timedelta(days=1))
    missed = Raised(
        municipality_id=town.place.id,
        subject=town.quiet_subject,
        step=told.step,
        struck_on=told.struck_on,
        recipient="",
        name="",
        locale=told.locale,
        audience="nobody",
        facts=told.facts,
    )
    raise_notices([missed], yesterday.at, yesterday.day)
    return replace(town, check_id=db.session.scalars(check).one())


def note_runs(day: date, failed: str) -> None:
    """Every job of the installation ran and every tick beats; in the check one municipality failed."""
    at = act(day).at
    for job, did in RUNS.items():
        own = {"day": day.isoformat(), **did} if job == "check" else did
        failures = [failed] if job == "check" else []
        db.session.add(JobRun(job=job, began_at=at, ended_at=at, did=own, failed=failures))
    for tick in TICKS:
        note_pulse(tick.name, at, at, "")
    db.session.flush()
