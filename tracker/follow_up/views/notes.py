"""A note for ourselves: seen inside the municipality alone."""

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.agenda.queries.page import commitment_called
from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.core.web import done, page
from tracker.follow_up.forms import NoteForm
from tracker.follow_up.operations import add_note
from tracker.follow_up.views import follow_up
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/agenda/<code>/notes/new")
def new_note(place: Place, code: str) -> Response:
    """An empty form."""
    return _form_page(place, code, NoteForm())


@follow_up.post("/<place:place>/agenda/<code>/notes")
def write_note(place: Place, code: str) -> Response:
    """Keep the note."""
    form = NoteForm()
    commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _form_page(place, code, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    url = url_for("follow_up.commitment", place=place, code=code, _anchor="notes")
    try:
        hold(place.id)
        if result_of_submission(form.click(), act.user_id):
            return redirect(url, 303)
        add_note(act, place, code, form.text.data or "")
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(place, code, form, 422)
    return done(_("Noted."), url)


def _form_page(place: Place, code: str, form: NoteForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    return page("follow_up/note.html", status, place=place, commitment=commitment, form=form)
