"""What each column holds: guessed, and corrected by a person."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.core.i18n import _, format_percent
from tracker.core.sheets import Sheet
from tracker.core.web import page
from tracker.exchange.bringing.deciding import ROW_TYPE, chosen_columns, with_columns
from tracker.exchange.bringing.drafting import mapping_of
from tracker.exchange.forms import ColumnsForm
from tracker.exchange.guessing import (
    ColumnGuess,
    drawn_schedule,
    guess_columns,
    guess_header,
    suggest_mapping,
    words_of,
)
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import AgendaMapping, MappingError
from tracker.exchange.models import ImportRun
from tracker.exchange.views import exchange
from tracker.exchange.views.steps import open_step, save, sheet_of, step_tabs
from tracker.territory.rules import Place

#: Columns on one page.
PAGE = 40


@exchange.get("/<place:place>/agenda/imports/<id:run_id>/columns")
def columns(place: Place, run_id: int) -> Response:
    """Each column with its caption, some of what stands in it, and what it seems to be."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    mapping, found = mapping_of(run), sheet_of(run)
    guesses = _ordered(_guesses(found, mapping))
    number = _page_number(request.args.get("page"), len(guesses))
    chosen = chosen_columns(mapping, guesses)
    shown = guesses[(number - 1) * PAGE : number * PAGE]
    entries = [{"at": str(guess.index), "field": chosen[guess.caption]} for guess in shown]
    return _page(place, run, ColumnsForm(formdata=None, data={"columns": entries}), found, guesses, number)


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/columns")
def save_columns(place: Place, run_id: int) -> Response:
    """The choices of one page; those of the others stay."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    mapping, found = mapping_of(run), sheet_of(run)
    guesses = _ordered(_guesses(found, mapping))
    number = _page_number(request.args.get("page"), len(guesses))
    shown = {str(guess.index): guess for guess in guesses[(number - 1) * PAGE : number * PAGE]}
    form = ColumnsForm()
    form.offer()
    sent = {str(entry.form.at.data): entry.form.field for entry in form.columns}
    if not form.columns.entries or any(at not in shown for at in sent):
        return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)
    typed = {shown[at].caption: str(field.data or "") for at, field in sent.items()}
    others = {caption: field for caption, field in chosen_columns(mapping, guesses).items() if caption not in typed}
    valid = form.validate_on_submit()
    if not (form.check({c: f for c, f in others.items() if f}) and valid):
        return _page(place, run, form, found, guesses, number, 422)
    chosen = {name: others[name] for name in others} | typed
    suggested = suggest_mapping(found, mapping.header_rows, chosen) if mapping.columns is None else mapping
    decided = with_columns(mapping, chosen, suggested)
    if ROW_TYPE in chosen.values():
        decided = with_columns(mapping, chosen, suggested, _kinds(found, decided))
    save(place, run_id, decided)
    if number * PAGE < len(guesses):
        return redirect(url_for("exchange.columns", place=place, run_id=run_id, page=number + 1), 303)
    return redirect(url_for("exchange.words", place=place, run_id=run_id), 303)


def _guesses(found: Sheet, mapping: AgendaMapping) -> list[ColumnGuess]:
    rows = mapping.header_rows or guess_header(found)
    return [guess for guess in guess_columns(found, rows) if guess.caption]


def _ordered(guesses: list[ColumnGuess]) -> list[ColumnGuess]:
    """What is needed stands first, what is empty last; the same order as long as the guesses are."""
    return sorted(guesses, key=lambda guess: (not guess.field, guess.share_filled == 0, guess.index))


def _kinds(found: Sheet, mapping: AgendaMapping) -> Any:
    try:
        layout = layout_of(found, mapping.header_rows, mapping.columns, "agenda", "title")
        return words_of(found, layout, mapping, ROW_TYPE)
    except MappingError:
        return ()


def _page_number(value: str | None, count: int) -> int:
    number = int(value) if value and value.isascii() and value.isdigit() and len(value) < 4 else 1
    return max(1, min(number, (count - 1) // PAGE + 1))


def _page(
    place: Place,
    run: ImportRun,
    form: ColumnsForm,
    found: Sheet,
    guesses: list[ColumnGuess],
    number: int,
    status: int = 200,
) -> Response:
    form.offer()
    by_index = {str(guess.index): guess for guess in guesses}
    rows = []
    for entry in form.columns:
        guess = by_index[str(entry.form.at.data)]
        samples = " · ".join(guess.samples)
        share = _("%(share)s filled in", share=format_percent(round(guess.share_filled * 100)))
        hint = f"{samples} — {share}" if samples else _("nothing stands in it")
        rows.append((entry.form, guess.caption, hint))
    said = [row for row in rows if row[0].field.data or row[0].field.errors]
    rest = [row for row in rows if row not in said]
    dated = any(guess.field == "due_on" for guess in guesses)
    rows_of_captions = mapping_of(run).header_rows or guess_header(found)
    remarks = [] if dated or number > 1 else drawn_schedule(found, rows_of_captions)
    return page(
        "exchange/columns.html",
        status,
        place=place,
        run=run,
        form=form,
        rows=said,
        rest=rest,
        rest_open=not any(row[0].field.data == "title" for row in said),
        remarks=remarks,
        number=number,
        pages=(len(guesses) - 1) // PAGE + 1,
        recognised=sum(bool(guess.field) for guess in guesses),
        count=len(guesses),
        tabs=step_tabs(place, run, "columns"),
    )
