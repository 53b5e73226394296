"""The link in each mail: its reader chooses what to hear, without signing in. The token is the authority."""

from dataclasses import dataclass

from flask import Response as Answer
from flask import abort, request, url_for
from werkzeug.wrappers import Response

from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.i18n import _
from tracker.core.log import log
from tracker.core.now import utc_now
from tracker.core.web import csrf, done, error_page, page
from tracker.notices.forms import ChoicesForm
from tracker.notices.preferring import LINK_LASTS, choose, link_of, note_use, preference_of
from tracker.notices.rules import PREFERENCES, masked
from tracker.notices.views import notices

#: Pages whose address is a secret.
SECRET = {"notices.reminders", "notices.save_reminders", "notices.reminders_off", "notices.turn_reminders_off"}
SECRET |= {"notices.address_link", "notices.confirm_address", "notices.refuse_address"}
#: What a mail program sends, by RFC 8058.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@notices.get("/reminders/<token>")
def reminders(token: str) -> Response:
    """Whose address it is, what is always told, and what may be left out."""
    link = _used(token, "opened")
    if link is None:
        return _no_link()
    form = ChoicesForm(data=preference_of(link.address))
    return page("notices/reminders.html", form=form, address=masked(link.address), token=token)


@notices.post("/reminders/<token>")
def save_reminders(token: str) -> Response:
    """Save what was chosen."""
    link = _used(token, "chosen")
    if link is None:
        return _no_link()
    form = ChoicesForm()
    if not form.validate_on_submit():
        return page("notices/reminders.html", 422, form=form, address=masked(link.address), token=token)
    _choose(link, {name: bool(form[name].data) for name in PREFERENCES})
    return done(_("Saved. It counts from the next mail on."), url_for("notices.reminders", token=token))


@notices.get("/reminders/<token>/off")
def reminders_off(token: str) -> Response:
    """The address that mail programs post to, opened by a person: a button, as opening changes nothing."""
    link = _used(token, "opened")
    if link is None:
        return _no_link()
    address = masked(link.address)
    return page("notices/reminders_off.html", address=address, token=token, one_click=ONE_CLICK, is_done=False)


@notices.post("/reminders/<token>/off")
def turn_reminders_off(token: str) -> Response:
    """One click in a mail program: leave out all that is not a duty.

    Exempt from the token against forged requests, alone of all forms: a mail program has no page of ours to take
    one from. Who can send this holds the link of the mail, which is the very authority that is asked for.
    """
    name, value = ONE_CLICK
    if request.form.get(name) != value:
        abort(400)
    link = _used(token, "left out all")
    if link is None:
        return _no_link()
    _choose(link, dict.fromkeys(PREFERENCES, False))
    address = masked(link.address)
    return page("notices/reminders_off.html", address=address, token=token, one_click=ONE_CLICK, is_done=True)


csrf.exempt(turn_reminders_off)


@notices.after_request
def keep_secret(answer: Answer) -> Answer:
    """Addresses that are secrets are told to no other site, kept by no cache and found by no search."""
    if request.endpoint in SECRET:
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True)
class _Link:
    """A link that works, as a plain value."""

    id: int
    address: str


def _used(token: str, how: str) -> _Link | None:
    """The link with this token; that it was used is written down."""
    now = utc_now()
    found = link_of(token, now)
    link = _Link(found.id, found.address) if found else None
    db.session.rollback()
    if link is None:
        return None
    note_use(link.id, now)
    db.session.commit()
    log("notices").info("link of a mail used", link=link.id, how=how)
    return link


def _choose(link: _Link, wanted: dict[str, bool]) -> None:
    now = utc_now()
    choose(Act(None, "", "link", now, now.date()), link.address, wanted, f"link:{link.id}")
    db.session.commit()


def _no_link() -> Response:
    """One answer for a link that never was, is too old or was cut short on its way."""
    return error_page(
        404,
        _("This link does not work any more"),
        _(
            "It is older than %(count)s days, or a part of it got lost on the way. Nothing was changed.",
            count=LINK_LASTS.days,
        ),
        _("Open the newest mail and use its link, or sign in and choose under Notices what to hear by mail."),
    )
