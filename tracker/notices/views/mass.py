"""Mails that are many: what waits for a person's yes, and the yes or the no."""

from collections.abc import Callable
from datetime import date

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.i18n import _, format_long_day, ngettext
from tracker.core.now import local_day, today, utc_now
from tracker.core.web import done, page
from tracker.notices.deciding import approve_held, decline_held
from tracker.notices.forms import ApprovalForm, RefusalForm
from tracker.notices.presenting import TONES, what_words
from tracker.notices.queries.held import held_at, waiting_at
from tracker.notices.rules import APPROVAL_ABOVE, leaving_day
from tracker.notices.views import notices
from tracker.permissions import WRITERS
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place


@notices.get("/<place:place>/mail/waiting")
def waiting(place: Place) -> Response:
    """How many mails about what are held, and why."""
    return _waiting_page(place, RefusalForm())


@notices.post("/<place:place>/mail/approval")
def approve(place: Place) -> Response:
    """Let them leave."""
    form, day = ApprovalForm(), leaving_on(place)

    def write(act: Act) -> str:
        approve_held(act, place, day, form.seen_mails())
        if day == act.day:
            return _("They leave today.")
        return _("They leave on %(day)s.", day=format_long_day(day))

    return _decide(place, form, write)


@notices.post("/<place:place>/mail/refusal")
def decline(place: Place) -> Response:
    """Do not send them."""
    form, day = RefusalForm(), leaving_on(place)
    if not form.validate_on_submit():
        return _waiting_page(place, form, 422)

    def write(act: Act) -> str:
        count = decline_held(act, place, day, form.reason.data, form.seen_until())
        return ngettext("%(num)s notice is not sent.", "%(num)s notices are not sent.", count)

    return _decide(place, form, write)


def leaving_on(place: Place) -> date:
    """The day on which mails of a municipality leave next: today, or its next working day."""
    return leaving_day(local_day(utc_now(), place.zone), place.country_code, policy_for(place))


def _decide(place: Place, form: ApprovalForm | RefusalForm, write: Callable[[Act], str]) -> Response:
    """Take a decision in once; a second click only redirects."""
    db.session.rollback()
    act, url = act_here(place.zone), url_for("notices.mails")
    hold(place.id)
    if result_of_submission(form.click(), act.user_id):
        return redirect(url, 303)
    said = write(act)
    remember_submission(form.click(), act, url)
    db.session.commit()
    return done(said, url)


def _waiting_page(place: Place, form: RefusalForm, status: int = 200) -> Response:
    day = leaving_on(place)
    mass, seen = held_at(place, day), waiting_at(place.id)
    if status == 200:
        form.until.data = str(seen.newest)
    return page(
        "notices/waiting.html",
        status,
        place=place,
        day=None if day == today(place.zone) else format_long_day(day),
        mass=mass,
        seen=seen,
        lines=[(line, TONES[line.facts["clock"]], what_words(line)) for line in seen.lines],
        above=APPROVAL_ABOVE,
        click=ApprovalForm(formdata=None, seen=str(mass.waiting if mass else 0)),
        form=form,
        may_decide=bool(g.visitor.roles_at(place) & WRITERS),
    )
