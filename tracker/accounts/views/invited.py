"""Invitations that wait for somebody who has an account."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.accounts.operations.invitations import accept_own, decline
from tracker.accounts.sure import keep_here, renew_here
from tracker.accounts.views import accounts
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.web import done


@accounts.post("/account/invitations/<id:invitation_id>/acceptance")
def accept(invitation_id: int) -> Response:
    """Take it: the role is added to this account, whose other browsers are signed out."""
    begin_write()
    accept_own(act_here("UTC"), invitation_id, g.visitor.email, g.visitor.session_id)
    token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(token, stay)
    return done(_("Accepted. The new role counts from now on."), url_for(".account"))


@accounts.post("/account/invitations/<id:invitation_id>/refusal")
def refuse(invitation_id: int) -> Response:
    """Say no."""
    begin_write()
    decline(act_here("UTC"), invitation_id, g.visitor.email)
    db.session.commit()
    return done(_("Declined."), url_for(".account"))
