"""Files of a request, stored whole or refused in words."""

from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker.core.errors import Busy, Refused
from tracker.core.i18n import _l
from tracker.core.storage import NotAcceptable, StoredFile, store

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
