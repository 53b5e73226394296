"""Municipalities in scope with their standings."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import joinedload

from tracker.agenda.models import Standing
from tracker.core.db import NEVER, db
from tracker.territory.models import Municipality
from tracker.territory.queries import in_scope
from tracker.territory.rules import Scope, name_key

PAGE = 50


def municipalities_with_standing(
    scope: Scope, country_code: str | None, text: str, with_agenda: bool, page: int
) -> tuple[Sequence[Row[Municipality, Standing]], bool]:
    """A page of municipalities, most late first, then by name; and whether there are more."""
    statement = (
        select(Municipality, Standing)
        .options(joinedload(Municipality.country), joinedload(Municipality.state))
        .outerjoin(Standing, (Standing.municipality_id == Municipality.id) & (Standing.until_on == NEVER))
        .where(in_scope(scope))
    )
    if with_agenda:
        statement = statement.where(Standing.id.is_not(None))
    if country_code:
        statement = statement.where(Municipality.country_code == country_code)
    if text:
        statement = statement.where(
            Municipality.name_key.like(name_key(text).replace("%", "").replace("_", "") + "%")
        )
    statement = (
        statement.order_by(func.coalesce(Standing.overdue_count, -1).desc(), Municipality.name_key, Municipality.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    rows = db.session.execute(statement).all()
    return rows[:PAGE], len(rows) > PAGE


def totals(scope: Scope, country_code: str | None) -> dict[str, int]:
    """Sums of today's standings in scope: municipalities, open, late, due soon, completed."""
    statement = (
        select(
            func.count().label("municipalities"),
            func.coalesce(func.sum(Standing.open_count), 0).label("open"),
            func.coalesce(func.sum(Standing.overdue_count), 0).label("late"),
            func.coalesce(func.sum(Standing.due_soon_count), 0).label("due_soon"),
            func.coalesce(func.sum(Standing.completed_count), 0).label("completed"),
        )
        .select_from(Standing)
        .join(Municipality, Municipality.id == Standing.municipality_id)
        .where(Standing.until_on == NEVER, in_scope(scope))
    )
    if country_code:
        statement = statement.where(Municipality.country_code == country_code)
    return {name: int(value) for name, value in db.session.execute(statement).mappings().one().items()}
