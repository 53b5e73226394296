"""What happened in the demo world is in an order that the rules allow, on whatever day it is loaded."""

from datetime import date, timedelta

import pytest

from tracker.agenda.rules import DateFacts, arrived_late
from tracker.demo.accounts import all_accounts
from tracker.demo.story import KINDS, entered, events_of, on_day, promised
from tracker.demo.world_files import Json, world_codes, world_of

#: Days of loading: every month end, a leap day, a year end.
DAYS = [date(2026, 11, 23) + timedelta(days=3 * n) for n in range(244)] + [
    date(2028, 2, 29),
    date(2027, 12, 31),
]


@pytest.fixture(scope="module", params=world_codes())
def world(request: pytest.FixtureRequest) -> Json:
    """Each municipality in turn."""
    return world_of(str(request.param))


def test_a_day_is_counted_from_the_day_of_loading() -> None:
    """Rough dates go to the end of their period."""
    assert on_day(date(2026, 11, 23), -23) == date(2026, 10, 31)
    assert on_day(date(2026, 11, 23), 10, "month") == date(2026, 12, 31)
    assert on_day(date(2026, 11, 23), 100, "quarter") == date(2027, 3, 31)


def test_events_are_in_order(world: Json) -> None:
    """By day; a commitment is entered first, its steps exist before they are reached; nothing is to come."""
    events = events_of(world, DAYS[0], 14)
    assert [event.day for event in events] == sorted(event.day for event in events)
    assert events[-1].day == 0
    assert {event.kind for event in events} <= set(KINDS)
    seen: dict[str, set[str]] = {}
    for event in events:
        if event.kind == "count":
            continue
        assert (event.kind == "enter") == (event.code not in seen), event
        steps = seen.setdefault(event.code, set())
        assert event.kind != "reach_step" or event.facts["title"] in steps, event
        assert "ended" not in steps, event
        steps |= {event.facts["title"]} if event.kind == "add_step" else set()
        steps |= {"ended"} if event.kind == "complete" else set()
    assert all(
        {step["title"] for step in commitment["milestones"]} <= seen[commitment["code"]]
        for commitment in world["commitments"]
    )


def test_a_step_beyond_the_date_came_with_the_date() -> None:
    """Where the date moved in time, a later step was added on the day of the move."""
    world = world_of("mx-15057")
    moved = next(c for c in world["commitments"] if c["code"] == "C-003")
    events = events_of(world, DAYS[0], 14)
    added = {e.facts["due"]: e.day for e in events if e.code == "C-003" and e.kind == "add_step"}
    beyond = [due for due in added if due > moved["first_due"]]
    assert beyond and {added[due] for due in beyond} == {moved["moves"][0]["day"]}


def test_nothing_arrives_late_whatever_the_day(world: Json) -> None:
    """Dates are after the start and the entry; moved dates really move."""
    for today in DAYS:
        for commitment in world["commitments"]:
            came, due = on_day(today, entered(world, commitment)), promised(commitment)
            if due is None:
                continue
            first = on_day(today, due, commitment["precision"])
            assert not arrived_late(DateFacts(first, came, False)), (today, commitment["code"])
            assert on_day(today, commitment["start"]) <= first
            moves = [on_day(today, m["new_due"], commitment["precision"]) for m in commitment.get("moves", ())]
            dues = [first, *moves]
            assert dues == sorted(set(dues)), (today, commitment["code"])


def test_accounts() -> None:
    """Each address once; a coordinator everywhere, the other roles somewhere."""
    accounts = all_accounts()
    assert len({account.email for account in accounts}) == len(accounts)
    assert {a.code for a in accounts if a.role == "coordinator"} == set(world_codes())
    assert [a.role for a in accounts[:3]] == ["administrator", "monitor", "monitor"]
    assert sum(account.role == "officer" for account in accounts) >= 5
    assert {"authority", "partner"} <= {account.role for account in accounts}
    assert [account.email for account in accounts if account.locale is None] == ["seguimiento.region@example.org"]
