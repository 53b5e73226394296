"""Which sheet of the workbook, and where its captions stand: chosen by looking at it."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.core.forms import options
from tracker.core.i18n import _
from tracker.core.sheets import Sheet, shown
from tracker.core.web import page
from tracker.exchange.bringing.deciding import with_sheet
from tracker.exchange.bringing.drafting import mapping_of
from tracker.exchange.forms import SheetForm
from tracker.exchange.guessing import guess_header
from tracker.exchange.models import ImportRun
from tracker.exchange.views import exchange
from tracker.exchange.views.steps import open_step, save, sheet_of, step_tabs
from tracker.territory.rules import Place

#: Rows and columns shown, and characters of a cell.
_ROWS, _COLUMNS, _CELL = 14, 8, 40


@exchange.get("/<place:place>/agenda/imports/<id:run_id>/sheet")
def sheet(place: Place, run_id: int) -> Response:
    """The top of the sheet."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    mapping = mapping_of(run)
    name = _name_in(run, request.args.get("sheet")) or mapping.sheet
    found = sheet_of(run, name)
    rows = mapping.header_rows if name == mapping.sheet and mapping.header_rows else guess_header(found)
    form = SheetForm(formdata=None, data={"sheet": name or "", "rows": [str(number) for number in rows]})
    return _page(place, run, form, found)


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/sheet")
def save_sheet(place: Place, run_id: int) -> Response:
    """The choice."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    form, mapping = SheetForm(), mapping_of(run)
    name = _name_in(run, str(form.sheet.data or "")) or mapping.sheet
    form.sheet.data = name or ""
    found = sheet_of(run, name)
    form.rows.choices = _choices(found)
    if not form.validate_on_submit():
        return _page(place, run, form, found, 422)
    rows = tuple(sorted(int(number) for number in form.rows.data or ()))
    save(place, run_id, with_sheet(mapping, name, rows))
    return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)


def _name_in(run: ImportRun, wanted: str | None) -> str | None:
    names = [summary["name"] for summary in run.sheets if summary["rows"]]
    # A CSV file has one sheet, and a mapping names none.
    return wanted if wanted in names and len(run.sheets) > 1 else None


def _choices(found: Sheet) -> list[tuple[str, str]]:
    return [(str(number), _("row %(number)s", number=number)) for number in range(1, min(len(found.rows), 60) + 1)]


def _page(place: Place, run: ImportRun, form: SheetForm, found: Sheet, status: int = 200) -> Response:
    form.rows.choices = options(_choices(found))
    typed = [number for number in form.rows.data or () if number.isascii() and number.isdigit()]
    chosen = [int(number) for number in typed if len(number) < 6]
    first = max(1, (min(chosen) if chosen else 1) - 4)
    ticks = list(form.rows)
    numbers = range(first, min(first + _ROWS, len(found.rows) + 1, len(ticks) + 1))
    width = [
        at
        for at in range(max((len(row) for row in found.rows[: first + _ROWS]), default=0))
        if any(at < len(found.rows[n - 1]) and shown(found.rows[n - 1][at]) for n in numbers)
    ]
    rows = [
        {
            "number": number,
            "tick": ticks[number - 1],
            "is_chosen": number in chosen,
            "cells": [
                shown(found.rows[number - 1][at], _CELL) if at < len(found.rows[number - 1]) else ""
                for at in width[:_COLUMNS]
            ],
        }
        for number in numbers
    ]
    return page(
        "exchange/sheet.html",
        status,
        place=place,
        run=run,
        form=form,
        rows=rows,
        more_columns=max(0, len(width) - _COLUMNS),
        sheets=[summary for summary in run.sheets if summary["rows"]],
        tabs=step_tabs(place, run, "sheet"),
    )
