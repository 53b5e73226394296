"""Kept on time, moved, slipped, silent: by the rules, in SQL, and as rows of the agenda."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agenda.counting import commitments_of
from tests.agenda.keeping import answer_of, live_through, make_kept, tally_of
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit
from tracker.agenda.filtering import address_words, choices_at, filters_of
from tracker.agenda.models import Commitment
from tracker.agenda.operations import cancel_commitment, complete_commitment, edit_commitment
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.operations.promise import Promise
from tracker.agenda.queries.keeping import quality_of
from tracker.agenda.queries.listing import agenda_ids, agenda_page
from tracker.agenda.rules import ANSWERS, KeptFacts, Tally, kept_on, share, together
from tracker.agenda.succession.ending import merge
from tracker.core.db import LONG_AGO, NEVER
from tracker.territory.rules import EVERYWHERE, Place

FIRST = DAY - timedelta(days=10)


def facts(
    done: int | None = None,
    dropped: int | None = None,
    due: int | None = 0,
    first: date = FIRST,
    outcome: str | None = "fulfilled",
    **others: bool,
) -> KeptFacts:
    """A promise for FIRST; days are counted from there."""

    def on(days: int | None, otherwise: date) -> date:
        return otherwise if days is None else FIRST + timedelta(days=days)

    return KeptFacts(
        draft=others.get("draft", False),
        passed_on=others.get("passed_on", False),
        first_on=first,
        due_on=on(due, LONG_AGO),
        completed_on=on(done, NEVER),
        cancelled_on=on(dropped, NEVER),
        outcome=None if done is None else outcome,
        not_stated=others.get("not_stated", False),
    )


@pytest.mark.parametrize(
    ("given_facts", "answer"),
    [
        (facts(), "pending"),
        (facts(due=90), "pending"),
        (facts(done=-30), "on_time"),
        (facts(done=0), "on_time"),
        (facts(done=0, due=90), "on_time"),
        (facts(done=0, due=-20), "on_time"),
        (facts(done=1), "missed"),
        (facts(done=1, due=1), "after_moving"),
        (facts(done=5, due=4), "missed"),
        (facts(done=1, due=None), "missed"),
        (facts(done=-1, outcome="in_part"), "missed"),
        (facts(done=-1, outcome="not_fulfilled"), "missed"),
        (facts(done=-1, not_stated=True), "unknown"),
        (facts(done=3, not_stated=True, outcome="in_part"), "missed"),
        (facts(dropped=-1), "none"),
        (facts(dropped=0), "none"),
        (facts(dropped=1), "missed"),
        (facts(first=NEVER), "none"),
        (facts(draft=True), "none"),
        (facts(dropped=1, passed_on=True), "none"),
    ],
)
def test_what_became_of_a_promise(given_facts: KeptFacts, answer: str) -> None:
    assert kept_on(given_facts, DAY) == answer


@pytest.mark.parametrize(("first_in", "answer"), [(-1, "on_time"), (0, "none"), (1, "none")])
def test_it_counts_from_the_day_after_its_first_date(first_in: int, answer: str) -> None:
    """What is done ahead counts when its date has passed, as all that were promised for that day."""
    assert kept_on(facts(done=-5, first=DAY + timedelta(days=first_in)), DAY) == answer


@given(st.integers(-60, 9), st.integers(-60, 200), st.integers(-60, 200))
def test_moving_the_date_neither_helps_nor_harms_what_is_on_time(done: int, due: int, other: int) -> None:
    one, two = (kept_on(facts(done=done, due=days), DAY) == "on_time" for days in (due, other))
    assert one == two == (done <= 0)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_says_none_and_all_only_where_it_is_so(part: int, rest: int) -> None:
    found = share(part, part + rest)
    if part + rest == 0:
        assert found is None
        return
    assert found is not None
    assert (found == 0) == (part == 0)
    assert (found == 100) == (rest == 0)
    assert abs(found - 100 * part / (part + rest)) <= 1


COUNTS = st.builds(
    Tally,
    *[st.integers(0, 50)] * 11,
    slipped_days=st.integers(-900, 900),
    last_sign_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


@given(st.lists(COUNTS, max_size=5))
def test_together_is_the_sum(several: list[Tally]) -> None:
    whole = together(several)
    assert whole.fell_due == sum(one.fell_due for one in several)
    assert (whole.moves, whole.slipped_days) == (
        sum(t.moves for t in several),
        sum(t.slipped_days for t in several),
    )
    assert together(reversed(several)) == whole
    assert whole.last_sign_on == max((t.last_sign_on for t in several if t.last_sign_on), default=None)


def test_nothing_is_no_data_and_never_zero() -> None:
    nothing = Tally()
    assert (nothing.on_time_share, nothing.silent_share, nothing.average_slippage) == (None, None, None)


@pytest.mark.parametrize(
    ("days", "dated", "average"), [(1, 3, "0.3"), (5, 2, "2.5"), (-1, 4, "-0.3"), (0, 7, "0"), (1, 20, "0.1")]
)
def test_average_slippage_is_to_a_tenth(days: int, dated: int, average: str) -> None:
    assert Tally(dated=dated, slipped_days=days).average_slippage == Decimal(average)


def listed(place: Place, **address: Any) -> int:
    """How many rows the agenda shows at an address; as many ids leave with it."""
    words = {name: str(value) for name, value in address.items()}
    filters = filters_of(words, choices_at(place, EVERYWHERE, DAY))
    assert {name: str(value) for name, value in address_words(filters).items() if value is not None} == words
    count = agenda_page(place, EVERYWHERE, filters, DAY)[1]
    assert len(agenda_ids(place, EVERYWHERE, filters, DAY)) == count
    return count


def check_lists(place: Place, unit: int | str, tally: Tally) -> None:
    """Every count is that of the rows behind it."""
    for answer in (*ANSWERS, "unknown"):
        assert listed(place, state="all", unit=unit, kept=answer) == getattr(tally, answer), answer
    assert listed(place, state="all", unit=unit, kept="due") == tally.fell_due
    assert listed(place, state="all", unit=unit, date="moved") == tally.moved
    assert listed(place, state="all", unit=unit, date="given") == tally.dated
    assert listed(place, state="silent", unit=unit) == tally.silent
    assert listed(place, unit=unit) == tally.open


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_the_lists_whatever_happened(session: DbSession, seed: int) -> None:
    place, other, partner = make_place(), make_place(), make_partner()
    units = [make_unit(place, name) for name in ("Obras", "Salud", "Sin nada")]
    for one in (place, other):
        leads = [*units[:2], partner, None] if one is place else [None, partner]
        live_through(session, seed, one, leads, DAY, steps=80)
    if seed == 3:
        merge(act(), place.id, other.id, DAY)
    found, rows = quality_of(place, DAY), commitments_of(place)
    by_unit = {unit.id: tally_of([row for row in rows if row.unit_id == unit.id], DAY) for unit in units}
    assert {unit.id: found.units.get(unit.id, Tally()) for unit in units} == by_unit
    assert found.partners == tally_of([row for row in rows if row.partner_id], DAY)
    assert found.own == tally_of([row for row in rows if not row.partner_id], DAY)
    assert found.nobody == tally_of([row for row in rows if not row.partner_id and not row.unit_id], DAY)
    leads_and_tallies: list[tuple[int | str, Tally]] = [*found.units.items()]
    leads_and_tallies += [("none", found.nobody), ("own", found.own), ("partners", found.partners)]
    for unit, tally in leads_and_tallies:
        check_lists(place, unit, tally)
    assert len({answer_of(row, DAY) for row in rows}) > 3, "a history that tries something"


def test_a_correction_of_the_quiet_start_is_no_slippage(session: DbSession) -> None:
    place, day = make_place(), DAY - timedelta(days=40)
    unit = make_unit(place)
    late = make_commitment(place, due_on=day - timedelta(days=30), unit=unit, day=day)
    bring_up_to_date(act(day), place, {late.subject: Choice("moved", day + timedelta(days=90))})
    tally = quality_of(place, DAY).units[unit.id]
    assert (tally.moved, tally.moves, tally.dated, tally.slipped_days) == (0, 0, 1, 0)
    assert tally.pending == 1, "its first promised date stays"
    later = Promise("Promesa", due_on=day + timedelta(days=97), unit_id=unit.id)
    edit_commitment(act(), place, late.code, later, late.version, "lluvias")
    tally = quality_of(place, DAY).units[unit.id]
    assert (tally.moved, tally.moves, tally.slipped_days) == (1, 1, 7)


def test_what_partners_lead_is_not_the_municipalitys(session: DbSession) -> None:
    place = make_place()
    make_commitment(place, due_on=FIRST, day=FIRST - timedelta(days=90), partner_id=make_partner().id)
    make_kept(place, make_unit(place), FIRST, FIRST)
    found = quality_of(place, DAY)
    assert (found.own.on_time_share, found.partners.on_time_share) == (100, 0)


def test_the_example_of_the_method(session: DbSession) -> None:
    """docs/method.md: six commitments of Works, as seen on 1 December 2026."""
    place, start = make_place(), date(2026, 1, 10)
    works = make_unit(place, "Obras")

    def promised(due_on: date) -> Commitment:
        return make_commitment(place, due_on=due_on, unit=works, day=start)

    def moved(row: Commitment, due_on: date) -> None:
        later = Promise("Después", due_on=due_on, unit_id=works.id)
        edit_commitment(act(start), place, row.code, later, row.version, "lluvias")

    def done(row: Commitment, day: date) -> None:
        complete_commitment(act(day), place, row.code, day, "fulfilled", "Listo.")

    done(promised(date(2026, 6, 30)), date(2026, 6, 28))
    late = promised(date(2026, 6, 30))
    moved(late, date(2026, 8, 31))
    done(late, date(2026, 8, 20))
    moved(promised(date(2026, 7, 31)), date(2027, 1, 31))
    for due_on, day in ((date(2026, 7, 31), date(2026, 7, 10)), (date(2026, 8, 31), date(2026, 9, 2))):
        cancel_commitment(act(day), place, promised(due_on).code, "sin fondos")
    promised(date(2027, 3, 31))
    tally = quality_of(place, date(2026, 12, 1)).units[works.id]
    assert (tally.on_time, tally.after_moving, tally.missed, tally.pending) == (1, 1, 1, 1)
    assert (tally.fell_due, tally.on_time_share, tally.moved, tally.moves) == (4, 25, 2, 2)
    assert (tally.dated, tally.average_slippage) == (6, Decimal(41))
