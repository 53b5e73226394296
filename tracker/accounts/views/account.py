"""My account: name, language, what signs one in, and where one is signed in."""

from datetime import datetime

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import AccountForm
from tracker.accounts.operations import end_sessions_of, name_user
from tracker.accounts.operations.addresses import waiting_change
from tracker.accounts.operations.factors import recovery_codes_left
from tracker.accounts.operations.sessions import end_own_session
from tracker.accounts.queries import sessions_of, user_of
from tracker.accounts.queries.giving import backed
from tracker.accounts.queries.invitations import invitations_to
from tracker.accounts.queries.people import roles_of, whereabouts
from tracker.accounts.rules import Browser, Visitor, is_alive
from tracker.accounts.sure import keep_here, renew_here
from tracker.accounts.views import accounts
from tracker.accounts.words import ROLE_WORDS, device_words
from tracker.audit.acting import act_here
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere
from tracker.core.i18n import _, current_locale, format_day, format_instant
from tracker.core.now import utc_now, zone
from tracker.core.web import done, page
from tracker.territory.queries import places_by_id


@accounts.get("/account")
def account() -> Response:
    """Everything about oneself on one page."""
    return _account_page(200, None)


@accounts.post("/account")
def save_account() -> Response:
    """Change name and language."""
    form = AccountForm()
    if not form.validate_on_submit():
        db.session.rollback()
        return _account_page(422, form)
    begin_write()
    name_user(act_here("UTC"), g.visitor.user_id, form.name.data or "", str(form.language.data))
    db.session.commit()
    return done(_("Saved."), url_for(".account"))


@accounts.get("/account/sessions")
def sessions() -> Response:
    """Where one is signed in; times are those of one's municipality, in UTC for who has none."""
    now = utc_now()
    own = next((role.municipality_id for role in g.visitor.roles if role.municipality_id), None)
    place = places_by_id([own]).get(own) if own else None

    def shown(at: datetime) -> str:
        return format_instant(at, zone(place.zone)) if place else f"{format_instant(at, zone('UTC'))} (UTC)"

    lines = [
        {
            "id": row.id,
            "device": device_words(row.device),
            "address": row.address,
            "since": shown(row.created_at),
            "seen": shown(row.seen_at),
            "is_here": row.id == g.visitor.session_id,
            "how": _how(row.stay, row.shared),
        }
        for row in sessions_of(g.visitor.user_id)
        if is_alive(Browser(row.created_at, row.seen_at, row.stay, g.visitor, row.shared), now)
    ]
    return page("accounts/sessions.html", lines=lines)


@accounts.post("/account/sessions/<id:session_id>/end")
def end_one_session(session_id: int) -> Response:
    """Sign one browser out; the present one has its own button."""
    begin_write()
    if session_id == g.visitor.session_id or not end_own_session(g.visitor.user_id, session_id):
        raise NotHere
    db.session.commit()
    return done(_("That device is signed out."), url_for(".sessions"))


@accounts.post("/account/sessions/end")
def end_all_sessions() -> Response:
    """Sign out everywhere else; the present browser goes on with a new token."""
    begin_write()
    end_sessions_of(g.visitor.user_id, but=g.visitor.session_id)
    token, stay = renew_here(alone=True)
    db.session.commit()
    keep_here(token, stay)
    return done(_("You are signed out everywhere but here."), url_for(".sessions"))


def _how(stay: bool, shared: bool) -> str:
    if shared:
        return _("shared computer")
    return _("stays signed in") if stay else ""


def _account_page(status: int, form: AccountForm | None) -> Response:
    visitor: Visitor = g.visitor
    user, now = user_of(visitor.user_id), utc_now()
    change = waiting_change(user.id, now)
    # An address that was only typed may be another person's, and so are invitations to it.
    invited = backed(invitations_to(user.email, now)) if user.address_proved_at else []
    places = whereabouts(invited) if invited else {}
    return page(
        "accounts/account.html",
        status,
        form=form or AccountForm(name=user.name, language=user.locale or current_locale()),
        email=user.email,
        is_proved=user.address_proved_at is not None,
        roles=[(ROLE_WORDS[held.role], place) for held, place in roles_of(user.id)],
        factor_since=format_day(user.factor_at.date()) if user.factor_at else None,
        codes_left=recovery_codes_left(user.id) if user.factor_at else 0,
        change=change,
        sessions=sum(
            is_alive(Browser(row.created_at, row.seen_at, row.stay, visitor, row.shared), now)
            for row in sessions_of(user.id)
        ),
        invited=[(invitation, ROLE_WORDS[invitation.role], places[invitation.id]) for invitation in invited],
    )
