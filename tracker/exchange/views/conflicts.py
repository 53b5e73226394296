"""Conflicts of a workbook that comes back are decided."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from tracker.core.i18n import _
from tracker.core.web import done
from tracker.exchange.bringing.deciding import for_conflicts
from tracker.exchange.bringing.drafting import mapping_of
from tracker.exchange.forms import ConflictsForm, PreviewForm
from tracker.exchange.views import exchange
from tracker.exchange.views.looking import look_at, look_page, questions_of
from tracker.exchange.views.steps import open_run, save
from tracker.territory.rules import Place


@exchange.post("/<place:place>/agenda/imports/<id:run_id>/conflicts")
def save_conflicts(place: Place, run_id: int) -> Response:
    """One by one, or all that are open at once; what was shown otherwise meanwhile is shown again."""
    run, elsewhere = open_run(place, run_id)
    here = url_for("exchange.preview", place=place, run_id=run_id)
    if elsewhere or not run.is_returning:
        return elsewhere or redirect(here, 303)
    mapping, look = mapping_of(run), look_at(place, run)
    form = ConflictsForm()
    form.offer()
    there = {conflict["key"]: conflict for conflict in (look["back"] or {}).get("conflicts", ())}
    parts = [entry.form for entry in form.conflicts]
    if any(part.key.data not in there or there[part.key.data]["over"] != part.over.data for part in parts):
        return done(_("Something changed meanwhile. Look at it once more."), here)
    if not form.validate_on_submit():
        asked = questions_of(look)
        typed = PreviewForm(formdata=None, data=asked.typed())
        return look_page(place, run_id, look, asked, typed, 422, conflicts=form)
    decided = {str(part.key.data): str(part.take.data) for part in parts if part.take.data}
    if form.rest.data:
        still = [key for key, conflict in there.items() if not conflict["choice"] and key not in decided]
        decided |= dict.fromkeys(still, str(form.rest.data))
    save(place, run_id, for_conflicts(mapping, {key: (take, there[key]["over"]) for key, take in decided.items()}))
    return redirect(here, 303)
