"""Handing out files of commitments."""

from pathlib import Path

from flask import abort, current_app, g, send_file
from werkzeug.wrappers import Response

from tracker.agenda.queries.page import attachment_called
from tracker.agenda.views import agenda
from tracker.core.storage import path_of
from tracker.territory.rules import Place


@agenda.get("/<place:place>/files/<id:attachment_id>")
def file(place: Place, attachment_id: int) -> Response:
    """Download a file; never opened inside the site."""
    attachment = attachment_called(place, g.visitor.scope, attachment_id)
    path = path_of(Path(current_app.config["UPLOADS_DIR"]), attachment.stored_name)
    if not path.is_file():
        abort(404)
    response = send_file(
        path,
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.original_name,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
