"""Mails about accounts, written at the last moment: resets, invitations, changes of address, news."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select

from tracker.accounts.models import AccountNews, AddressChange, Invitation, PasswordReset, User
from tracker.accounts.operations.addresses import PURPOSES
from tracker.accounts.operations.resets import PURPOSE, RESET_LASTS
from tracker.accounts.queries.invitations import LINK_PURPOSE
from tracker.accounts.queries.people import whereabouts
from tracker.accounts.words import NEWS, ROLE_WORDS
from tracker.core.db import db
from tracker.core.i18n import _, format_long_day, in_language
from tracker.core.mail import Rendered
from tracker.core.now import local_day
from tracker.core.tokens import link_token
from tracker.post.kinds import Kind

#: Resets that one account is written to about in an hour, whoever asks.
MOST_RESETS = 5


@dataclass(frozen=True)
class Words:
    """What a letter says: its subject, sentences, a button, and what stands below it."""

    subject: str
    greeting: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    button: str = ""
    url: str = ""
    #: For a letter whose second way out is a no.
    other: str = ""
    locale: str = "es"


def write_resets(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """Only for those whose address has an account and that can still be used; nothing for all others."""
    last_hour = (
        select(func.count())
        .where(PasswordReset.email == User.email, PasswordReset.created_at > now - RESET_LASTS)
        .correlate(User)
        .scalar_subquery()
    )
    statement = (
        select(PasswordReset, User, last_hour)
        .join(User, User.email == PasswordReset.email)
        .where(PasswordReset.id.in_(ids), PasswordReset.expires_at > now, User.active)
        .where(PasswordReset.used_at.is_(None), PasswordReset.created_at > User.keys_changed_at)
    )
    answer = {}
    for reset, user, asked in db.session.execute(statement):
        if asked > MOST_RESETS:
            continue
        with in_language(_locale(user.locale)):
            said = Words(
                subject=_("A new password"),
                greeting=_("Good day, %(name)s.", name=user.name),
                before=(_("Somebody, probably you, asked for a new password for your account."),),
                button=_("Choose a new password"),
                url=link_to(f"/password/{link_token(PURPOSE, reset.nonce)}"),
                after=(
                    _("The link can be used once, for one hour."),
                    _("If it was not you, do nothing: your password stays as it is."),
                ),
                locale=_locale(user.locale),
            )
            answer[reset.id] = render_letter("reset", said)
    return answer


def write_invitations(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """Those that are still open."""
    statement = select(Invitation).where(
        Invitation.id.in_(ids), Invitation.ended_how == "", Invitation.expires_at > now, Invitation.email != ""
    )
    rows = db.session.scalars(statement).all()
    answer = {}
    for invitation in rows:
        with in_language(_locale(invitation.locale)):
            place = whereabouts([invitation])[invitation.id]
            before = _(
                "%(inviter)s invites you to Compromiso, where the commitments of a municipality are followed up.",
                inviter=invitation.by_name,
            )
            part = _("Your part: %(role)s, %(place)s.", role=str(ROLE_WORDS[invitation.role]), place=place)
            until = format_long_day(local_day(invitation.expires_at, "UTC"))
            said = Words(
                subject=_("Invitation to Compromiso: %(place)s", place=place),
                greeting=_("Good day, %(name)s.", name=invitation.name),
                before=(before, part),
                button=_("Accept the invitation"),
                url=link_to(f"/join/{link_token(LINK_PURPOSE, invitation.nonce)}"),
                after=(
                    _("The link can be used once, until %(day)s.", day=until),
                    _("If you do not know what this is about, do nothing: without you nothing happens."),
                ),
                locale=_locale(invitation.locale),
            )
            answer[invitation.id] = render_letter("invitation", said)
    return answer


def write_old_addresses(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """To the present address: whether another one is right."""
    return _write_changes(ids, now, "old")


def write_new_addresses(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """To the wished address, unless another account has it: nobody is told that it has."""
    return _write_changes(ids, now, "new")


def write_news(ids: Sequence[int], _now: datetime) -> dict[int, Rendered]:
    """What changed about accounts."""
    statement = select(AccountNews, User).join(User, User.id == AccountNews.user_id)
    rows = db.session.execute(statement.where(AccountNews.id.in_(ids))).all()
    answer = {}
    for news, user in rows:
        with in_language(_locale(user.locale)):
            subject, text = NEWS[news.what]
            who = (_("It was done by %(name)s.", name=news.by),) if news.by else ()
            said = Words(
                subject=str(subject),
                greeting=_("Good day, %(name)s.", name=user.name),
                before=(str(text), *who),
                button=_("My account"),
                url=link_to("/account"),
                after=(_("If it was not you, choose a new password at once and tell the administration."),),
                locale=_locale(user.locale),
            )
            answer[news.id] = render_letter("account_news", said)
    return answer


def _write_changes(ids: Sequence[int], now: datetime, which: str) -> dict[int, Rendered]:
    statement = (
        select(AddressChange, User)
        .join(User, User.id == AddressChange.user_id)
        .where(AddressChange.id.in_(ids), AddressChange.ended_how == "", AddressChange.expires_at > now)
    )
    rows = db.session.execute(statement).all()
    wanted = [change.new_email for change, _user in rows]
    taken = set(db.session.scalars(select(User.email).where(User.email.in_(wanted)))) if which == "new" else set()
    answer = {}
    for change, user in rows:
        if change.new_email in taken:
            continue
        with in_language(_locale(user.locale)):
            wish = _("You asked to be reached at %(new)s instead of %(old)s.", **_both(change))
            said = Words(
                subject=_("Please confirm your new mail address"),
                greeting=_("Good day, %(name)s.", name=user.name),
                before=(wish, _("It counts once both addresses have been confirmed.")),
                button=_("Confirm or refuse"),
                url=link_to(f"/address/{link_token(PURPOSES[which], change.nonce)}"),
                after=(
                    _("The link can be used for 24 hours."),
                    _("If it was not you, open the link and refuse; then nothing changes."),
                ),
                locale=_locale(user.locale),
            )
            answer[change.id] = render_letter(f"address_{which}", said)
    return answer


def _both(change: AddressChange) -> dict[str, str]:
    return {"new": change.new_email, "old": change.old_email}


def render_letter(kind: str, said: Words) -> Rendered:
    """A letter of this kind; its subject on one line."""
    template = current_app.jinja_env.get_template
    said = replace(said, subject=" ".join(said.subject.split()))
    return Rendered(
        subject=template(f"mail/{kind}.subject.txt").render(letter=said),
        text=template(f"mail/{kind}.txt").render(letter=said),
        html=template(f"mail/{kind}.html").render(letter=said),
        unsubscribe_url=said.url,
    )


def link_to(path: str) -> str:
    """The whole address of a page, as mails give it."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


def _locale(own: str | None) -> str:
    return own or str(current_app.config["DEFAULT_LOCALE"])


def _stands(_ref_id: int) -> bool:
    """Whether it no longer holds: it was written a moment ago."""
    return False


def _settled(_ref_id: int, _state: str, _answer: str, _day: date) -> None:
    """Nothing follows."""


def _revived(_ref_id: int) -> None:
    """Nothing to prepare: it is written anew."""


def kinds() -> tuple[Kind, ...]:
    """Every kind of mail about accounts."""
    writers = {
        "reset": write_resets,
        "invitation": write_invitations,
        "address_old": write_old_addresses,
        "address_new": write_new_addresses,
        "account_news": write_news,
    }
    return tuple(Kind(name, write, _stands, _settled, _revived) for name, write in writers.items())
