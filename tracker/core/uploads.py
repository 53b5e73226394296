"""Files of a request, stored whole or refused in words; stored files handed out."""

from pathlib import Path

from flask import abort, current_app, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from tracker.core.errors import Busy, Refused
from tracker.core.i18n import _l
from tracker.core.storage import NotAcceptable, StoredFile, path_of, store

WORDS = {
    "empty": _l("This file is empty."),
    "large": _l("This file is larger than 10 MB."),
    "kind": _l("Only photos, PDF and office documents are taken in."),
    "broken": _l("This file cannot be read; perhaps it was cut off on its way."),
}


def store_upload(upload: FileStorage | None, field: str) -> StoredFile | None:
    """The stored file, None where none was chosen; raises Refused at `field` for what is not taken in."""
    if upload is None or not upload.filename:
        return None
    try:
        return store(Path(current_app.config["UPLOADS_DIR"]), upload.filename, upload.stream.read())
    except OSError as error:
        raise Busy("the file could not be written") from error
    except NotAcceptable as error:
        raise Refused(fields={field: WORDS.get(str(error), WORDS["broken"])}) from error


def hand_out(stored_name: str, original_name: str, media_type: str) -> Response:
    """A stored file as a download under the name it came with; never opened inside the site, kept by nobody."""
    path = path_of(Path(current_app.config["UPLOADS_DIR"]), stored_name)
    if not path.is_file():
        abort(404)
    response = send_file(path, mimetype=media_type, as_attachment=True, download_name=original_name, max_age=0)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
