"""Municipalities in scope with their standings."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, exists, func, select, union
from sqlalchemy.orm import aliased, joinedload

from tracker.agenda.models import Commitment, Standing
from tracker.core.db import NEVER, db
from tracker.plan.models import Plan
from tracker.territory.models import Municipality, Unit
from tracker.territory.queries import in_scope, in_sight, not_shared
from tracker.territory.rules import Scope, name_key

PAGE = 50
_CURRENT = (Standing.municipality_id == Municipality.id) & (Standing.until_on == NEVER)
_kept = aliased(Standing)
_KEEPS_ONE = exists().where(_kept.municipality_id == Municipality.id, _kept.until_on == NEVER)


def municipalities_with_standing(
    scope: Scope, country_code: str | None, text: str, which: str, page: int
) -> tuple[Sequence[Row[Municipality, Standing]], bool]:
    """A page of municipalities, most late first, then by name; and whether there are more.

    `which` is agenda (keeps one that is seen), not_shared (keeps one that is not), or all. Of what is not shared
    there is no standing.
    """
    statement = (
        select(Municipality, Standing)
        .options(joinedload(Municipality.country), joinedload(Municipality.state))
        .outerjoin(Standing, and_(_CURRENT, in_scope(scope)))
        .where(in_sight(scope))
    )
    if which == "agenda":
        statement = statement.where(Standing.id.is_not(None))
    elif which == "not_shared":
        statement = statement.where(not_shared(scope), _KEEPS_ONE)
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


def count_not_shared(scope: Scope, country_code: str | None) -> int:
    """Municipalities in sight that keep an agenda which is not shared."""
    statement = (
        select(func.count())
        .select_from(Standing)
        .join(Municipality, Municipality.id == Standing.municipality_id)
        .where(Standing.until_on == NEVER, not_shared(scope))
    )
    if country_code:
        statement = statement.where(Municipality.country_code == country_code)
    return db.session.scalar(statement) or 0


def places_with_facts() -> set[int]:
    """Ids of municipalities with a unit, a commitment or a plan: none of these comes without an entry."""
    owners = (select(model.municipality_id).distinct() for model in (Unit, Commitment, Plan))
    return set(db.session.scalars(union(*owners)))
