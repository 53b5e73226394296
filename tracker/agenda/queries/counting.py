"""Counts of agenda rows: what standings hold and what verifies them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, literal, select

from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import NEVER, db


def is_open() -> ColumnElement[bool]:
    """Promised, neither completed nor cancelled."""
    return and_(Commitment.completed_on == NEVER, Commitment.cancelled_on == NEVER, ~Commitment.draft)


def was_dropped() -> ColumnElement[bool]:
    """Cancelled; what another municipality took over was not."""
    return and_(Commitment.cancelled_on < NEVER, Commitment.passed_to == "")


def live_counts(days: dict[int, date]) -> dict[int, dict[str, Any]]:
    """For each municipality the counts of its agenda as of its day, counted from the rows themselves."""
    answer: dict[int, dict[str, Any]] = {}
    by_day: dict[date, list[int]] = {}
    for municipality_id, day in days.items():
        by_day.setdefault(day, []).append(municipality_id)
    for day, ids in by_day.items():
        answer.update(_counts_on(day, ids))
    return answer


def _counts_on(day: date, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    today = bindparam("today", day, Date)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    late = Commitment.overdue_from <= today
    late_step = Commitment.late_step_from <= today
    on_time = and_(
        Commitment.completed_on < NEVER,
        Commitment.outcome == "fulfilled",
        Commitment.first_due_on.is_not(None),
        Commitment.completed_on <= Commitment.first_due_on,
        # A sheet that does not say when cannot say on time.
        ~Commitment.completion_not_stated,
    )
    statement = (
        select(
            Commitment.municipality_id,
            count(is_open()).label("open_count"),
            count(late).label("overdue_count"),
            count(and_(late_step, ~late)).label("late_step_count"),
            count(and_(Commitment.soon_from <= today, ~late)).label("due_soon_count"),
            count(Commitment.behind_from <= today).label("behind_count"),
            count(Commitment.silent_from <= today).label("silent_count"),
            count(Commitment.blocked_from <= today).label("blocked_count"),
            count(and_(is_open(), Commitment.due_on.is_(None))).label("undated_count"),
            count(Commitment.completed_on < NEVER).label("completed_count"),
            count(on_time).label("on_time_count"),
            count(was_dropped()).label("cancelled_count"),
            func.max(Commitment.last_sign_on).label("last_sign_on"),
        )
        .where(Commitment.municipality_id.in_(ids), ~Commitment.draft)
        .group_by(Commitment.municipality_id)
    )
    empty = {
        "open_count": 0,
        "overdue_count": 0,
        "late_step_count": 0,
        "due_soon_count": 0,
        "behind_count": 0,
        "silent_count": 0,
        "blocked_count": 0,
        "undated_count": 0,
        "completed_count": 0,
        "on_time_count": 0,
        "cancelled_count": 0,
        "last_sign_on": None,
    }
    answer = {municipality_id: dict(empty) for municipality_id in ids}
    for row in db.session.execute(statement).mappings():
        counts = dict(row)
        answer[counts.pop("municipality_id")] = counts
    return answer


def next_checks(ids: Sequence[int]) -> dict[int, date]:
    """The earliest next_check_on of each municipality's open rows."""
    answer: dict[int, date] = {}
    for model in (Commitment, Milestone):
        statement = (
            select(model.municipality_id, func.min(model.next_check_on))
            .where(model.municipality_id.in_(ids), model.next_check_on < literal(NEVER, literal_execute=True))
            .group_by(model.municipality_id)
        )
        for municipality_id, day in db.session.execute(statement):
            answer[municipality_id] = min(day, answer.get(municipality_id, NEVER))
    return answer
