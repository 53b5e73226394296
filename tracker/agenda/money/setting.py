"""Money of a commitment: what was assigned, is current, executed and paid, by fiscal year and source."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import is_currency
from sqlalchemy import select

from tracker.agenda.models import Budget, Commitment
from tracker.agenda.operations.commitments import open_commitment
from tracker.agenda.operations.linked import differing, money_of
from tracker.agenda.operations.promise import MOST_MINOR
from tracker.agenda.rules.money import FIGURES
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.i18n import _l, minor_digits
from tracker.core.sheets import fold
from tracker.territory.queries import hold
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place

SOURCE_LENGTH = 200


@dataclass(frozen=True)
class Money:
    """Money of a year and source as typed: amounts in whole units of an ISO 4217 currency; None is not known."""

    fiscal_year: int | None
    source: str = ""
    currency: str = ""
    assigned: Decimal | None = None
    current: Decimal | None = None
    executed: Decimal | None = None
    paid: Decimal | None = None


def set_money(
    act: Act, place: Place, code: str, rows: Sequence[Money], version: int, gone: int = 0
) -> Commitment:
    """Let these rows, and no others, be the money of a commitment, which may have ended: paying takes time.

    So many rows as are there already have to come back, those counted in `gone` aside that are to go: a form that
    arrived in part takes nothing away.
    Raises EditConflict when somebody saved after `version`; Refused with a message per row and field, such as
    `0-paid` for what was paid in the first row.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code, ended_too=True, draft_too=True)
    wrong = _wrong(rows)
    wanted = {(row.fiscal_year or 0, fold(row.source)): row for row in rows}
    held = {(row.fiscal_year, row.source): row for row in _budgets_of(commitment)}
    # The same again, as after a double click, is no conflict.
    if not wrong and {key: _said(row) for key, row in wanted.items()} == {k: _stands(b) for k, b in held.items()}:
        return commitment
    if commitment.version != version:
        raise EditConflict(_l("Somebody else changed this commitment while you were writing."))
    if wrong:
        raise Refused(fields=wrong)
    if len(rows) + gone < len(held):
        raise Refused(_l("Not all rows arrived. Look at them again and save once more."))
    before = money_of(held.values())
    for key in held.keys() - wanted.keys():
        db.session.delete(held.pop(key))
    for (year, source), row in wanted.items():
        budget = held.get((year, source))
        if budget is None:
            budget = Budget(municipality_id=place.id, commitment_id=commitment.id, fiscal_year=year, source=source)
            db.session.add(budget)
        budget.currency, *minors = _said(row)
        for name, minor in zip(FIGURES, minors, strict=True):
            setattr(budget, f"{name}_minor", minor)
    db.session.flush()
    commitment.version += 1
    commitment.assistant = act.assistant
    changes = differing(before, money_of(_budgets_of(commitment)))
    record(act, "set_money", place.id, commitment.subject, changes)
    return commitment


def _budgets_of(commitment: Commitment) -> list[Budget]:
    own = {"municipality_id": commitment.municipality_id, "commitment_id": commitment.id}
    return list(db.session.scalars(select(Budget).filter_by(**own).order_by(Budget.fiscal_year, Budget.source)))


def _said(row: Money) -> tuple[Any, ...]:
    """Currency and figures in minor units, as they are to stand."""
    currency = row.currency.upper()
    amounts = [getattr(row, name) for name in FIGURES]
    return currency, *[None if a is None else int(a.scaleb(minor_digits(currency))) for a in amounts]


def _stands(budget: Budget) -> tuple[Any, ...]:
    return budget.currency, *[getattr(budget, f"{name}_minor") for name in FIGURES]


def _wrong(rows: Sequence[Money]) -> dict[str, object]:
    """Row and field → why it cannot stand."""
    wrong: dict[str, object] = {}
    seen: set[tuple[int | None, str]] = set()
    for at, row in enumerate(rows):
        key = row.fiscal_year, fold(row.source).casefold()
        if row.fiscal_year is None or not FIRST_DAY.year <= row.fiscal_year <= LAST_DAY.year:
            wrong[f"{at}-fiscal_year"] = _l("Give the fiscal year of the money, such as 2027.")
        elif key in seen:
            wrong[f"{at}-source"] = _l("The same year and source stand twice; add the amounts up.")
        seen.add(key)
        if len(row.source) > SOURCE_LENGTH:
            wrong[f"{at}-source"] = _l("At most %(count)s characters.", count=SOURCE_LENGTH)
        known = is_currency(row.currency.upper())
        if not known:
            wrong[f"{at}-currency"] = _l("Give the currency as three letters, such as MXN.")
        for name in FIGURES:
            amount = getattr(row, name)
            if reason := _why_wrong(amount, minor_digits(row.currency.upper()) if known else 3):
                wrong[f"{at}-{name}"] = reason
        if row.assigned is None:
            wrong[f"{at}-assigned"] = _l("Give what was assigned at first; 0 if nothing was.")
    return wrong


def _why_wrong(amount: Decimal | None, digits: int) -> object:
    if amount is None:
        return None
    if amount < 0:
        return _l("Give an amount of 0 or more.")
    if amount.scaleb(digits) >= MOST_MINOR:
        return _l("Give a smaller amount.")
    if amount.scaleb(digits) % 1:
        return _l("This currency has no such small parts: at most %(count)s decimals.", count=digits)
    return None
