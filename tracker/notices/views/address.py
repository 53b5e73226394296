"""Another mail address for one's account: where one signs in and where mails go."""

import re

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts.operations.addresses import (
    ChangeLink,
    ask_change,
    change_of,
    confirm_change,
    refuse_change,
    user_at,
)
from tracker.accounts.operations.users import tell
from tracker.accounts.sure import has_password, too_many
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.i18n import _
from tracker.core.now import utc_now
from tracker.core.web import done, error_page, page
from tracker.notices.forms import AddressForm
from tracker.notices.moving import move_address
from tracker.notices.rules import masked
from tracker.notices.views import notices

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@notices.get("/account/address")
def new_address() -> Response:
    """The form."""
    return page("notices/new_address.html", form=AddressForm(), address=g.visitor.email)


@notices.post("/account/address")
def ask_address() -> Response:
    """Write to both addresses. Whether the new one belongs to another account is told to nobody."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("notices/new_address.html", 422, form=form, address=g.visitor.email)
    wanted = (form.email.data or "").lower()
    if wanted == g.visitor.email:
        form.email.errors = [_("This is your address already.")]
        return page("notices/new_address.html", 422, form=form, address=g.visitor.email)
    fits = has_password(form.password.data or "")
    if fits is None:
        return too_many()
    if not fits:
        form.password.errors = [_("This is not your password.")]
        return page("notices/new_address.html", 422, form=form, address=g.visitor.email)
    begin_write()
    ask_change(act_here("UTC"), g.visitor.user_id, wanted)
    db.session.commit()
    told = _("Two mails are on their way: one to each address. Both links have to be opened within 24 hours.")
    return done(told, url_for("accounts.account"))


@notices.get("/address/<token>")
def address_link(token: str) -> Response:
    """What the link of a mail is about: a yes or a no, as opening changes nothing."""
    link = _link(token)
    if link is None:
        return _no_link()
    return page(
        "notices/confirm_address.html", link=link, token=token, old=_shown(link, "old"), new=_shown(link, "new")
    )


@notices.post("/address/<token>")
def confirm_address(token: str) -> Response:
    """This address says yes; with both, what hangs on the old address follows."""
    now = utc_now()
    begin_write()
    came = confirm_change(token, now) if _TOKEN.fullmatch(token) else None
    if came is None:
        db.session.rollback()
        return _no_link()
    how, link = came
    if how == "done":
        user = user_at(link.new_email)
        move_address(link.old_email, link.new_email)
        tell(Act(user.id, user.name, "link", now, now.date()), user, "address")
    db.session.commit()
    if how == "waiting":
        return done(
            _("Confirmed. Now open the link in the mail to the other address."),
            url_for(".address_link", token=token),
        )
    if how == "taken":
        return _no_link()
    return done(_("Your new address counts from now on. Sign in with it."), url_for("accounts.sign_in"))


@notices.post("/address/<token>/refusal")
def refuse_address(token: str) -> Response:
    """This address says no."""
    is_refused = _TOKEN.fullmatch(token) is not None and refuse_change(token, utc_now())
    if not is_refused:
        db.session.rollback()
        return _no_link()
    db.session.commit()
    return redirect(url_for(".address_refused"), 303)


@notices.get("/address/refused")
def address_refused() -> Response:
    """Nothing was changed, and what to do where it was not oneself."""
    return page("notices/address_refused.html")


def _link(token: str) -> ChangeLink | None:
    return change_of(token, utc_now()) if _TOKEN.fullmatch(token) else None


def _shown(link: ChangeLink, which: str) -> str:
    """An address as its reader may see it: the own one, and half of the other."""
    address = link.old_email if which == "old" else link.new_email
    return address if link.which == which else masked(address)


def _no_link() -> Response:
    """One answer for a link that never was, is too old, was used, or is dead for another reason."""
    return error_page(
        404,
        _("This link does not work any more"),
        _("It is older than 24 hours, the change was made, refused or asked for anew, or a part of it got lost."),
        _("Sign in and look under My account at which address you are reached."),
    )
