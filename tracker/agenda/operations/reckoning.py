"""Reckon (clocks from facts) and recount (standing from rows): the end of every write."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tracker.agenda import rules
from tracker.agenda.models import STANDING_COUNTS, Commitment, Milestone, Standing, Watch
from tracker.agenda.queries.counting import live_counts, next_checks
from tracker.core.db import LONG_AGO, NEVER, db
from tracker.notices.operations import void_ladder
from tracker.territory.rules import Policy


def reckon(
    commitment: Commitment, milestones: Iterable[Milestone], policy: Policy, same_facts: bool = False
) -> None:
    """Write the clocks of a commitment and its milestones from their facts.

    Pace or silence that by new facts struck on a day that was checked already is looked at by the next check; where
    only the figures of the policy or the rules are others (`same_facts`), it is shown and told to nobody.
    """
    late_step_from = NEVER
    own = list(milestones)
    for milestone in own:
        _strike(milestone, policy)
        milestone.next_check_on = next_check_of(milestone, policy)
        late_step_from = min(late_step_from, milestone.overdue_from)
    _strike(commitment, policy)
    commitment.late_step_from = late_step_from if commitment.is_watched else NEVER
    facts = commitment.follow_facts(own)
    struck = rules.follow_clocks(facts, policy)
    _void_what_moved(commitment, struck)
    if not same_facts:
        _look_at_what_moved(commitment, struck)
    commitment.behind_from, commitment.silent_from = struck.behind_from, struck.silent_from
    commitment.blocked_from = struck.blocked_from
    commitment.next_check_on = next_check_of(commitment, policy)


def _void_what_moved(commitment: Commitment, struck: rules.FollowClocks) -> None:
    """What a check has raised already of a clock that strikes on another day, or not any more, need not be said."""
    for ladder in ("behind", "silent", "blocked"):
        before: date | None = getattr(commitment, f"{ladder}_from")
        # Where a fact was changed since the last check, what that check raised may still wait.
        looked = commitment.checked_on == LONG_AGO or (before is not None and before <= commitment.checked_on)
        raised = before is not None and before < NEVER and looked
        if raised and before != getattr(struck, f"{ladder}_from"):
            void_ladder(commitment.municipality_id, commitment.subject, ladder)


def _look_at_what_moved(commitment: Commitment, struck: rules.FollowClocks) -> None:
    """Whether it is told must not hang on the day on which a check last happened to look at the row."""
    for ladder in ("behind", "silent"):
        before, strikes_on = getattr(commitment, f"{ladder}_from"), getattr(struck, f"{ladder}_from")
        if before != strikes_on and strikes_on <= commitment.checked_on:
            commitment.checked_on = strikes_on - timedelta(days=1)


def next_check_of(row: Commitment | Milestone, policy: Policy) -> date:
    """The first day after its last check on which a clock of the row strikes or a step of it falls."""
    following = rules.next_check_on(row.date_facts, policy, row.checked_on)
    if isinstance(row, Commitment):
        following = min(following, rules.next_follow_check_on(row.struck(policy), policy, row.checked_on))
    return following


def _strike(row: Commitment | Milestone, policy: Policy) -> None:
    struck = rules.clocks(row.date_facts, policy)
    row.soon_from, row.overdue_from = struck.soon_from, struck.overdue_from


def restart(row: Commitment | Milestone) -> None:
    """A fact changed that a step hangs on: the next check looks at the row afresh."""
    row.checked_on = LONG_AGO


def watch_of(municipality_id: int) -> Watch:
    """The municipality's watch row, made when first needed."""
    watch = db.session.get(Watch, municipality_id)
    if watch is None:
        watch = Watch(
            municipality_id=municipality_id,
            next_check_on=NEVER,
            checked_on=LONG_AGO,
            counted_on=LONG_AGO,
            policy_version=0,
            rules_version=rules.VERSION,
            last_number=0,
        )
        db.session.add(watch)
        db.session.flush()
    return watch


def recount(municipality_id: int, day: date) -> None:
    """Bring the standing of one municipality up to `day`, its own calendar day."""
    recount_many({municipality_id: day})


def recount_many(days: dict[int, date]) -> None:
    """Bring the standings of several held municipalities up to their days, in a fixed number of statements.

    A standing never goes back: a day before the last count counts as of that last count.
    """
    db.session.flush()
    ids = sorted(days)
    watches = {
        w.municipality_id: w for w in db.session.scalars(select(Watch).where(Watch.municipality_id.in_(ids)))
    }
    for municipality_id in ids:
        if municipality_id not in watches:
            watches[municipality_id] = watch_of(municipality_id)
    asked = {i: max(days[i], watches[i].counted_on) for i in ids}
    counts = live_counts(asked)
    upcoming = next_checks(ids)
    current = {
        s.municipality_id: s
        for s in db.session.scalars(
            select(Standing).where(Standing.municipality_id.in_(ids), Standing.until_on == NEVER)
        )
    }
    for municipality_id in ids:
        _write_standing(municipality_id, asked[municipality_id], counts[municipality_id], current)
        watches[municipality_id].counted_on = asked[municipality_id]
        watches[municipality_id].next_check_on = upcoming.get(municipality_id, NEVER)
    db.session.flush()


def _write_standing(municipality_id: int, day: date, counts: dict[str, Any], current: dict[int, Standing]) -> None:
    standing = current.get(municipality_id)
    if standing is not None and all(getattr(standing, name) == counts[name] for name in STANDING_COUNTS):
        return
    if standing is not None and standing.from_on == day:
        _rewrite_today(standing, counts)
        return
    if standing is not None:
        standing.until_on = day
        db.session.flush()
    db.session.add(Standing(municipality_id=municipality_id, from_on=day, until_on=NEVER, **counts))


def _rewrite_today(standing: Standing, counts: dict[str, Any]) -> None:
    """A second change on one day: where it undoes the first, the standing before goes on."""
    before = db.session.scalar(
        select(Standing).where(
            Standing.municipality_id == standing.municipality_id, Standing.until_on == standing.from_on
        )
    )
    if before is not None and all(getattr(before, name) == counts[name] for name in STANDING_COUNTS):
        db.session.delete(standing)
        db.session.flush()
        before.until_on = NEVER
        return
    for name in STANDING_COUNTS:
        setattr(standing, name, counts[name])
