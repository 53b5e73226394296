"""Money of a commitment in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.agenda.models import Budget
from tracker.agenda.rules.money import FIGURES, odd_money
from tracker.core.i18n import _l, format_money

MONEY_WORDS = {
    "assigned": _l("Assigned budget"),
    "current": _l("Current budget"),
    "executed": _l("Executed"),
    "paid": _l("Paid"),
}
_ODD_WORDS = {
    ("executed", "current"): _l("More is executed than the current budget; please look again."),
    ("executed", "assigned"): _l("More is executed than was assigned; perhaps the current budget is missing here."),
    ("paid", "executed"): _l("More is paid than executed; please look again."),
    ("paid", "current"): _l("More is paid than the current budget; please look again."),
    ("paid", "assigned"): _l("More is paid than was assigned; perhaps the current budget is missing here."),
}


@dataclass(frozen=True)
class MoneyLine:
    """Money of a year and source, in words."""

    #: `2027 · Ramo 33`
    name: str
    #: What a column is called, and the amount; None where it is not known.
    figures: list[tuple[str, str | None]]
    odd: list[str]


def money_lines(budgets: Sequence[Budget]) -> list[MoneyLine]:
    """Money by year and source, as the page of a commitment shows it."""
    return [MoneyLine(_name(row), _figures(row), odd_words(row)) for row in budgets]


def odd_words(row: Budget) -> list[str]:
    """What is odd about the money of a year and source, a sentence each."""
    found = odd_money(row.assigned_minor, row.current_minor, row.executed_minor, row.paid_minor)
    return [str(_ODD_WORDS[pair]) for pair in found]


def _name(row: Budget) -> str:
    return f"{row.fiscal_year} · {row.source}" if row.source else str(row.fiscal_year)


def _figures(row: Budget) -> list[tuple[str, str | None]]:
    minors = [(str(MONEY_WORDS[name]), getattr(row, f"{name}_minor")) for name in FIGURES]
    return [(words, None if minor is None else format_money(minor, row.currency)) for words, minor in minors]
