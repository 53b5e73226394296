"""Money in sheets: which year and source a row speaks of, what it changes, what it cannot say."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.making import bring, counts, csv_of, reasons
from tests.support.factories import DAY, act, make_commitment, make_place
from tracker.agenda.models import Budget, Commitment
from tracker.agenda.operations import complete_commitment
from tracker.agenda.operations.promise import BudgetFacts
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")

ALL = "code,title,budget,currency,source_of_funds,fiscal_year,budget_current,budget_executed,budget_paid"


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def kept() -> list[tuple[Any, ...]]:
    """Every row: year, source, currency and the four figures."""
    figures = (Budget.assigned_minor, Budget.current_minor, Budget.executed_minor, Budget.paid_minor)
    columns = (Budget.fiscal_year, Budget.source, Budget.currency, *figures)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Budget.fiscal_year, Budget.source))]


def test_the_four_figures_come_in_for_the_year_of_the_row(place: Place) -> None:
    sheet = csv_of(ALL, "A,Pozo,100,MXN,Ramo 33,2025,90,0,")
    assert counts(bring(place, sheet)) == (1, 0, 0)
    assert kept() == [(2025, "Ramo 33", "MXN", 10000, 9000, 0, None)]
    assert counts(bring(place, sheet)) == (0, 0, 1)
    assert counts(bring(place, sheet.replace(b",90,0,", b",,50,12.5"))) == (0, 1, 0)
    assert kept() == [(2025, "Ramo 33", "MXN", 10000, 9000, 5000, 1250)], "an empty cell takes nothing away"
    about = select(AuditEntry).where(AuditEntry.subject.like("commitment:%")).order_by(AuditEntry.id.desc())
    entry = db.session.scalars(about).first()
    assert entry is not None
    assert entry.changes["money_paid"] == [None, "2025 Ramo 33: MXN 12.50"]
    assert entry.changes["budget_executed"] == [0, 5000] and "money" not in entry.changes


def test_another_year_is_another_row(place: Place) -> None:
    bring(place, csv_of(ALL, "A,Pozo,100,,Ramo 33,2025,,,"))
    bring(place, csv_of(ALL, "A,Pozo,100,,Ramo 33,2026,,,7"))
    bring(place, csv_of("code,title,fiscal_year,budget_paid", "A,Pozo,2025,3"))
    assert kept() == [
        (2025, "Ramo 33", "MXN", 10000, None, None, 300),
        (2026, "Ramo 33", "MXN", 10000, None, None, 700),
    ]


def test_captions_of_every_language(place: Place) -> None:
    for number, captions in enumerate(
        (
            "Presupuesto,Año fiscal,Presupuesto vigente,Presupuesto devengado,Presupuesto pagado",
            "Orçamento,Ano do orçamento,Dotação atualizada,Orçamento liquidado,Orçamento pago",
            "Budget,Exercice budgétaire,Crédits actualisés,Dépenses liquidées,Dépenses payées",
            "budget,Fiscal year,Current budget,Budget executed,Budget paid",
        )
    ):
        bring(place, csv_of(f"code,title,{captions}", f"A{number},Pozo,4,2025,3,2,1"))
    assert kept() == [(2025, "", "MXN", 400, 300, 200, 100)] * 4


def test_what_was_paid_needs_what_was_assigned(place: Place) -> None:
    sheet = csv_of("code,title,fiscal_year,budget_paid", "A,Pozo,2025,3")
    assert [reason[1] for reason in reasons(bring(place, sheet))] == ["budget"]
    make_commitment(place, code="A", budgets=(BudgetFacts(2026, "Fondo", "MXN", 100),))
    assert len(reasons(bring(place, sheet))) == 1, "of another year"
    other = csv_of("code,title,currency,budget_paid", "A,Pozo,USD,3")
    assert len(reasons(bring(place, other))) == 1, "in another currency"
    assert counts(bring(place, csv_of("code,title,budget_paid", "A,Pozo,3"))) == (0, 1, 0)
    assert kept() == [(2026, "Fondo", "MXN", 100, None, None, 300)]


def test_a_new_currency_takes_no_figure_of_the_old_one_along(place: Place) -> None:
    bring(place, csv_of(ALL, "A,Pozo,100,MXN,,2025,90,80,70"))
    bring(place, csv_of("code,title,budget,currency,fiscal_year,budget_paid", "A,Pozo,5,USD,2025,1"))
    assert kept() == [(2025, "", "USD", 500, None, None, 100)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("fiscal_year", "1989"),
        ("fiscal_year", "2026.5"),
        ("fiscal_year", "pronto"),
        ("budget_current", "-1"),
        ("budget_executed", "mucho"),
        ("budget_paid", "1e99"),
    ],
)
def test_what_no_money_is(place: Place, column: str, cell: str) -> None:
    result = bring(place, csv_of(f"code,title,budget,{column}", f"A,Pozo,1,{cell}"))
    assert [reason[1] for reason in reasons(result)] == [column]


def test_more_than_fits_is_refused(place: Place) -> None:
    sheet = csv_of("code,title,budget,currency", "A,Pozo,999999999999999,CLF")
    assert [reason[1] for reason in reasons(bring(place, sheet))] == ["budget"]


def test_what_ended_is_still_paid(place: Place) -> None:
    made = make_commitment(place, code="A", budgets=(BudgetFacts(2026, "", "MXN", 100),))
    complete_commitment(act(), place, "A", DAY, "fulfilled", "Listo")
    bring(place, csv_of("code,title,budget_paid", f"A,{made.title},1"))
    assert kept() == [(2026, "", "MXN", 100, None, None, 100)]
    assert db.session.scalar(select(Commitment.outcome)) == "fulfilled"
