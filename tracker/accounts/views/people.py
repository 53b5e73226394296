"""People of a municipality, or of none: who may do what, who is invited, whose role ends."""

from flask import redirect
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import InviteForm
from tracker.accounts.models import Invitation
from tracker.accounts.operations.invitations import Wish, invite, invite_again, revoke
from tracker.accounts.operations.users import end_membership
from tracker.accounts.queries.invitations import invitation_at
from tracker.accounts.rules import Role
from tracker.accounts.views import accounts
from tracker.accounts.views.people_pages import At, form_at, people_page, slips_page
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _
from tracker.core.web import done
from tracker.territory.operations import find_or_create_partner
from tracker.territory.rules import Place


@accounts.get("/<place:place>/people")
def people(place: Place) -> Response:
    """Who may do what in this municipality."""
    return people_page(At(place))


@accounts.get("/people")
def everybody() -> Response:
    """Who may do what beyond one municipality."""
    return people_page(At(None))


@accounts.post("/<place:place>/people")
def invite_here(place: Place) -> Response:
    """Invite somebody to this municipality."""
    return _invite(At(place))


@accounts.post("/people")
def invite_anybody() -> Response:
    """Invite an administrator, a monitor, a partner."""
    return _invite(At(None))


@accounts.get("/<place:place>/people/slips")
def slips_here(place: Place) -> Response:
    """Slips to print and cut."""
    return slips_page(At(place))


@accounts.get("/people/slips")
def slips() -> Response:
    """The same beyond one municipality."""
    return slips_page(At(None))


@accounts.post("/<place:place>/people/invitations/<id:invitation_id>/again")
def send_again_here(place: Place, invitation_id: int) -> Response:
    """Send an invitation again; the earlier link or code is dead."""
    return _send_again(At(place), invitation_id)


@accounts.post("/people/invitations/<id:invitation_id>/again")
def send_again(invitation_id: int) -> Response:
    """The same beyond one municipality."""
    return _send_again(At(None), invitation_id)


@accounts.post("/<place:place>/people/invitations/<id:invitation_id>/revocation")
def revoke_here(place: Place, invitation_id: int) -> Response:
    """Take an invitation back."""
    return _revoke(At(place), invitation_id)


@accounts.post("/people/invitations/<id:invitation_id>/revocation")
def revoke_anywhere(invitation_id: int) -> Response:
    """The same beyond one municipality."""
    return _revoke(At(None), invitation_id)


@accounts.post("/<place:place>/people/<id:membership_id>/end")
def end_role_here(place: Place, membership_id: int) -> Response:
    """Take a role in this municipality away."""
    return _end_role(At(place), membership_id)


@accounts.post("/people/<id:membership_id>/end")
def end_role(membership_id: int) -> Response:
    """Take a role beyond one municipality away; the last administrator stays."""
    return _end_role(At(None), membership_id)


def _invite(at: At) -> Response:
    form = form_at(at)
    if not form.validate_on_submit():
        db.session.rollback()
        return people_page(at, 422, form)
    act, on_paper = at.act(), form.how.data == "slip"
    db.session.rollback()
    try:
        at.hold()
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        role = _wished(at, act, form)
        email = "" if on_paper else form.email.data or ""
        wish = Wish(role, form.name.data or "", email, str(form.language.data), on_paper)
        invite(act, wish)
        url = at.url("slips_here", "slips") if on_paper else at.home
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return people_page(at, 422, form)
    if on_paper:
        return done(_("The slip is ready to print."), url)
    return done(_("Invited. The mail leaves within some minutes."), url)


def _wished(at: At, act: Act, form: InviteForm) -> Role:
    name = str(form.role.data)
    if name == "officer":
        return Role(name, at.id, int(form.unit.data))
    if name == "monitor":
        return Role(name, country_code=form.country.data or None)
    if name == "partner":
        return Role(name, partner_id=find_or_create_partner(act, form.partner.data or "")[0].id)
    return Role(name, at.id)


def _send_again(at: At, invitation_id: int) -> Response:
    at.hold()
    old = _mine(at, invitation_id)
    on_paper = old.on_paper
    invite_again(at.act(), old)
    db.session.commit()
    if on_paper:
        return done(_("A new slip is ready; the old code does not work any more."), at.url("slips_here", "slips"))
    return done(_("Sent again; the earlier link does not work any more."), at.home)


def _revoke(at: At, invitation_id: int) -> Response:
    at.hold()
    revoke(at.act(), _mine(at, invitation_id))
    db.session.commit()
    return done(_("Taken back: the invitation does not work any more."), at.home)


def _mine(at: At, invitation_id: int) -> Invitation:
    """An invitation of this page to a role that the visitor may give; NotHere otherwise."""
    invitation = invitation_at(at.id, invitation_id)
    if invitation is None or invitation.role not in at.gives:
        raise NotHere
    return invitation


def _end_role(at: At, membership_id: int) -> Response:
    act, ends = at.act(), at.ends
    at.hold()
    name = end_membership(act, membership_id, at.id, ends)
    db.session.commit()
    return done(_("%(name)s no longer has this role here.", name=name), at.home)
