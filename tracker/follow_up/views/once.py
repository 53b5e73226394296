"""A form of a municipality that is taken in once, however often it is sent."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.db import db
from tracker.core.forms import Form
from tracker.core.web import done
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def take_in(place: Place, form: Form, write: Callable[[Act], object], url: str, said: str) -> Response | None:
    """Write and go to `url`, saying so; None where the form has to be shown again, with what is wrong in it."""
    if not form.validate_on_submit():
        return None
    db.session.rollback()

    def written(act: Act) -> None:
        write(act)

    address = taken_once(act_here(place.zone), form, lambda: hold(place.id), written, url)
    if address is None:
        return None
    db.session.commit()
    return done(said, address)
