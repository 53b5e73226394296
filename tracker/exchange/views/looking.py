"""A look at what would happen: what needs a person, then what changes cell by cell."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response
from wtforms import HiddenField

from tracker.agenda.presenting import OUTCOME_WORDS, PRECISION_WORDS
from tracker.audit.acting import act_here
from tracker.audit.words import changes_of
from tracker.core.db import db
from tracker.core.forms import Form
from tracker.core.i18n import _, current_locale, format_number, ngettext
from tracker.core.web import done, page
from tracker.exchange.bringing import files
from tracker.exchange.bringing.deciding import for_conflicts
from tracker.exchange.bringing.drafting import mapping_of, run_at
from tracker.exchange.bringing.kinds import KINDS
from tracker.exchange.bringing.looking import is_fresh, newest_entry, seen_mark, take_look
from tracker.exchange.bringing.run_words import RULE_WORDS
from tracker.exchange.forms import PreviewForm
from tracker.exchange.mapping.field_words import FIELD_WORDS
from tracker.exchange.models import ImportRun
from tracker.exchange.views import exchange
from tracker.exchange.views.asking import PAGE, Questions
from tracker.exchange.views.back_words import back_in_words, conflicts_typed, decided_conflicts
from tracker.exchange.views.steps import content_of, open_run, save, step_tabs, uploads
from tracker.territory.rules import Place

#: Changes shown on one page.
_CHANGES = 20


class ConfirmForm(Form):
    """One button."""

    #: Which look it is about.
    seen = HiddenField()


@exchange.get("/<place:place>/agenda/imports/<id:run_id>/preview")
def preview(place: Place, run_id: int) -> Response:
    """What needs a person, and what would change."""
    run, elsewhere = open_run(place, run_id)
    if elsewhere:
        return elsewhere
    if not run.is_readable:
        return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)
    look = look_at(place, run)
    asked = questions_of(look)
    typed = asked.typed() | ({} if asked.kind else conflicts_typed(look))
    form = PreviewForm(formdata=None, data=typed)
    return look_page(place, run_id, look, asked, form)


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/preview")
def save_preview(place: Place, run_id: int) -> Response:
    """What was decided; then the next look."""
    run, elsewhere = open_run(place, run_id)
    if elsewhere:
        return elsewhere
    here = url_for("exchange.preview", place=place, run_id=run_id)
    mapping = mapping_of(run)
    look = look_at(place, run)
    asked, form = questions_of(look), PreviewForm()
    changed = asked.forget_unknown(form)
    asked.offer(form)
    conflicts, conflicts_changed = decided_conflicts(look, form)
    if not form.validate_on_submit():
        return look_page(place, run_id, look, asked, form, 422)
    decided = asked.decided(form, mapping)
    decided = for_conflicts(decided, conflicts) if conflicts else decided
    if changed or conflicts_changed:
        save(place, run_id, decided)
        return done(_("Something changed meanwhile. Look at it once more."), here)
    if decided == mapping:
        words = _("Nothing was chosen yet. Choose one answer for all of a kind, or mend the cells one by one.")
        form.form_errors.append(words)
        return look_page(place, run_id, look, asked, form, 422)
    save(place, run_id, decided)
    return redirect(here, 303)


def look_at(place: Place, run: ImportRun) -> dict[str, Any]:
    """What would happen now: as kept, or looked at anew where anything has changed since."""
    name, file_name, plain, locale = run.stored_name, run.file_name, run.mapping, current_locale()
    kept = files.look_of(uploads(), name, locale)
    if is_fresh(kept, plain, newest_entry(place.id)):
        return kept
    content, mapping = content_of(run), mapping_of(run)
    db.session.rollback()
    look = take_look(act_here(place.zone), place, content, file_name, mapping)
    db.session.rollback()
    # A mapping that was kept says things in another order than one that was made anew.
    look["mapping"] = plain
    files.keep_look(uploads(), name, locale, look)
    return look


def questions_of(look: Mapping[str, Any]) -> Questions:
    """What the page at this address asks about."""
    number = request.args.get("page", "")
    return Questions(
        look, request.args.get("kind", ""), int(number) if number.isdecimal() and len(number) < 5 else 1
    )


def look_page(
    place: Place,
    run_id: int,
    look: Mapping[str, Any],
    asked: Questions,
    form: PreviewForm,
    status: int = 200,
) -> Response:
    """The page, with what was typed into one of its forms."""
    run = run_at(place.id, run_id)
    asked.offer(form)
    changes_count = len(look["changes"])
    return page(
        "exchange/preview.html",
        status,
        place=place,
        run=run,
        look=look,
        form=form,
        groups=_groups(place, run, asked, form),
        whole=[fault["reason"] for fault in asked.whole],
        lead=_lead(look, look["need"] + len(asked.alike)),
        need=look["need"] + len(asked.alike),
        several=look["need"] > len(asked.kinds),
        nothing=not changes_count and not look["need"],
        changes=[] if asked.kind else _changes(look),
        pager=None if asked.kind else _pager(place, run, changes_count),
        treated=[(RULE_WORDS.get(rule, rule), count) for rule, count in look["treated"].items()],
        confirm=ConfirmForm(formdata=None, data={"seen": seen_mark(run.mapping, look["newest"])}),
        back=None if asked.kind else back_in_words(look, place),
        one_kind=asked.kind,
        tabs=[] if run.is_returning else step_tabs(place, run, "preview"),
    )


def _lead(look: Mapping[str, Any], need: int) -> Markup:
    """What would happen, in a sentence; nothing is said of what does not happen."""
    new, steps, changed, same = look["new"], look["new_steps"], look["changed"], look["unchanged"]
    parts = [
        new and ngettext("%(num)s row becomes a new commitment", "%(num)s rows become new commitments", new),
        steps and ngettext("%(num)s becomes a milestone", "%(num)s become milestones", steps),
        changed and ngettext("%(num)s changes one", "%(num)s change one", changed),
        same and ngettext("%(num)s is as before", "%(num)s are as before", same),
    ]
    said = [part for part in parts if part]
    if not said and not need:
        return escape(_("There is nothing in this sheet to bring in."))
    if same and not (new or steps or changed or need or look["changes"]):
        return escape(_("Nothing changes: the agenda says already what the sheet says."))
    if need:
        said.append(Markup("<b>%s</b>") % ngettext("%(num)s thing needs you", "%(num)s things need you", need))
    return Markup(", ").join(said) + "."


def _groups(place: Place, run: ImportRun, asked: Questions, form: PreviewForm) -> list[dict[str, Any]]:
    """What is asked, kind by kind, each with its part of the form."""
    reasons = {(str(fault["row"]), fault["field"]): fault for fault in asked.faults}
    cells: dict[str, list[Any]] = {}
    for entry in form.cells:
        fault = reasons.get((str(entry.form.row.data), entry.form.name.data))
        if fault:
            cells.setdefault(fault["kind"], []).append((entry.form, fault, FIELD_WORDS.get(fault["field"], "")))
    groups = []
    for entry in form.kinds:
        kind = str(entry.form.kind.data)
        if kind not in KINDS:
            continue
        count = asked.count(kind)
        own = _own_parts(form).get(kind)
        parts = [e.form for e in own] if own is not None else [part for part, *_rest in cells.get(kind, ())]
        held = len(parts)
        groups.append(
            {
                "kind": kind,
                "words": KINDS[kind].words,
                "count": count,
                "part": entry.form,
                "cells": cells.get(kind, []),
                "examples": asked.examples(kind),
                "opened": asked.is_open(kind) or _is_wrong(parts),
                "units": [(u.form, *asked.named_by(u.form.unit.data)) for u in form.units]
                if kind == "unit"
                else [],
                "alike": [(a.form, asked.alike.get(int(a.form.row.data or 0), [])) for a in form.alike]
                if kind == "alike"
                else [],
                "units_alike": [(u.form, asked.unit_alike_at(u.form.unit.data)) for u in form.unit_alike]
                if kind == "unit_alike"
                else [],
                "rest": 0 if asked.kind else count - held,
                "rest_url": url_for("exchange.preview", place=place, run_id=run.id, kind=kind),
                "next_url": url_for(
                    "exchange.preview", place=place, run_id=run.id, kind=kind, page=asked.number + 1
                )
                if asked.kind and asked.number * PAGE < count
                else None,
            }
        )
    return groups


def _own_parts(form: PreviewForm) -> dict[str, list[Any]]:
    """Parts of the form that are about something else than one cell."""
    return {
        "unit": form.units.entries,
        "alike": form.alike.entries,
        "unit_alike": form.unit_alike.entries,
    }


def _is_wrong(parts: list[Any]) -> bool:
    return any(part.errors for part in parts)


def _page_number() -> int:
    number = request.args.get("page", "")
    return max(1, int(number)) if number.isdecimal() and len(number) < 5 else 1


def _changes(look: Mapping[str, Any]) -> list[dict[str, Any]]:
    number, words = _page_number(), {**OUTCOME_WORDS, **PRECISION_WORDS}
    return [
        {
            **change,
            "cells": [
                cell
                for cell in changes_of({name: (before, after) for name, before, after in change["cells"]}, words)
                if not change["new"] or (cell[2] and cell[2] != change["title"])
            ],
        }
        for change in _in_order(look)[(number - 1) * _CHANGES : number * _CHANGES]
    ]


def _in_order(look: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What changes something that is there stands before what is new."""
    return sorted(look["changes"], key=lambda change: bool(change["new"]))


def _pager(place: Place, run: ImportRun, count: int) -> dict[str, Any] | None:
    number = _page_number()
    if count <= _CHANGES:
        return None
    first, last = (number - 1) * _CHANGES + 1, min(number * _CHANGES, count)

    def url(to: int) -> str:
        return url_for("exchange.preview", place=place, run_id=run.id, page=to) + "#changes"

    words = ngettext(
        "%(first)s–%(last)s of %(num)s",
        "%(first)s–%(last)s of %(num)s",
        count,
        first=format_number(first),
        last=format_number(last),
    )
    return {
        "words": words if first <= count else _("This page is past the end."),
        "previous_url": url(number - 1) if number > 1 else None,
        "next_url": url(number + 1) if last < count else None,
    }
