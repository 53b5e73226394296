"""Whether what is stored is what the rules say: standings of all municipalities, clocks of sampled rows."""

from random import Random
from typing import Any

from sqlalchemy import func, select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import next_check_of
from tracker.agenda.queries.standing import differences
from tracker.core.db import db
from tracker.core.ticks import transaction
from tracker.territory.queries import places_by_id, policies_for
from tracker.territory.rules import Policy

#: Rows whose clocks are reckoned again.
SAMPLED = 1_000


def verified() -> dict[str, Any]:
    """Standings against the rows; the stored clocks of sampled rows against the rules and their policies of now."""
    with transaction():
        municipalities, different = differences()
    random = Random(1)
    with transaction():
        rows = _sample(Commitment, random) + _sample(Milestone, random)
        places = places_by_id(sorted({row.municipality_id for row in rows}))
        policies = policies_for(list(places.values()))
        wrong = sum(_is_wrong(row, policies[row.municipality_id][0]) for row in rows)
    return {
        "standings": municipalities,
        "different": len(different),
        "sampled": len(rows),
        "wrong_clocks": wrong,
    }


def _is_wrong(row: Commitment | Milestone, policy: Policy) -> bool:
    struck = rules.clocks(row.date_facts, policy)
    upcoming = next_check_of(row, policy)
    if (struck.soon_from, struck.overdue_from, upcoming) != (row.soon_from, row.overdue_from, row.next_check_on):
        return True
    if isinstance(row, Milestone):
        return False
    follow = rules.follow_clocks(row.follow_facts(row.milestones), policy)
    clocks = (row.behind_from, row.silent_from, row.blocked_from)
    return (follow.behind_from, follow.silent_from, follow.blocked_from) != clocks


def _sample(model: Any, random: Random) -> list[Any]:
    highest = db.session.scalar(select(func.max(model.id))) or 1
    ids = sorted({random.randint(1, highest) for _ in range(SAMPLED // 2)})
    return list(db.session.scalars(select(model).where(model.id.in_(ids))))
