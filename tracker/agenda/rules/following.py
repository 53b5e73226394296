"""The rules of pace, silence and obstacles: when a commitment becomes behind, silent or blocked.

As with dates, a clock is the first day on which it strikes, from facts and policy alone; NEVER where it does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from tracker.agenda.rules.dates import Step
from tracker.core.db import LONG_AGO, NEVER
from tracker.notices.rules import RIDER
from tracker.territory.rules import Policy

#: Raised when a rule changes: agendas reckoned by an older one are redone by the tick.
VERSION = 2


@dataclass(frozen=True)
class StepFacts:
    """What pace needs of a milestone that was not cancelled."""

    due_on: date | None
    weight: int
    done: bool


@dataclass(frozen=True)
class FollowFacts:
    """What the clocks of a commitment need beyond its dates."""

    entered_on: date
    #: Completed, cancelled, or not promised yet.
    ended: bool = False
    start_on: date | None = None
    due_on: date | None = None
    last_sign_on: date | None = None
    reopened_on: date | None = None
    #: Percent reported, or delivered ÷ promised; None where there is no figure.
    figure: int | None = None
    #: Milestones, without the cancelled ones.
    steps: Sequence[StepFacts] = ()
    #: First day of the earliest obstacle that is still open.
    blocked_on: date | None = None
    #: Last day of the latest suspension.
    suspended_until: date | None = None


@dataclass(frozen=True)
class FollowClocks:
    """First days on which states hold; NEVER where they do not."""

    behind_from: date = NEVER
    silent_from: date = NEVER
    blocked_from: date = NEVER
    #: How many days without a sign it takes to be silent.
    silence_days: int = 0
    #: Nobody is told that it is silent before this day: it came in late and rests.
    rests_until: date = LONG_AGO
    #: The last day on which it was reported on or taken up again: who did so knows how slow it was by then.
    reported_on: date = LONG_AGO
    #: The day it came in, where it is open and has no date; else NEVER.
    undated_from: date = NEVER


def follow_clocks(facts: FollowFacts, policy: Policy) -> FollowClocks:
    """The days on which *behind*, *silent* and *blocked* strike."""
    if facts.ended:
        return FollowClocks()
    return FollowClocks(
        behind_from=_after_suspension(_behind_from(facts, policy), facts),
        silent_from=_after_suspension(last_heard_on(facts) + timedelta(silence_days(facts, policy)), facts),
        blocked_from=facts.blocked_on or NEVER,
        silence_days=silence_days(facts, policy),
    )


def last_heard_on(facts: FollowFacts) -> date:
    """The day from which silence counts: the latest of start, entry, last sign of life and reopening."""
    days = (facts.start_on, facts.entered_on, facts.last_sign_on, facts.reopened_on)
    return max(day for day in days if day is not None)


def silence_days(facts: FollowFacts, policy: Policy) -> int:
    """After how many days without a sign it is silent: fewer near the due day, never fewer than the least."""
    if facts.due_on is None:
        return policy.silence_days
    until_due = (facts.due_on - last_heard_on(facts)).days - policy.silence_before_due_days
    return min(policy.silence_days, max(policy.silence_least_days, until_due))


def pace_rule(facts: FollowFacts) -> str:
    """By what pace is judged: `figure`, `milestones`, or empty where it cannot be."""
    if facts.figure is not None:
        spans = facts.start_on is not None and facts.due_on is not None and facts.start_on < facts.due_on
        return "figure" if spans else ""
    dated = any(step.due_on is not None and step.weight for step in facts.steps)
    return "milestones" if len(facts.steps) >= 2 and dated else ""


def _behind_from(facts: FollowFacts, policy: Policy) -> date:
    rule = pace_rule(facts)
    if rule == "figure":
        return _behind_by_figure(facts, policy)
    return _behind_by_milestones(facts.steps) if rule == "milestones" else NEVER


def _behind_by_figure(facts: FollowFacts, policy: Policy) -> date:
    """The first day on which figure + tolerance is less than the share of time gone, both in percent."""
    assert facts.start_on is not None and facts.due_on is not None and facts.figure is not None
    expected = facts.figure + policy.behind_points
    if expected >= 100:
        return NEVER
    span = (facts.due_on - facts.start_on).days
    # The least whole n with n * 100 > expected * span.
    passed = expected * span // 100 + 1
    share = -(-span * policy.behind_share // 100)
    return facts.start_on + timedelta(max(passed, share, policy.behind_days))


def _behind_by_milestones(steps: Sequence[StepFacts]) -> date:
    """The day after the first due day by which more weight is due than is done."""
    done = sum(step.weight for step in steps if step.done)
    due = 0
    dated = sorted((step.due_on, step.weight) for step in steps if step.due_on is not None)
    for due_on, weight in dated:
        due += weight
        if due > done:
            return due_on + timedelta(1)
    return NEVER


def _after_suspension(struck_on: date, facts: FollowFacts) -> date:
    """While it is suspended neither pace nor silence count: they strike the day after its end at the earliest."""
    if facts.suspended_until is None or struck_on == NEVER:
        return struck_on
    return max(struck_on, facts.suspended_until + timedelta(1))


def silence_steps(struck: FollowClocks) -> Iterator[Step]:
    """Who is silent is told on the day it strikes, the coordinator as many days later as it took to strike."""
    if struck.silent_from < NEVER:
        first_on = max(struck.silent_from, struck.rests_until)
        yield Step("silent+0", "silent", first_on, struck.silent_from)
        days = struck.silence_days
        if days:
            yield Step(f"silent+{days}", "silent", first_on + timedelta(days), struck.silent_from)


def obstacle_steps(struck: FollowClocks, policy: Policy) -> Iterator[Step]:
    """Told on the first day, then again and again, without end while the obstacle is open."""
    days = 0
    while struck.blocked_from < NEVER:
        falls_on = struck.blocked_from + timedelta(days)
        yield Step(f"blocked+{days}", "blocked", falls_on, struck.blocked_from)
        days += policy.blocked_repeat_days


def pace_steps(struck: FollowClocks) -> Iterator[Step]:
    """Said once, in a mail that leaves anyway; not of what was slow already when somebody reported on it."""
    if struck.reported_on < struck.behind_from < NEVER:
        yield Step(RIDER, "behind", struck.behind_from, struck.behind_from)


def undated_steps(struck: FollowClocks, policy: Policy) -> Iterator[Step]:
    """Asked for a date again and again while there is none, so many days after it came in for the first time."""
    days = policy.undated_repeat_days
    while struck.undated_from < NEVER:
        yield Step(f"undated+{days}", "undated", struck.undated_from + timedelta(days), struck.undated_from)
        days += policy.undated_repeat_days


def follow_ladders(struck: FollowClocks, policy: Policy) -> list[Iterator[Step]]:
    """The steps of each clock, each in the order they fall."""
    own = [silence_steps(struck), pace_steps(struck)]
    return [obstacle_steps(struck, policy), *own, undated_steps(struck, policy)]


def fallen(steps: Iterator[Step], until: date) -> list[Step]:
    """Those that fall on or before `until`; the last one is the current step of its clock."""
    return list(takewhile(lambda step: step.falls_on <= until, steps))


def next_follow_check_on(struck: FollowClocks, policy: Policy, checked_on: date) -> date:
    """The first day after `checked_on` on which a clock strikes or a step of it falls; NEVER when none will."""
    coming = (
        next((step.falls_on for step in steps if step.falls_on > checked_on), NEVER)
        for steps in follow_ladders(struck, policy)
    )
    return min(coming)
