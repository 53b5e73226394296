"""Reckoning clocks anew after a policy changed, or the rules did."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone, Watch
from tracker.agenda.operations import reckon, recount_many
from tracker.core.db import db
from tracker.core.now import local_day
from tracker.territory.queries import hold_all, policies_for
from tracker.territory.rules import Place

#: Municipalities looked for at once, and commitments reckoned anew in one transaction. Whoever reports meanwhile
#: waits until it ends; on SQLite so does everybody who writes anything, in vain after five seconds. It is to take
#: well under a second: 20,000 commitments took half a minute and 400 MiB, 500 take half a second.
LOOKED_FOR, AT_ONCE = 200, 500


def stale_municipalities(newest: int, most: int = AT_ONCE) -> list[int]:
    """Ids of municipalities reckoned under an older policy or by older rules, `most` commitments in all.

    One that has more than that is alone.
    """
    behind = db.session.scalars(
        select(Watch.municipality_id)
        .where((Watch.policy_version < newest) | (Watch.rules_version < rules.VERSION))
        .order_by(Watch.municipality_id)
        .limit(LOOKED_FOR)
    ).all()
    commitments = select(Commitment.municipality_id, func.count()).where(Commitment.municipality_id.in_(behind))
    counts = {row[0]: row[1] for row in db.session.execute(commitments.group_by(Commitment.municipality_id))}
    chosen: list[int] = []
    total = 0
    for municipality_id in behind:
        total += counts.get(municipality_id, 0)
        if chosen and total > most:
            break
        chosen.append(municipality_id)
    return chosen


def redo_clocks(places: Sequence[Place], newest: int, now: datetime) -> int:
    """Reckon anew those of these places whose own policy changed, or that older rules reckoned; how many.

    All are up to date after it.
    """
    hold_all([place.id for place in places])
    policies = policies_for(places)
    watches = db.session.scalars(select(Watch).where(Watch.municipality_id.in_([place.id for place in places])))
    versions = {watch.municipality_id: watch for watch in watches}
    stale = [place for place in places if _is_stale(versions[place.id], policies[place.id][1])]
    ids = [place.id for place in stale]
    milestones: dict[int, list[Milestone]] = {}
    for milestone in db.session.scalars(select(Milestone).where(Milestone.municipality_id.in_(ids))):
        milestones.setdefault(milestone.commitment_id, []).append(milestone)
    for commitment in db.session.scalars(select(Commitment).where(Commitment.municipality_id.in_(ids))):
        policy, _version = policies[commitment.municipality_id]
        reckon(commitment, milestones.get(commitment.id, []), policy, same_facts=True)
    if stale:
        recount_many({place.id: local_day(now, place.zone) for place in stale})
    for watch in versions.values():
        watch.policy_version = max(newest, watch.policy_version)
        watch.rules_version = rules.VERSION
    return len(stale)


def _is_stale(watch: Watch, policy_version: int) -> bool:
    return policy_version > watch.policy_version or watch.rules_version < rules.VERSION
