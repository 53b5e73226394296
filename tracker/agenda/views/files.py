"""Handing out files of commitments."""

from flask import g
from werkzeug.wrappers import Response

from tracker.agenda.queries.page import attachment_called
from tracker.agenda.views import agenda
from tracker.core.uploads import hand_out
from tracker.territory.rules import Place


@agenda.get("/<place:place>/files/<id:attachment_id>")
def file(place: Place, attachment_id: int) -> Response:
    """Download a file; never opened inside the site."""
    attachment = attachment_called(place, g.visitor.scope, attachment_id)
    return hand_out(attachment.stored_name, attachment.original_name, attachment.media_type)
