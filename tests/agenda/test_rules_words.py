"""What dates mean beside the clocks: periods, slippage, kept on time, stages, codes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.agenda.rows import Row
from tracker.agenda import rules
from tracker.agenda.rules import Step, end_of_period


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("day", "precision", "last"),
    [
        (date(2026, 2, 1), "day", date(2026, 2, 1)),
        (date(2026, 2, 1), "month", date(2026, 2, 28)),
        (date(2028, 2, 1), "month", date(2028, 2, 29)),
        (date(2100, 2, 1), "month", date(2100, 2, 28)),
        (date(2026, 12, 31), "month", date(2026, 12, 31)),
        (date(2026, 1, 1), "quarter", date(2026, 3, 31)),
        (date(2026, 3, 31), "quarter", date(2026, 3, 31)),
        (date(2026, 4, 1), "quarter", date(2026, 6, 30)),
        (date(2026, 11, 5), "quarter", date(2026, 12, 31)),
        (date(2026, 6, 30), "half", date(2026, 6, 30)),
        (date(2026, 7, 1), "half", date(2026, 12, 31)),
        (date(2028, 2, 29), "year", date(2028, 12, 31)),
    ],
)
def test_a_period_is_due_on_its_last_day(day: date, precision: str, last: date) -> None:
    assert end_of_period(day, precision) == last


@pytest.mark.parametrize(
    ("first", "due", "slipped"),
    [
        (date(2026, 3, 31), date(2026, 7, 3), 94),
        (date(2026, 3, 31), date(2026, 3, 31), 0),
        (date(2026, 3, 31), date(2026, 3, 1), -30),
        (date(2028, 2, 28), date(2028, 3, 1), 2),
        (None, date(2026, 3, 31), 0),
        (date(2026, 3, 31), None, 0),
    ],
)
def test_slippage_counts_from_the_first_promised_date(first: date | None, due: date | None, slipped: int) -> None:
    assert rules.slippage_days(first, due) == slipped


def _stages() -> Iterator[tuple[Row, str]]:
    day = date(2026, 3, 31)
    yield Row(), "not_started"
    yield Row(begun_on=day), "in_progress"
    yield Row(begun_on=day + days(1)), "not_started"
    yield Row(begun_on=day, completed_on=day), "completed"
    yield Row(begun_on=day, completed_on=day + days(1)), "in_progress"
    yield Row(begun_on=day, cancelled_on=day), "cancelled"
    yield Row(cancelled_on=day + days(1)), "not_started"


@pytest.mark.parametrize(("row", "stage"), list(_stages()))
def test_the_stage_on_a_day(row: Row, stage: str) -> None:
    assert rules.stage_on(row, date(2026, 3, 31)) == stage


def test_an_own_late_date_is_worse_than_a_late_step() -> None:
    day = date(2026, 3, 31)
    assert rules.worst_clock_on(Row(overdue_from=day, late_step_from=day, soon_from=day), day) == "overdue"
    assert rules.worst_clock_on(Row(late_step_from=day, soon_from=day), day) == "late_step"
    assert rules.worst_clock_on(Row(soon_from=day), day) == "due_soon"
    assert rules.worst_clock_on(Row(soon_from=day + days(1)), day) == "quiet"


@pytest.mark.parametrize(("last", "code"), [(0, "C-001"), (1, "C-002"), (998, "C-999"), (999, "C-1000")])
def test_automatic_codes(last: int, code: str) -> None:
    assert rules.next_code(last) == code
    assert rules.CODE.fullmatch(code)


def test_a_step_is_a_plain_value() -> None:
    day = date(2026, 3, 31)
    assert Step("due-3", "due_soon", day, day) == Step("due-3", "due_soon", day, day, quiet_start=False)
