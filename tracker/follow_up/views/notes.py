"""A note for ourselves: seen inside the municipality alone."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.queries.page import commitment_called
from tracker.audit.models import Act
from tracker.core.i18n import _
from tracker.core.web import page
from tracker.follow_up.forms.reporting import NoteForm
from tracker.follow_up.operations import add_note
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
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

    def write(act: Act) -> None:
        add_note(act, place, code, form.text.data or "")

    url = url_for("follow_up.commitment", place=place, code=code, _anchor="notes")
    return take_in(place, form, write, url, _("Noted.")) or _form_page(place, code, form, 422)


def _form_page(place: Place, code: str, form: NoteForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    return page("follow_up/note.html", status, place=place, commitment=commitment, form=form)
