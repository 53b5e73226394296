"""A form that is taken in once, however often it is sent."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.forms import Form
from tracker.core.web import done
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def take_in(place: Place, form: Form, write: Callable[[Act], object], url: str, said: str) -> Response | None:
    """Write and go to `url`, saying so; None where the form has to be shown again, with what is wrong in it.

    The second click of the same form finds what came of the first.
    """
    if not form.validate_on_submit():
        return None
    db.session.rollback()
    act = act_here(place.zone)
    try:
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        write(act)
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return None
    return done(said, url)
