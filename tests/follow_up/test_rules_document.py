"""Every example of what is blocked in docs/rules.md, worked out there by hand, is what the operations lead to."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.agenda.test_rules_document import Line, day, strikes, table
from tests.support.apps import DbSession
from tests.support.factories import act, make_commitment, make_place
from tracker.agenda.models import Commitment
from tracker.agenda.operations import cancel_commitment, reopen_commitment, suspend
from tracker.agenda.rules import fallen
from tracker.follow_up.operations import InTheWay, clear_obstacle, report_obstacle
from tracker.territory.rules import Place, Policy

EXAMPLES = table("Blocked")
FIRST = date(2026, 12, 1)
#: What happens on a day: (day, order among what happens that day, what).
Event = tuple[date, int, Callable[[], object]]


def events_of(line: Line, place: Place, made: Commitment) -> list[Event]:
    """What the line says happens to a commitment."""
    found: list[Event] = []
    for order, text in enumerate(line["obstacles"].split("; ")):
        words = text.split()
        said = dict(zip(words[1::2], map(date.fromisoformat, words[2::2]), strict=True))
        since = date.fromisoformat(words[0])
        written = said.get("written", since)
        ids: list[int] = []

        def write(since: date = since, written: date = written, ids: list[int] = ids) -> None:
            facts = InTheWay("permit", "El permiso", since)
            ids.append(report_obstacle(act(written), place, made.code, facts).id)

        found.append((written, order, write))
        if cleared := said.get("cleared"):

            def clear(cleared: date = cleared, ids: list[int] = ids) -> None:
                clear_obstacle(act(cleared), place, made.code, ids[0], "Llegó")

            found.append((cleared, 10 + order, clear))
    if ended := day(line["ended"]):
        found.append((ended, 20, lambda: cancel_commitment(act(ended), place, made.code, "Sin fondos")))
    if again := day(line["taken up again"]):
        found.append((again, 21, lambda: reopen_commitment(act(again), place, made.code, "Hay fondos")))
    if until := day(line["suspended until"]):
        found.append((FIRST, 0, lambda: suspend(act(FIRST), place, made.code, FIRST, until, "Lluvias")))
    return sorted(found, key=lambda event: event[:2])


def test_there_are_fifteen_examples() -> None:
    assert len({tuple(line.items()) for line in EXAMPLES}) >= 15


@pytest.mark.parametrize("line", EXAMPLES, ids=lambda line: line["because"])
def test_blocked(session: DbSession, line: Line) -> None:
    place = make_place()
    made = make_commitment(place, day=FIRST)
    seen_on = date.fromisoformat(line["seen on"])
    for on, _order, happens in events_of(line, place, made):
        if on <= seen_on:
            happens()
    session.flush()
    session.expire_all()
    assert made.blocked_from == strikes(line["blocked from"])
    steps = [step.name for ladder in made.ladders(Policy()) for step in fallen(ladder, seen_on)]
    assert [name for name in steps if name.startswith("blocked")][-1:] == ([line["step"]] if line["step"] else [])
