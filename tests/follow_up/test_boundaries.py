"""On the day before, the day itself and the day after: rule, row, list, count and their opposites agree."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Date, bindparam, not_, select

from tests.agenda.counting import check_everything
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place
from tracker.agenda.models import Commitment
from tracker.agenda.operations import recount
from tracker.agenda.queries.counting import live_counts
from tracker.agenda.queries.listing import Filters, agenda_page
from tracker.follow_up.operations import InTheWay, Report, report_obstacle, report_progress
from tracker.territory.rules import Place, Scope

OFFSETS = (-1, 0, 1)
#: Of a clock: the column of its day, the list that shows it, the count of it.
CLOCKS = {
    "overdue": ("overdue_from", "overdue", "overdue_count"),
    "due_soon": ("soon_from", "due_soon", "due_soon_count"),
    "late_step": ("late_step_from", "late_step", "late_step_count"),
    "behind": ("behind_from", "behind", "behind_count"),
    "silent": ("silent_from", "silent", "silent_count"),
    "blocked": ("blocked_from", "blocked", "blocked_count"),
}
FAR = DAY + timedelta(days=3_000)


def strike(place: Place, clock: str, on: date) -> Commitment:
    """A commitment whose clock strikes on that day, by facts and rules alone."""
    # Not so long ago that it were silent as well.
    since = on - timedelta(days=20)
    if clock == "overdue":
        return make_commitment(place, due_on=on - timedelta(days=1), day=since)
    if clock == "due_soon":
        return make_commitment(place, due_on=on + timedelta(days=14), day=since)
    if clock == "silent":
        return make_commitment(place, day=on - timedelta(days=90))
    if clock == "late_step":
        made = make_commitment(place, due_on=FAR, day=since)
        make_milestone(place, made, on - timedelta(days=1), day=since)
        return made
    if clock == "behind":
        # 100 days; a quarter of them has to be gone.
        start = on - timedelta(days=25)
        made = make_commitment(place, start_on=start, due_on=start + timedelta(days=100), day=since)
        report_progress(act(since), place, made.code, Report(text="Nada", progress=0))
        return made
    made = make_commitment(place, due_on=FAR, day=since)
    report_obstacle(act(on), place, made.code, InTheWay("permit", "El permiso", on))
    return made


@pytest.mark.parametrize("clock", CLOCKS)
def test_all_tell_the_same_around_the_day_on_which_it_strikes(session: DbSession, clock: str) -> None:
    place = make_place()
    column, state, count = CLOCKS[clock]
    made = {offset: strike(place, clock, DAY + timedelta(days=offset)) for offset in OFFSETS}
    recount(place.id, DAY)
    session.flush()
    session.expire_all()
    assert {offset: getattr(row, column) for offset, row in made.items()} == {
        offset: DAY + timedelta(days=offset) for offset in OFFSETS
    }
    holds = {row.id for row in made.values() if getattr(row, column) <= DAY}
    assert holds == {made[-1].id, made[0].id}
    today = bindparam("today", DAY, Date)
    here = select(Commitment.id).where(Commitment.municipality_id == place.id)
    struck = getattr(Commitment, column) <= today
    assert set(session.scalars(here.where(struck))) == holds
    assert set(session.scalars(here.where(not_(struck)))) == {made[1].id}
    rows, total = agenda_page(place, Scope(region=True), Filters(state=state), DAY)
    assert ({row.id for row in rows}, total) == (holds, 2)
    assert live_counts({place.id: DAY})[place.id][count] == 2
    worst = select(Commitment.id, Commitment.worst_clock_on(DAY)).where(Commitment.municipality_id == place.id)
    told = {row[0]: row[1] for row in session.execute(worst)}
    assert told == {row.id: row.worst_clock_on(DAY) for row in made.values()}
    assert {offset: told[row.id] == clock for offset, row in made.items()} == {-1: True, 0: True, 1: False}
    recount(place.id, DAY + timedelta(days=1))
    check_everything(place, DAY + timedelta(days=1))
