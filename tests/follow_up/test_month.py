"""The month in one page: what was done in it stands there, and nothing of another month."""

from datetime import date, timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import act, make_commitment, make_milestone, make_place
from tracker.agenda.operations import complete_commitment, complete_milestone, edit_milestone
from tracker.follow_up.queries.month import month_of

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("on", "counts"),
    [(FIRST - timedelta(days=1), 0), (FIRST, 1), (LAST, 1), (LAST + timedelta(days=1), 0)],
)
def test_what_was_done_in_it(session: DbSession, on: date, counts: int) -> None:
    place, other = make_place(), make_place()
    step_title = "Trazo"
    for where in (place, other):
        made = make_commitment(where, due_on=date(2027, 5, 1), day=date(2026, 5, 1))
        step = make_milestone(where, made, date(2027, 1, 1), title=step_title, day=date(2026, 5, 1))
        edit_milestone(act(on), where, made.code, step.id, step.title, date(2027, 2, 1), date_reason="Lluvias")
        complete_milestone(act(on), where, made.code, step.id, on)
        complete_commitment(act(on), where, made.code, on, "fulfilled", "Listo")
        failed = make_commitment(where, day=date(2026, 5, 1))
        complete_commitment(act(on), where, failed.code, on, "not_fulfilled", "No se pudo")
    found = month_of(place, FIRST, LAST)
    assert [(step, change.reason) for change, _title, step in found.moved] == [(step_title, "Lluvias")] * counts
    assert [found.done_count, found.reached_count, found.moves] == [counts] * 3
    assert (len(found.done), len(found.reached)) == (counts, counts)
