"""Money of a commitment by year and source: what is kept, what is refused, who hears of a second editor."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_place
from tests.support.together import at_once
from tracker.agenda.models import Budget, Commitment
from tracker.agenda.money.setting import Money, set_money
from tracker.agenda.operations import complete_commitment, edit_commitment
from tracker.agenda.operations.promise import BudgetFacts, Promise
from tracker.agenda.rules.money import odd_money
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.territory.rules import Place

FUND = Money(2027, "Ramo 33", "MXN", Decimal("1500.5"), Decimal(1200), Decimal(0), None)


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def kept() -> list[tuple[Any, ...]]:
    """Every row: year, source, currency and the four figures."""
    figures = (Budget.assigned_minor, Budget.current_minor, Budget.executed_minor, Budget.paid_minor)
    rows = db.session.execute(
        select(Budget.fiscal_year, Budget.source, Budget.currency, *figures).order_by(
            Budget.fiscal_year, Budget.source
        )
    )
    return [tuple(row) for row in rows]


def test_figures_are_kept_in_small_units_and_unknown_is_not_nothing(place: Place) -> None:
    made = make_commitment(place)
    pesos = Money(2026, "", "clp", Decimal(90), paid=Decimal(5))
    set_money(act(), place, made.code, [FUND, pesos], 1)
    assert kept() == [
        (2026, "", "CLP", 90, None, None, 5),
        (2027, "Ramo 33", "MXN", 150050, 120000, 0, None),
    ]
    assert made.version == 2
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and entry.verb == "set_money"
    assert entry.changes == {
        "money": [None, "2026: CLP 90; 2027 Ramo 33: MXN 1500.50"],
        "money_current": [None, "2027 Ramo 33: MXN 1200.00"],
        "money_executed": [None, "2027 Ramo 33: MXN 0.00"],
        "money_paid": [None, "2026: CLP 5"],
    }


def test_rows_change_and_go(place: Place) -> None:
    made = make_commitment(place, budgets=(BudgetFacts(2026, "Fondo", "MXN", 100),))
    first = db.session.scalar(select(Budget.id))
    changed = Money(2026, "Fondo", "MXN", Decimal(1), paid=Decimal("0.5"))
    set_money(act(), place, made.code, [changed, FUND], 1)
    assert db.session.scalar(select(Budget.paid_minor).where(Budget.id == first)) == 50
    set_money(act(), place, made.code, [FUND], 2, gone=1)
    assert [row[0] for row in kept()] == [2027]
    set_money(act(), place, made.code, [], 3, gone=1)
    assert kept() == []


def test_a_form_that_arrived_in_part_takes_nothing_away(place: Place) -> None:
    made = make_commitment(place)
    set_money(act(), place, made.code, [FUND, replace(FUND, source="Otro")], 1)
    for rows, gone in (([], 0), ([FUND], 0), ([], 1)):
        with pytest.raises(Refused):
            set_money(act(), place, made.code, rows, 2, gone)
    assert len(kept()) == 2


def test_the_same_again_changes_nothing_and_is_no_conflict(place: Place) -> None:
    made = make_commitment(place)
    set_money(act(), place, made.code, [FUND], 1)
    set_money(act(), place, made.code, [FUND], 1)
    assert made.version == 2
    with pytest.raises(EditConflict):
        set_money(act(), place, made.code, [replace(FUND, paid=Decimal(1))], 1)


def test_what_ended_is_still_paid(place: Place) -> None:
    made = make_commitment(place)
    complete_commitment(act(), place, made.code, DAY, "fulfilled", "Listo")
    set_money(act(), place, made.code, [FUND], made.version)
    assert len(kept()) == 1


def test_correcting_the_commitment_leaves_its_money_alone(place: Place) -> None:
    made = make_commitment(place)
    set_money(act(), place, made.code, [FUND], 1)
    edit_commitment(act(), place, made.code, Promise("Otro", budgets=None), 2)
    assert kept() == [(2027, "Ramo 33", "MXN", 150050, 120000, 0, None)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fiscal_year": None}, "0-fiscal_year"),
        ({"fiscal_year": 1989}, "0-fiscal_year"),
        ({"fiscal_year": 2101}, "0-fiscal_year"),
        ({"source": "x" * 201}, "0-source"),
        ({"currency": ""}, "0-currency"),
        ({"currency": "XYZ"}, "0-currency"),
        ({"assigned": None}, "0-assigned"),
        ({"assigned": Decimal(-1)}, "0-assigned"),
        ({"paid": Decimal("-0.01")}, "0-paid"),
        ({"paid": Decimal("1.005")}, "0-paid"),
        ({"currency": "CLP", "assigned": Decimal("1.5")}, "0-assigned"),
        ({"executed": Decimal(10) ** 17}, "0-executed"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(place: Place, change: dict[str, Any], field: str) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused) as refused:
        set_money(act(), place, made.code, [replace(FUND, **change)], 1)
    assert field in refused.value.fields
    assert kept() == [] and made.version == 1


def test_the_same_year_and_source_twice_is_refused(place: Place) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused) as refused:
        set_money(act(), place, made.code, [FUND, replace(FUND, source=" ramo  33")], 1)
    assert list(refused.value.fields) == ["1-source"]


def test_other_places_and_missing_codes_are_not_here(place: Place) -> None:
    theirs = make_commitment(make_place(), code="X-1")
    for code in (theirs.code, "", "C-999"):
        with pytest.raises(NotHere):
            set_money(act(), place, code, [FUND], 1)


def test_of_two_at_once_one_is_told(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place).code
        db.session.commit()

    def write(source: str) -> Any:
        return lambda: set_money(act(), place, code, [replace(FUND, source=source)], 1) and None

    results = at_once(fresh_app, write("A"), write("B"))
    assert sorted(type(one).__name__ for one in results) == ["EditConflict", "NoneType"]
    with fresh_app.app_context():
        assert len(kept()) == 1 and db.session.scalar(select(Commitment.version)) == 2


@pytest.mark.parametrize(
    ("figures", "odd"),
    [
        ((100, None, None, None), []),
        ((100, 100, 100, 100), []),
        ((100, 200, 150, 150), []),
        ((100, 80, 90, None), [("executed", "current")]),
        ((100, None, 101, 102), [("executed", "assigned"), ("paid", "executed")]),
        ((100, 80, None, 81), [("paid", "current")]),
        ((100, None, None, 101), [("paid", "assigned")]),
        ((0, 0, 0, 1), [("paid", "executed")]),
    ],
)
def test_what_is_odd_is_said_and_stands(figures: tuple[int, Any, Any, Any], odd: list[tuple[str, str]]) -> None:
    assert odd_money(*figures) == odd
