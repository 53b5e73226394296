"""The loaded demo world has a true history and is alive for a year, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.demo.loaded import NOW, TODAY, place_of
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.queries.standing import differences, standing_of
from tracker.core.db import db
from tracker.demo.story import entered, on_day, promised
from tracker.demo.world_files import Json, world_codes, world_of
from tracker.follow_up.checks import Way, check_places

pytestmark = pytest.mark.usefixtures("world")


def test_standings_are_what_the_rows_say() -> None:
    """Today's counts equal a live count."""
    assert differences() == (len(world_codes()), [])
    assert all(standing_of(place_of(code).id, TODAY) is not None for code in world_codes())


@pytest.mark.parametrize("code", world_codes())
def test_standings_of_past_days_read_true(code: str) -> None:
    """On any day of the last half year the standing is what was so on that day."""
    texts, place = world_of(code), place_of(code)
    for day in range(-180, 1):
        standing = standing_of(place.id, TODAY + timedelta(days=day))
        assert standing is not None
        held = (
            standing.open_count,
            standing.overdue_count,
            standing.late_step_count,
            standing.completed_count,
        )
        assert held == counted(texts, day), day


def counted(texts: Json, day: int) -> tuple[int, int, int, int]:
    """(open, overdue, with a late step, completed) on a day, straight from the texts."""
    known = [c for c in texts["commitments"] if entered(texts, c) <= day]
    still = [c for c in known if c["completed"] is None or c["completed"] > day]
    late = [c for c in still if is_late(due_on(c, day), c["precision"], day)]
    steps = [c for c in still if c not in late and any(step_is_late(s, day) for s in c["milestones"])]
    return len(still), len(late), len(steps), len(known) - len(still)


def due_on(commitment: Json, day: int) -> int | None:
    """The due day as it stood on a day."""
    moves = [move["new_due"] for move in commitment.get("moves", ()) if move["day"] <= day]
    return moves[-1] if moves else promised(commitment)


def is_late(due: int | None, precision: str, day: int) -> bool:
    """Whether it was late on a day."""
    return due is not None and on_day(TODAY, due, precision) < TODAY + timedelta(days=day)


def step_is_late(step: Json, day: int) -> bool:
    """Whether an open milestone was late on a day."""
    is_open = step["completed"] is None or step["completed"] > day
    return is_open and is_late(step["due"], "day", day)


@pytest.mark.parametrize("code", world_codes())
def test_alive_for_a_year(code: str) -> None:
    """Without loading anew, on each day of a year something is late, something due soon, something done."""
    place_id = place_of(code).id
    rows: list[Commitment | Milestone] = []
    rows += db.session.scalars(select(Commitment).where(Commitment.municipality_id == place_id))
    rows += db.session.scalars(select(Milestone).where(Milestone.municipality_id == place_id))
    clocks = [(row.soon_from, row.overdue_from, row.completed_on) for row in rows]
    for day in (TODAY + timedelta(days=n) for n in range(367)):
        assert any(overdue <= day for _, overdue, _ in clocks), day
        assert any(soon <= day < overdue for soon, overdue, _ in clocks), day
        assert any(completed <= day for _, _, completed in clocks), day


def test_the_first_check_tells_somebody_everywhere() -> None:
    """Nobody is without an address, and every municipality has something to say."""
    places = [place_of(code) for code in world_codes()]
    checked = check_places(places, TODAY, NOW, Way(dry_run=True))
    assert {notice["municipality"] for notice in checked.notices} == set(world_codes())
    assert all(notice["recipient"] for notice in checked.notices)
