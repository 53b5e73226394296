"""A form of the registry that is taken in once, however often it is sent."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.db import begin_write, db
from tracker.core.forms import Form
from tracker.core.web import done


def take_in(form: Form, write: Callable[[Act], str | None], url: str, said: str) -> Response | None:
    """Write and go to `url`, or to the address that `write` returns, saying so; None where it is shown again."""
    if not form.validate_on_submit():
        return None
    db.session.rollback()
    address = taken_once(act_here("UTC"), form, begin_write, write, url)
    if address is None:
        return None
    db.session.commit()
    return done(said, address)
