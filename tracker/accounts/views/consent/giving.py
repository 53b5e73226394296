"""Who may enter data for the municipality from outside: given, seen, ended."""

from datetime import timedelta

from flask import abort, g, url_for
from werkzeug.wrappers import Response

from tracker.accounts.consent.giving import LONGEST, assistants_of, end_consent, give_consent
from tracker.accounts.forms.consent import ConsentForm
from tracker.accounts.models import Membership
from tracker.accounts.queries.reaching import ASSISTANT, monitors_of
from tracker.accounts.views import accounts
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.db import db
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.permissions import CONSENTERS
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@accounts.get("/<place:place>/assistant")
def assistants(place: Place) -> Response:
    """Whose consent stands, and the form that gives one."""
    return _page(place, ConsentForm(until_on=today(place.zone) + timedelta(days=30)))


@accounts.post("/<place:place>/assistant")
def let_assist(place: Place) -> Response:
    """Give a consent."""
    form = _offered(place, ConsentForm())

    def write(act: Act) -> None:
        user_id = int(form.user.data or 0)
        give_consent(act, place, user_id, form.until_on.data, form.purpose.data or "")

    address = None
    if form.validate_on_submit():
        db.session.rollback()
        home = url_for(".assistants", place=place)
        address = taken_once(act_here(place.zone), form, lambda: hold(place.id), write, home)
    if address is None:
        return _page(place, form, 422)
    db.session.commit()
    return done(_("Given. It ends by itself after its last day, and you can end it at any time."), address)


@accounts.post("/<place:place>/assistant/<id:membership_id>/end")
def end_assistance(place: Place, membership_id: int) -> Response:
    """End one: the municipality, or who has it."""
    held = db.session.get(Membership, membership_id)
    is_own = held is not None and held.role == ASSISTANT and held.user_id == g.visitor.user_id
    if not is_own and not g.visitor.roles_at(place) & CONSENTERS:
        abort(403)
    db.session.rollback()
    name = end_consent(act_here(place.zone), place, membership_id)
    db.session.commit()
    said = _("%(name)s enters no data for the municipality any more.", name=name)
    return done(said, url_for("follow_up.home") if is_own else url_for(".assistants", place=place))


def _offered(place: Place, form: ConsentForm) -> ConsentForm:
    form.user.choices = options([no_choice(), *((str(one), name) for one, name in monitors_of(place))])
    return form


def _page(place: Place, form: ConsentForm, status: int = 200) -> Response:
    return page(
        "accounts/assistants.html",
        status,
        place=place,
        form=_offered(place, form),
        held=assistants_of(place, today(place.zone)),
        may_give=bool(g.visitor.roles_at(place) & CONSENTERS),
        own_id=g.visitor.user_id,
        most=LONGEST.days,
    )
