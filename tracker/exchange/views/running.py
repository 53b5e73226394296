"""A decided sheet comes in: the yes, how far it is, what came of it, and taking it back."""

import json
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, redirect, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.i18n import _, format_instant
from tracker.core.now import local_day, today, utc_now, zone
from tracker.core.ticks import run_at_once
from tracker.core.web import done, is_partial, page
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import run_at
from tracker.exchange.bringing.looking import newest_entry, seen_mark
from tracker.exchange.bringing.run_words import RULE_WORDS, STATE_WORDS, STEP_WORDS
from tracker.exchange.bringing.taking import queue
from tracker.exchange.bringing.undoing import subjects_of, undo_import, what_stops
from tracker.exchange.bringing.waking import BRING_IN
from tracker.exchange.models import ImportRun
from tracker.exchange.views import exchange
from tracker.exchange.views.looking import ConfirmForm
from tracker.exchange.views.steps import uploads
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/confirmation")
def confirm(place: Place, run_id: int) -> Response:
    """Bring it in: written down here, done beside this request. A second click finds it on its way."""
    form = ConfirmForm()
    there = url_for("exchange.run", place=place, run_id=run_id)
    if not form.validate_on_submit():
        return redirect(url_for("exchange.preview", place=place, run_id=run_id), 303)
    db.session.rollback()
    act = act_here(place.zone)
    hold(place.id)
    found = run_at(place.id, run_id)
    if found.is_open and not found.is_readable:
        db.session.rollback()
        return redirect(url_for("exchange.columns", place=place, run_id=run_id), 303)
    newest = newest_entry(place.id)
    seen = str(form.seen.data or "")
    if found.is_open and (seen or found.is_returning) and seen != seen_mark(found.mapping, newest):
        db.session.rollback()
        here = url_for("exchange.preview", place=place, run_id=run_id)
        return done(_("Something changed meanwhile. Look at it once more."), here)
    queue(found, act.at, newest if found.is_returning else None)
    name = found.stored_name
    db.session.commit()
    files.note_progress(uploads(), name, "", 0)
    run_at_once(current_app._get_current_object(), BRING_IN)  # type: ignore[attr-defined]
    return redirect(there, 303)


@exchange.get("/<place:place>/agenda/imports/<id:run_id>")
def run(place: Place, run_id: int) -> Response:
    """How far it is, or what came of it."""
    found = run_at(place.id, run_id)
    if found.state == "draft":
        return redirect(url_for("exchange.preview", place=place, run_id=run_id), 303)
    return _page(place, found)


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/undoing")
def undo(place: Place, run_id: int) -> Response:
    """Take it back."""
    run_at(place.id, run_id)
    db.session.rollback()
    undo_import(act_here(place.zone), place, run_id)
    db.session.commit()
    words = _("The import is undone; the agenda is as it was before.")
    return done(words, url_for("exchange.run", place=place, run_id=run_id))


@exchange.get("/<place:place>/agenda/imports/<id:run_id>/mapping.json")
def mapping(place: Place, run_id: int) -> Response:
    """How the sheet is read, as the file that the command takes."""
    found = run_at(place.id, run_id)
    text = json.dumps(found.mapping, ensure_ascii=False, indent=1) + "\n"
    answer = FlaskResponse(text, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"mapping-{place.code}-{found.id}.json")
    return answer


def _page(place: Place, found: ImportRun) -> Response:
    moving = found.state in ("queued", "running")
    step, percent = files.progress_of(uploads(), found.stored_name) if moving else ("", 100)
    told: dict[str, Any] = found.result
    stop = what_stops(place.id, found, subjects_of(found)) if found.state == "done" else None
    return page(
        "exchange/progress.html" if is_partial() else "exchange/run.html",
        place=place,
        run=found,
        moving=moving,
        unheard=found.is_unheard_at(utc_now()),
        step_words=STEP_WORDS.get(step, STEP_WORDS[""]),
        percent=percent,
        state_words=STATE_WORDS[found.state],
        ended=format_instant(found.ended_at, zone(place.zone)) if found.ended_at else None,
        told=told,
        treated=[(RULE_WORDS.get(rule, rule), count) for rule, count in told.get("treated", {}).items()],
        stop=stop,
        fresh=found.ended_at is not None and local_day(found.ended_at, place.zone) == today(place.zone),
    )
