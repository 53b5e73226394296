"""Laws for every date and every policy: nothing becomes less late by waiting, no step is lost or doubled."""

from datetime import date, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agenda.rows import current_step, row_of, steps_between
from tracker.agenda import rules
from tracker.agenda.rules import PRECISIONS, DateFacts, clocks, end_of_period, next_check_on, steps_from
from tracker.core.db import LONG_AGO, NEVER
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Policy

LADDER = ("quiet", "due_soon", "late_step", "overdue")

some_day = st.dates(FIRST_DAY, LAST_DAY)
gap = st.integers(0, 400).map(lambda number: timedelta(days=number))
many = settings(max_examples=150, deadline=None)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy that the command would accept."""
    reminders = draw(st.lists(st.integers(0, 90), unique=True, max_size=4))
    rungs = sorted(draw(st.lists(st.integers(1, 90), unique=True, min_size=3, max_size=3)))
    return Policy(
        soon_days=draw(st.integers(0, 90)),
        remind_days=tuple(sorted(reminders, reverse=True)),
        late_days=(rungs[0], rungs[1], rungs[2]),
        repeat_days=draw(st.integers(1, 90)),
        quiet_days=draw(st.integers(0, 120)),
    )


@st.composite
def all_facts(draw: st.DrawFn) -> DateFacts:
    """Anything dated and open, come in before or after its date."""
    due_on = draw(some_day)
    shift = draw(st.integers(-800, 800))
    return DateFacts(due_on, due_on + timedelta(days=shift), ended=False)


@many
@given(all_facts(), policies(), some_day, gap)
def test_without_new_facts_nothing_becomes_less_late(
    facts: DateFacts, policy: Policy, day: date, later: timedelta
) -> None:
    row = row_of(facts, policy)
    before, after = rules.worst_clock_on(row, day), rules.worst_clock_on(row, day + later)
    assert LADDER.index(before) <= LADDER.index(after)
    held, then = current_step(facts, policy, day), current_step(facts, policy, day + later)
    assert held is None or (then is not None and then.falls_on >= held.falls_on)


@many
@given(all_facts(), policies())
def test_late_is_after_the_due_day_and_soon_is_not(facts: DateFacts, policy: Policy) -> None:
    assert facts.due_on is not None
    row = row_of(facts, policy)
    assert rules.worst_clock_on(row, facts.due_on) == "due_soon"
    assert rules.worst_clock_on(row, facts.due_on + timedelta(days=1)) == "overdue"
    assert row.soon_from == facts.due_on - timedelta(days=policy.soon_days)


@many
@given(all_facts(), policies())
def test_steps_fall_in_order_and_have_names_of_their_own(facts: DateFacts, policy: Policy) -> None:
    steps = list(islice(steps_from(facts, policy), 40))
    assert all(first.falls_on <= second.falls_on for first, second in pairwise(steps))
    keys = [(step.name, step.struck_on) for step in steps]
    assert len(set(keys)) == len(keys), "two steps would share a notice's key"
    late = [step for step in steps if step.clock == "overdue"]
    assert all(step.falls_on > facts.due_on for step in late if facts.due_on)
    assert sum(step.quiet_start for step in steps) == (1 if rules.arrived_late(facts) else 0)


@many
@given(all_facts(), policies(), some_day)
def test_the_next_check_misses_nothing(facts: DateFacts, policy: Policy, checked_on: date) -> None:
    coming = next_check_on(facts, policy, checked_on)
    assert coming > checked_on
    struck = clocks(facts, policy)
    eve = coming - timedelta(days=1)
    assert steps_between(facts, policy, checked_on, eve) == []
    assert not any(checked_on < day <= eve for day in (struck.soon_from, struck.overdue_from))
    falls = [step.falls_on for step in steps_between(facts, policy, checked_on, coming)]
    assert coming in (*falls, struck.soon_from, struck.overdue_from)


@many
@given(all_facts(), policies(), some_day, gap)
def test_one_late_run_ends_where_daily_runs_end(
    facts: DateFacts, policy: Policy, day: date, missed: timedelta
) -> None:
    """Walking from check to check, or waking up once after a gap: the same step holds in the end."""
    end = day + missed
    walked, checked_on, last = (
        0,
        day - timedelta(days=1),
        current_step(facts, policy, day - timedelta(days=1)),
    )
    while (coming := next_check_on(facts, policy, checked_on)) <= end:
        checked_on, walked = coming, walked + 1
        last = current_step(facts, policy, coming)
        assert walked < 1000
    assert last == current_step(facts, policy, end)


@many
@given(all_facts(), policies())
def test_the_rest_of_a_quiet_start_is_kept(facts: DateFacts, policy: Policy) -> None:
    if not rules.arrived_late(facts):
        facts = DateFacts(facts.due_on, facts.entered_on + timedelta(days=2000), ended=False)
    rest_end = rules.rests_until(facts, policy)
    assert rest_end == facts.entered_on + timedelta(days=policy.quiet_days)
    for step in islice(steps_from(facts, policy), 20):
        if step.clock == "overdue" and not step.quiet_start:
            assert step.falls_on >= rest_end


@many
@given(all_facts(), policies(), some_day)
def test_what_ended_is_quiet(facts: DateFacts, policy: Policy, day: date) -> None:
    ended = DateFacts(facts.due_on, facts.entered_on, ended=True)
    assert clocks(ended, policy) == rules.Clocks(NEVER, NEVER)
    assert next_check_on(ended, policy, LONG_AGO) == NEVER
    assert rules.worst_clock_on(row_of(ended, policy), day) == "quiet"


@many
@given(some_day, st.sampled_from(PRECISIONS))
def test_a_period_ends_once(day: date, precision: str) -> None:
    last = end_of_period(day, precision)
    assert last >= day
    assert end_of_period(last, precision) == last
    if precision != "day":
        assert (last + timedelta(days=1)).day == 1
        assert end_of_period(last + timedelta(days=1), precision) > last


@many
@given(some_day, some_day)
def test_slippage_is_the_distance(first: date, due: date) -> None:
    assert first + timedelta(days=rules.slippage_days(first, due)) == due


@many
@given(some_day, some_day, some_day)
def test_the_share_of_time_runs_from_nothing_to_all(start: date, due: date, day: date) -> None:
    share = rules.share_of_time(start, due, day)
    if due <= start:
        assert share is None
    else:
        assert share is not None
        assert (share == 100) == (day >= due)
        assert share == 0 or day > start


@many
@given(st.decimals(min_value="0.001", max_value=10**9, places=3), st.decimals(0, 10**9, places=3))
def test_progress_is_delivered_of_promised(quantity: object, delivered: object) -> None:
    progress = rules.progress_of(quantity, delivered)
    assert progress is not None
    assert 0 <= progress <= 100
    assert (progress == 100) == (delivered >= quantity)  # type: ignore[operator]
    assert rules.progress_of(None, delivered) is None
