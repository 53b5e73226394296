"""What the words and figures of the sheet mean."""

from datetime import date
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import page
from tracker.exchange.bringing.deciding import ROW_TYPE, with_words
from tracker.exchange.bringing.drafting import mapping_of
from tracker.exchange.forms import WordsForm
from tracker.exchange.guessing import WordFound, reported_on, words_of
from tracker.exchange.layout import layout_of
from tracker.exchange.mapping import AgendaMapping, MappingError
from tracker.exchange.models import ImportRun
from tracker.exchange.views import exchange
from tracker.exchange.views.steps import open_step, save, sheet_of, step_tabs
from tracker.territory.rules import Place

#: No sheet tells how things stood before.
EARLIEST = date(1990, 1, 1)
#: More different words are no closed list; they are shown with what cannot be read.
_MOST = 40

#: Words of states, words of kinds of rows.
_Found = tuple[list[WordFound], list[WordFound]]


@exchange.get("/<place:place>/agenda/imports/<id:run_id>/words")
def words(place: Place, run_id: int) -> Response:
    """Each word with how often it stands there and what it seems to mean."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    mapping = mapping_of(run)
    found = _words(run, mapping)
    if found is None:
        return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)
    states, kinds = found
    form = WordsForm(
        formdata=None,
        data={
            "states": [{"at": str(at), "means": f.guess or ""} for at, f in enumerate(states)],
            "kinds": [{"at": str(at), "means": f.guess or "commitment"} for at, f in enumerate(kinds)],
            "percent_scale": mapping.percent_scale if mapping.percent_scale in ("0-1", "mixed") else "",
            "date_order": mapping.date_order,
            "as_of": _as_of(place, run, mapping),
        },
    )
    return _page(place, run, form, mapping, found)


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/words")
def save_words(place: Place, run_id: int) -> Response:
    """What they mean."""
    run, elsewhere = open_step(place, run_id)
    if elsewhere:
        return elsewhere
    mapping = mapping_of(run)
    found = _words(run, mapping)
    if found is None:
        return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)
    form = WordsForm()
    form.offer()
    valid = form.validate_on_submit()
    if form.as_of.data and not EARLIEST <= form.as_of.data <= today(place.zone):
        form.as_of.errors = [*form.as_of.errors, _("Give a day that has come already.")]
        valid = False
    if not valid:
        return _page(place, run, form, mapping, found, 422)
    decided = with_words(
        mapping,
        _typed(form.states, found[0]),
        _typed(form.kinds, found[1]),
        date_order=str(form.date_order.data),
        percent_scale=str(form.percent_scale.data or ""),
        as_of=form.as_of.data,
    )
    save(place, run_id, decided)
    return redirect(url_for("exchange.preview", place=place, run_id=run_id), 303)


def _as_of(place: Place, run: ImportRun, mapping: AgendaMapping) -> date | None:
    """The day that was said, else the one that stands above the captions, if it has come already."""
    found = mapping.as_of or reported_on(sheet_of(run), mapping.header_rows or (1,))
    return found if found is not None and found <= today(place.zone) else None


def _typed(rows: Any, found: list[WordFound]) -> dict[str, str]:
    """What was chosen for words that do stand in the sheet."""
    known = {str(at): f.word for at, f in enumerate(found)}
    pairs = [(str(entry.form.at.data), str(entry.form.means.data or "")) for entry in rows]
    return {known[at]: means for at, means in pairs if at in known}


def _rows(rows: Any, found: list[WordFound]) -> list[tuple[Any, str, int]]:
    known = {str(at): f for at, f in enumerate(found)}
    pairs = [(entry.form, known.get(str(entry.form.at.data))) for entry in rows]
    return [(part, f.word, f.times) for part, f in pairs if f is not None]


def _words(run: ImportRun, mapping: AgendaMapping) -> _Found | None:
    """The words, or None where the columns have not been said yet or do not fit."""
    if not mapping.columns:
        return None
    sheet = sheet_of(run)
    try:
        layout = layout_of(sheet, mapping.header_rows, mapping.columns, "agenda", "title")
        states = words_of(sheet, layout, mapping, "state")
        kinds = words_of(sheet, layout, mapping, ROW_TYPE) if mapping.row_type and mapping.row_type.words else []
    except MappingError:
        return None
    return states[:_MOST], kinds[:_MOST]


def _page(
    place: Place, run: ImportRun, form: WordsForm, mapping: AgendaMapping, found: _Found, status: int = 200
) -> Response:
    form.offer()
    fields = set((mapping.columns or {}).values())
    return page(
        "exchange/words.html",
        status,
        place=place,
        run=run,
        form=form,
        state_rows=_rows(form.states, found[0]),
        kind_rows=_rows(form.kinds, found[1]),
        has_progress="progress" in fields,
        has_dates=bool(fields & {"due_on", "start_on", "completed_on"}),
        tabs=step_tabs(place, run, "words"),
    )
