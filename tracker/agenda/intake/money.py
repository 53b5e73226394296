"""The money of a commitment as a row says it: which year and source it speaks of, and what that changes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.agenda.intake.changing import Changes
from tracker.agenda.intake.incoming import Fault, Incoming
from tracker.agenda.intake.stock import Taking
from tracker.agenda.models import Budget, Commitment
from tracker.agenda.operations.linked import MONEY_FIELDS, money_words
from tracker.agenda.operations.promise import MOST_MINOR
from tracker.core.i18n import _l, minor_digits

#: What a sheet says beside what was assigned.
SPENT = ("current", "executed", "paid")


def change_budget(taking: Taking, commitment: Commitment, changes: Changes, row: Incoming) -> dict[str, Any] | None:
    """Money of the row's fiscal year, else of the year in which it is due (else begins, else of the act).

    Without a year in the row the same amount anywhere stays. Empty cells say nothing. Returns the columns of a
    Budget that has to be added, if any.
    """
    if not _speaks(row):
        return None
    held = taking.stock.budgets.get(commitment.id, [])
    year = _year(row, commitment.due_on, commitment.start_on)
    if year is None and row.budget is not None:
        year = taking.act.day.year
    budget = _spoken_of(held, row, year, taking.place.currency)
    if budget is not None:
        _change(budget, changes, row, taking.place.currency)
        return None
    currency = row.currency or taking.place.currency
    minors = {f"{name}_minor": _minor(amount, currency) for name, amount in _amounts(row).items()}
    for name, called in MONEY_FIELDS.items():
        _note(changes, called, name, year or 0, row.source_of_funds, None, (currency, minors.get(f"{name}_minor")))
    return {
        "municipality_id": commitment.municipality_id,
        "commitment_id": commitment.id,
        "fiscal_year": year,
        "source": row.source_of_funds,
        "currency": currency,
        **dict.fromkeys([f"{name}_minor" for name in MONEY_FIELDS]),
        **minors,
    }


def money_faults(
    held: Sequence[Budget], row: Incoming, dates: tuple[date | None, date | None], currency: str
) -> list[Fault]:
    """Why the money of a row cannot come in; `dates`: start and due date as they will be."""
    if not _speaks(row):
        return []
    start, due = dates
    budget = _spoken_of(held, row, _year(row, due, start), currency)
    code = row.currency or (budget.currency if budget is not None and row.budget is None else currency)
    faults = [
        Fault(row.row, _COLUMN[name], str(amount), _l("This number is too large."))
        for name, amount in _amounts(row).items()
        if _minor(amount, code) >= MOST_MINOR
    ]
    if row.budget is None and (budget is None or budget.currency != code):
        reason = _l("Give what was assigned in this year from this source as well; 0 if nothing was.")
        faults.append(Fault(row.row, "budget", "", reason))
    return faults


_COLUMN = {"assigned": "budget", **{name: f"budget_{name}" for name in SPENT}}


def _amounts(row: Incoming) -> dict[str, Decimal]:
    """Figure → amount, of what the row says."""
    said = {name: getattr(row, column) for name, column in _COLUMN.items()}
    return {name: amount for name, amount in said.items() if amount is not None}


def _speaks(row: Incoming) -> bool:
    return bool(_amounts(row))


def _year(row: Incoming, due: date | None, start: date | None) -> int | None:
    day = due or start
    return row.fiscal_year or (day.year if day else None)


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(minor_digits(currency)).to_integral_value())


def _spoken_of(held: Sequence[Budget], row: Incoming, year: int | None, currency: str) -> Budget | None:
    """The money that is there already and that the row is about."""
    fitting = [b for b in held if "source_of_funds" not in row.given or b.source == row.source_of_funds]
    if row.fiscal_year is None and row.budget is not None:
        code = row.currency or currency
        said = code, _minor(row.budget, code)
        for budget in fitting:
            if (budget.currency, budget.assigned_minor) == said:
                return budget
    for budget in fitting:
        if budget.fiscal_year == year:
            return budget
    only = row.fiscal_year is None and row.budget is None and len(fitting) == 1
    return fitting[0] if only else None


def _change(budget: Budget, changes: Changes, row: Incoming, currency: str) -> None:
    """Write what the row says; what is told in another currency does not go along into a new one."""
    code = row.currency or (currency if row.budget is not None else budget.currency)
    before = budget.currency
    budget.currency = code
    amounts = _amounts(row)
    for name, called in MONEY_FIELDS.items():
        old = getattr(budget, f"{name}_minor")
        new = _minor(amounts[name], code) if name in amounts else old if code == before else None
        if (code, new) != (before, old):
            setattr(budget, f"{name}_minor", new)
            _note(changes, called, name, budget.fiscal_year, budget.source, (before, old), (code, new))


def _note(
    changes: Changes,
    called: str,
    name: str,
    year: int,
    source: str,
    before: tuple[str, int | None] | None,
    after: tuple[str, int | None],
) -> None:
    """Note one figure for the trail: in words, and as the sheet's column says it."""
    (old_code, old), (code, new) = before or ("", None), after
    if old is None and new is None:
        return
    changes[called] = (
        None if old is None else money_words(year, source, old_code, old),
        None if new is None else money_words(year, source, code, new),
    )
    changes[_COLUMN[name]] = (old, new)
