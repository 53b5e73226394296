"""Making and editing commitments, on both databases."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.agenda.counting import check_everything
from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit
from tracker.agenda.models import Budget, Commitment, Party
from tracker.agenda.operations import create_commitment, edit_commitment
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.core.db import LONG_AGO, NEVER
from tracker.core.errors import Refused

TOMORROW = DAY + timedelta(days=1)


def _refused(call: Any, *arguments: Any) -> Mapping[str, object]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return caught.value.fields


def test_a_title_is_enough(session: DbSession) -> None:
    place = make_place()
    made = create_commitment(act(), place, Promise("Reparar la escuela"))
    session.expire_all()
    assert (made.code, made.version, made.entered_on) == ("C-001", 1, DAY)
    assert (made.due_on, made.first_due_on, made.progress, made.last_sign_on) == (None, None, None, None)
    assert (made.completed_on, made.cancelled_on, made.begun_on) == (NEVER, NEVER, NEVER)
    assert (made.soon_from, made.overdue_from) == (NEVER, NEVER)
    # Without a date nobody asks for anything but a sign of life.
    # A date is asked for first.
    assert (made.next_check_on, made.silent_from) == (DAY + timedelta(days=30), DAY + timedelta(days=90))
    assert made.stage_on(DAY) == "not_started"
    check_everything(place, DAY)


def test_clocks_are_there_from_the_first_moment(session: DbSession) -> None:
    place = make_place()
    due_on = date(2027, 3, 31)
    made = make_commitment(place, due_on=due_on)
    session.expire_all()
    assert made.first_due_on == due_on
    assert (made.soon_from, made.overdue_from) == (date(2027, 3, 17), date(2027, 4, 1))
    # Silence comes first: sixty days before it is due.
    assert (made.checked_on, made.next_check_on) == (LONG_AGO, date(2027, 1, 30))
    check_everything(place, DAY)


def test_codes_count_on_and_step_over_taken_ones(session: DbSession) -> None:
    place, neighbour = make_place(), make_place()
    codes = [make_commitment(place, code=code).code for code in ("", "c-002", "", "", "OBRA.7-b", "")]
    assert codes == ["C-001", "c-002", "C-003", "C-004", "OBRA.7-b", "C-005"]
    assert make_commitment(neighbour, code="C-003").code == "C-003"


@pytest.mark.parametrize("code", ["obra.7", "OBRA.7", " OBRA.7 "])
def test_a_code_is_taken_whatever_its_case(session: DbSession, code: str) -> None:
    place = make_place()
    make_commitment(place, code="Obra.7")
    assert "code" in _refused(create_commitment, act(), place, Promise("Otra"), code)


@pytest.mark.parametrize("code", ["a b", "ñ-1", "x" * 41, "a/b", "../a", "a\nb", "<b>", "0;1"])
def test_a_code_has_letters_digits_and_three_signs(session: DbSession, code: str) -> None:
    assert "code" in _refused(create_commitment, act(), make_place(), Promise("Título"), code)


GOOD = Promise("Título", start_on=date(2026, 1, 1), due_on=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("promise", "fields"),
    [
        (replace(GOOD, title=""), {"title"}),
        (replace(GOOD, title=" \t "), {"title"}),
        (replace(GOOD, title="x" * 301), {"title"}),
        (replace(GOOD, due_on=date(2025, 12, 31)), {"due_on"}),
        (replace(GOOD, due_on=date(2101, 1, 1)), {"due_on"}),
        (replace(GOOD, start_on=date(1989, 12, 31)), {"start_on"}),
        (replace(GOOD, act_on=date(9999, 12, 31)), {"act_on"}),
        (replace(GOOD, quantity=Decimal(0)), {"quantity"}),
        (replace(GOOD, quantity=Decimal(-1)), {"quantity"}),
        (replace(GOOD, quantity=Decimal(10**12)), {"quantity"}),
        (replace(GOOD, quantity=Decimal("0.0001")), {"quantity"}),
        (replace(GOOD, title="", unit_id=1, partner_id=1), {"title", "partner_id"}),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(session: DbSession, promise: Promise, fields: set[str]) -> None:
    place = make_place()
    assert set(_refused(create_commitment, act(), place, promise)) == fields
    assert session.scalar(select(func.count()).select_from(Commitment)) == 0


def test_edges_that_stand(session: DbSession) -> None:
    place = make_place()
    same_day = create_commitment(act(), place, replace(GOOD, due_on=GOOD.start_on, title="x" * 300))
    assert same_day.start_on == same_day.due_on
    create_commitment(act(), place, Promise("Sin inicio", due_on=date(1990, 1, 1), quantity=Decimal("0.001")))
    create_commitment(act(), place, Promise("Lejos", due_on=date(2100, 1, 1), due_precision="year"))
    check_everything(place, DAY)


def test_a_quarter_is_due_on_its_last_day(session: DbSession) -> None:
    made = make_commitment(make_place(), due_on=date(2028, 2, 3), due_precision="month")
    assert (made.due_on, made.due_precision, made.first_due_on) == (
        date(2028, 2, 29),
        "month",
        date(2028, 2, 29),
    )
    assert make_commitment(make_place(), due_precision="year").due_precision == "day", "no date, no precision"


def test_parties_and_money_are_kept_and_replaced(session: DbSession) -> None:
    place, partner = make_place(), make_partner()
    unit, other = make_unit(place), make_unit(place)
    promise = Promise(
        "Pozos",
        unit_id=unit.id,
        quantity=Decimal("12.5"),
        parties=(
            PartyFacts("co_responsible", unit_id=other.id, part="planos"),
            PartyFacts("supporter", partner_id=partner.id),
        ),
        budgets=(BudgetFacts(2027, "propios", "MXN", 1_250_000_00),),
    )
    made = create_commitment(act(), place, promise)
    changed = replace(promise, parties=promise.parties[:1], budgets=())
    edit_commitment(act(TOMORROW), place, made.code, changed, version=1)
    session.expire_all()
    assert made.quantity == Decimal("12.5")
    assert [(p.kind, p.unit_id, p.part) for p in session.scalars(select(Party))] == [
        ("co_responsible", other.id, "planos")
    ]
    assert session.scalars(select(Budget)).all() == []


def test_nobody_leads_from_next_door(session: DbSession) -> None:
    stranger = make_unit(make_place())
    with pytest.raises((IntegrityError, Refused)):
        make_commitment(make_place(), unit=stranger)
