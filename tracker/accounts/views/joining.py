"""Taking an invitation: by the link of a mail, or by the code of a printed slip."""

from flask import current_app, g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts.factors import plain_code
from tracker.accounts.forms.people import JoinBySlipForm, JoinForm, SlipForm
from tracker.accounts.models import Invitation
from tracker.accounts.operations import begin_session
from tracker.accounts.operations.invitations import accept_by_token, accept_new
from tracker.accounts.operations.tries import forget_try
from tracker.accounts.passwords import hash_password
from tracker.accounts.queries import user_by_email
from tracker.accounts.queries.giving import backed
from tracker.accounts.queries.invitations import invitation_by_token, token_by_code
from tracker.accounts.queries.people import whereabouts
from tracker.accounts.sure import count_try, device_here, here, keep_here, renew_here, too_many
from tracker.accounts.views import accounts
from tracker.accounts.views.passwords import TOKEN
from tracker.accounts.words import ROLE_WORDS
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere
from tracker.core.i18n import _, current_locale
from tracker.core.now import utc_now
from tracker.core.web import done, error_page, page


@accounts.get("/join")
def join() -> Response:
    """The code on a slip."""
    return page("accounts/join.html", form=SlipForm())


@accounts.post("/join")
def find_slip() -> Response:
    """From the code to the link that it stands for; wrong ones are counted."""
    form = SlipForm()
    if not form.validate_on_submit():
        return page("accounts/join.html", 422, form=form)
    code = plain_code(form.code.data or "")
    try_id = count_try("join", code)
    if try_id is None:
        return too_many()
    token = token_by_code(code, utc_now())
    db.session.rollback()
    if token is None:
        form.code.errors = [_("This code does not work (any more). Check each sign, or ask who gave you the slip.")]
        return page("accounts/join.html", 422, form=form)
    begin_write()
    forget_try(try_id)
    db.session.commit()
    return redirect(url_for(".join_by_link", token=token), 303)


@accounts.get("/join/<token>")
def join_by_link(token: str) -> Response:
    """What one is invited to, and the way in: for who is signed in a button, for who is new a form."""
    invitation = _open(token)
    if isinstance(invitation, Response):
        return invitation
    form = _form_for(invitation)
    form.name.data, form.language.data = "" if invitation.on_paper else invitation.name, current_locale()
    return _join_page(200, token, invitation, form)


@accounts.post("/join/<token>")
def join_post(token: str) -> Response:
    """Make the account. Where the address has one already, its owner finds the invitation after signing in.

    By mail that is said: the link went to that very address. By a slip the answer is the same either way.
    """
    invitation = _open(token)
    if isinstance(invitation, Response):
        return invitation
    form, by_slip = _form_for(invitation), invitation.on_paper
    form.about = (invitation.email,)
    if not form.validate_on_submit():
        return _join_page(422, token, invitation, form)
    db.session.rollback()
    email = str(form["email"].data or "") if by_slip else ""
    made, now = hash_password(form.new.data or ""), utc_now()
    taken = accept_new(token, now, email, form.name.data or "", str(form.language.data), made)
    if taken is None:
        db.session.rollback()
        return _ended()
    _how, user_id = taken
    if by_slip or user_id is None:
        db.session.commit()
        return done(_("Now sign in with your address and your password."), url_for(".sign_in", next="/account"))
    session_token = begin_session(user_id, now, False, device=device_here(), address=here())
    db.session.commit()
    current_app.extensions["start_session"](session_token, False)
    return done(_("Welcome. Your account is ready."), url_for("follow_up.home"))


@accounts.post("/join/<token>/acceptance")
def accept_by_link(token: str) -> Response:
    """Take it with the account that one is signed in with."""
    if not TOKEN.fullmatch(token):
        return _ended()
    begin_write()
    try:
        accept_by_token(act_here("UTC"), token, g.visitor.email, g.visitor.session_id)
    except NotHere:
        db.session.rollback()
        return _ended()
    session_token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(session_token, stay)
    return done(_("Accepted. The new role counts from now on."), url_for("follow_up.home"))


def _open(token: str) -> Invitation | Response:
    """The invitation of a link, or the page that says why it does not work."""
    invitation = invitation_by_token(token) if TOKEN.fullmatch(token) else None
    if invitation is None or invitation.ended_how or invitation.expires_at <= utc_now():
        how = invitation.ended_how if invitation else ""
        db.session.rollback()
        return _ended(how)
    if not backed([invitation]):
        db.session.rollback()
        return _ended("revoked")
    if g.visitor is not None and invitation.email not in ("", g.visitor.email):
        db.session.rollback()
        return error_page(
            403,
            _("This invitation is for another address"),
            _("You are signed in with an address that it was not sent to."),
            _("Sign out first, then open the link again; or ask for an invitation to your own address."),
        )
    return invitation


def _form_for(invitation: Invitation) -> JoinForm:
    return JoinBySlipForm() if invitation.on_paper else JoinForm()


def _join_page(status: int, token: str, invitation: Invitation, form: JoinForm) -> Response:
    is_known = bool(invitation.email) and g.visitor is None and user_by_email(invitation.email) is not None
    return page(
        "accounts/join_by_link.html",
        status,
        form=form,
        token=token,
        invitation=invitation,
        role=ROLE_WORDS[invitation.role],
        place=whereabouts([invitation])[invitation.id],
        is_known=is_known,
        person=g.visitor.name if g.visitor else None,
    )


def _ended(how: str = "") -> Response:
    """Why an invitation cannot be taken, and whom to ask."""
    why = {
        "accepted": _("It has been accepted already; each invitation can be used once."),
        "revoked": _("It was taken back by those who sent it."),
        "replaced": _("It was sent again: only the newest mail or slip counts."),
        "declined": _("It was declined."),
    }
    return error_page(
        404,
        _("This invitation does not work"),
        why.get(how) or _("It is too old, was used, or a part of its link got lost. Nothing was changed."),
        _("If you have an account, sign in. Otherwise ask for a new invitation."),
    )
