"""Money of a commitment by fiscal year and source: all its rows on one page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.money import MOST_ROWS, MoneyForm
from tracker.agenda.models import Budget
from tracker.agenda.money.setting import Money, set_money
from tracker.agenda.money.telling import odd_words
from tracker.agenda.queries.page import budgets_of, commitment_called
from tracker.agenda.rules.money import FIGURES
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import version_of
from tracker.core.i18n import _, format_number, minor_digits
from tracker.core.web import done, page
from tracker.territory.rules import Place


@agenda.get("/<place:place>/agenda/<code>/money")
def money(place: Place, code: str) -> Response:
    """What is written down; room for a first row where there is nothing yet."""
    commitment = commitment_called(place, g.visitor.scope, code)
    rows = [_typed_before(budget) for budget in budgets_of(commitment)] or [{"currency": place.currency}]
    return _money_page(place, code, MoneyForm(data={"version": str(commitment.version), "rows": rows}))


@agenda.post("/<place:place>/agenda/<code>/money")
def save_money(place: Place, code: str) -> Response:
    """Save all rows; a second editor gets both."""
    form = MoneyForm()
    commitment_called(place, g.visitor.scope, code)
    fits = form.validate_on_submit()
    if request.form.get("as") == "more":
        if len(form.rows) < MOST_ROWS:
            form.rows.append_entry({"currency": form.rows[-1].form.currency.data if form.rows else place.currency})
        return _money_page(place, code, form, 200 if fits else 422)
    if not fits:
        return _money_page(place, code, form, 422)
    gone = sum(bool(entry.form.gone.data or entry.form.is_blank()) for entry in form.rows)
    kept = [entry.form for entry in form.rows if not entry.form.gone.data and not entry.form.is_blank()]
    db.session.rollback()
    try:
        typed = [_typed(row) for row in kept]
        saved = set_money(act_here(place.zone), place, code, typed, version_of(form.version.data), gone)
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        return _conflict(place, code, form, kept)
    except Refused as refused:
        db.session.rollback()
        form.refuse(Refused(refused.message, _put_at_rows(refused, kept)))
        form.rows.errors = [entry.errors for entry in form.rows]
        return _money_page(place, code, form, 422)
    return done(_("Saved."), url_for("follow_up.commitment", place=place, code=saved.code, _anchor="money"))


def _money_page(place: Place, code: str, form: MoneyForm, status: int = 200, **more: Any) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    odd = {(row.fiscal_year, row.source): odd_words(row) for row in budgets_of(commitment)}
    return page("agenda/money.html", status, place=place, commitment=commitment, form=form, odd=odd, **more)


def _conflict(place: Place, code: str, form: MoneyForm, kept: Sequence[Any]) -> Response:
    """409: what the other person saved beside what was typed, and the form ready to save over it."""
    commitment = commitment_called(place, g.visitor.scope, code)
    form.version.data = str(commitment.version)
    theirs = _in_words([_typed_before(budget) for budget in budgets_of(commitment)])
    mine = _in_words([row.data for row in kept])
    both = [
        (name, theirs.get(name, "—"), mine.get(name, "—"))
        for name in dict.fromkeys([*theirs, *mine])
        if theirs.get(name) != mine.get(name)
    ]
    return _money_page(place, code, form, 409, both_texts=both)


def _in_words(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Year and source → the figures of the row, as a person reads them."""
    answer = {}
    for row in rows:
        name = " · ".join(str(part) for part in (row["fiscal_year"], row["source"]) if part)
        figures = [format_number(row[figure]) if row[figure] is not None else "—" for figure in FIGURES]
        answer[name] = f"{row['currency']} " + " / ".join(figures)
    return answer


def _typed_before(budget: Budget) -> dict[str, Any]:
    minors = {name: getattr(budget, f"{name}_minor") for name in FIGURES}
    digits = minor_digits(budget.currency)
    figures = {name: None if minor is None else Decimal(minor).scaleb(-digits) for name, minor in minors.items()}
    return {"fiscal_year": budget.fiscal_year, "source": budget.source, "currency": budget.currency, **figures}


def _typed(row: Any) -> Money:
    return Money(
        row.fiscal_year.data,
        row.source.data or "",
        (row.currency.data or "").upper(),
        **{name: getattr(row, name).data for name in FIGURES},
    )


def _put_at_rows(refused: Refused, kept: Sequence[Any]) -> dict[str, object]:
    """Put what is wrong at the fields of the rows; gives back what has no field."""
    left: dict[str, object] = {}
    for name, message in refused.fields.items():
        at, _sep, field = name.partition("-")
        if at.isdigit() and int(at) < len(kept) and field in kept[int(at)]._fields:
            bound = kept[int(at)]._fields[field]
            bound.errors = [*bound.errors, str(message)]
        else:
            left[name] = message
    return left
