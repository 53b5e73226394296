"""Inviting, taking an invitation back, accepting it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.operations.users import add_roles, create_user
from tracker.accounts.queries.giving import backed, was_mailed
from tracker.accounts.queries.invitations import CODE_PURPOSE, CODE_SIGNS_COUNT, LINK_PURPOSE, is_open
from tracker.accounts.rules import Role
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _
from tracker.core.tokens import hashed, keyed_hash, link_token, new_nonce, paper_code
from tracker.post.operations import post_mails

BY_MAIL, ON_PAPER = timedelta(days=14), timedelta(days=30)


@dataclass(frozen=True)
class Wish:
    """Whom to invite as what."""

    role: Role
    name: str
    #: Empty for a slip of paper.
    email: str
    locale: str
    on_paper: bool


def invite(act: Act, wish: Wish) -> Invitation:
    """Write an invitation down; by mail it leaves with the next mails.

    Refused where the same role is open for the same address already, or its owner has it here: that the page shows
    anyway. Whether the address has an account at all, nobody looks.
    """
    begin_write()
    email = wish.email.strip().lower()
    if email and not wish.on_paper:
        if _is_own(act, email):
            raise Refused(fields={"email": _("This is your own address. Only somebody else can give you a role.")})
        _refuse_twice(act, wish.role, email)
    made = _written(act, wish, email)
    if not wish.on_paper:
        post_mails("invitation", [(made.id, email)], act.at)
    record(act, "invite", wish.role.municipality_id, f"invitation:{made.id}", {"role": (None, wish.role.name)})
    return made


def invite_again(act: Act, old: Invitation) -> Invitation:
    """The same invitation anew, with a new link or code; the old one is dead."""
    begin_write()
    if _is_own(act, old.email):
        raise Refused(_("This is your own address. Only somebody else can give you a role."))
    _end(act, old.id, "replaced")
    wish = Wish(role_in(old), old.name, old.email, old.locale, old.on_paper)
    made = _written(act, wish, old.email)
    if not wish.on_paper:
        post_mails("invitation", [(made.id, made.email)], act.at)
    record(act, "invite_again", old.municipality_id, f"invitation:{made.id}", {})
    return made


def revoke(act: Act, invitation: Invitation) -> None:
    """Take an invitation back: neither link nor code works any more."""
    begin_write()
    _end(act, invitation.id, "revoked")
    record(act, "revoke_invitation", invitation.municipality_id, f"invitation:{invitation.id}", {})


def accept_new(
    token: str, now: datetime, email: str, name: str, locale: str, password_hash: str
) -> tuple[str, int | None] | None:
    """Take an invitation with a new account: (`made`, its id), or (`waiting`, None) where the address has one.

    Then nothing is changed of that account: its owner finds the invitation after signing in. None where the
    invitation cannot be used (any more). Of two at once one wins.
    """
    begin_write()
    invitation = _locked(token, now)
    if invitation is None:
        return None
    email = (invitation.email or email).strip().lower()
    known = db.session.scalar(select(User.id).where(User.email == email))
    if known is not None:
        # From now on it is that address's alone, and a slip's code is used up.
        invitation.email, invitation.code_hash = email, None
        db.session.flush()
        return "waiting", None
    act = Act(None, name, "link", now, now.date())
    user = create_user(act, email, name, password_hash, [role_in(invitation)], locale, was_mailed(invitation))
    _accepted(Act(user.id, name, "link", now, now.date()), invitation, user.id)
    return "made", user.id


def accept_own(act: Act, invitation_id: int, email: str, session_id: int) -> Invitation:
    """Take an invitation to the own address with the account that one has; NotHere for any other.

    NotHere too while nobody knows whether the address is one's own: then the link of the mail is needed.
    Other browsers than that of `session_id` are signed out, as the person's roles are others now.
    """
    begin_write()
    _need_proof(act)
    statement = select(Invitation).where(Invitation.id == invitation_id, is_open(act.at), Invitation.email == email)
    return _accept_with(act, _if_backed(db.session.scalar(statement.with_for_update())), session_id)


def accept_by_token(act: Act, token: str, email: str, session_id: int) -> Invitation:
    """The same by link or slip; NotHere where it is for another address or cannot be used.

    The link of a mail proves the address that it went to.
    """
    begin_write()
    invitation = _locked(token, act.at)
    if invitation is not None and invitation.email not in ("", email):
        invitation = None
    return _accept_with(act, invitation, session_id)


def decline(act: Act, invitation_id: int, email: str) -> None:
    """Say no to an invitation to the own address, which is known to be one's own."""
    begin_write()
    _need_proof(act)
    own = (Invitation.id == invitation_id, is_open(act.at), Invitation.email == email)
    invitation = db.session.scalar(select(Invitation).where(*own))
    if invitation is None:
        raise NotHere
    _end(act, invitation_id, "declined")
    record(act, "decline_invitation", invitation.municipality_id, f"invitation:{invitation_id}", {})


def role_in(invitation: Invitation) -> Role:
    """The role that it gives."""
    return Role(
        invitation.role,
        invitation.municipality_id,
        invitation.unit_id,
        invitation.country_code,
        invitation.partner_id,
    )


def _accept_with(act: Act, invitation: Invitation | None, session_id: int) -> Invitation:
    if invitation is None or act.user_id is None:
        raise NotHere
    if invitation.by_user_id == act.user_id:
        raise Refused(_("You made this invitation yourself. Only somebody else can give you a role."))
    user = db.session.get_one(User, act.user_id)
    if user.address_proved_at is None and invitation.email == user.email and was_mailed(invitation):
        user.address_proved_at = act.at
    add_roles(act, user, [role_in(invitation)], but=session_id)
    _accepted(act, invitation, user.id)
    return invitation


def _accepted(act: Act, invitation: Invitation, user_id: int) -> None:
    invitation.ended_how, invitation.ended_at, invitation.accepted_by = "accepted", act.at, user_id
    record(act, "accept_invitation", invitation.municipality_id, f"invitation:{invitation.id}", {})
    db.session.flush()


def _locked(token: str, now: datetime) -> Invitation | None:
    statement = select(Invitation).where(Invitation.token_hash == hashed(token), is_open(now))
    return _if_backed(db.session.scalar(statement.with_for_update()))


def _if_backed(invitation: Invitation | None) -> Invitation | None:
    """None where whoever invited may not give this role any more."""
    return invitation if invitation is not None and backed([invitation]) else None


def _need_proof(act: Act) -> None:
    """NotHere for an account whose address somebody only typed: it may be another person's."""
    if act.user_id is None or db.session.get_one(User, act.user_id).address_proved_at is None:
        raise NotHere


def _is_own(act: Act, email: str) -> bool:
    """Whether this is the address of whoever acts."""
    own = select(User.email).where(User.id == act.user_id)
    return act.user_id is not None and email != "" and db.session.scalar(own) == email


def _end(act: Act, invitation_id: int, how: str) -> None:
    ended = update(Invitation).where(Invitation.id == invitation_id, Invitation.ended_how == "")
    done = db.session.execute(ended.values(ended_how=how, ended_at=act.at).returning(Invitation.id)).first()
    if done is None:
        raise Refused(_("This invitation has been taken or ended already."))


def _written(act: Act, wish: Wish, email: str) -> Invitation:
    nonce = new_nonce()
    code = keyed_hash(CODE_PURPOSE, paper_code(CODE_PURPOSE, nonce, CODE_SIGNS_COUNT)) if wish.on_paper else None
    made = Invitation(
        role=wish.role.name,
        municipality_id=wish.role.municipality_id,
        unit_id=wish.role.unit_id,
        country_code=wish.role.country_code,
        partner_id=wish.role.partner_id,
        name=wish.name,
        email="" if wish.on_paper else email,
        locale=wish.locale,
        by_user_id=act.user_id or 0,
        by_name=act.name,
        created_at=act.at,
        expires_at=act.at + (ON_PAPER if wish.on_paper else BY_MAIL),
        nonce=nonce,
        token_hash=hashed(link_token(LINK_PURPOSE, nonce)),
        code_hash=code,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _refuse_twice(act: Act, role: Role, email: str) -> None:
    """Compare with what waits and with who is here, never with who has an account elsewhere."""
    same = (
        Invitation.role == role.name,
        Invitation.municipality_id == role.municipality_id,
        Invitation.unit_id == role.unit_id,
        Invitation.country_code == role.country_code,
        Invitation.partner_id == role.partner_id,
    )
    if db.session.scalar(select(Invitation.id).where(is_open(act.at), Invitation.email == email, *same).limit(1)):
        raise Refused(fields={"email": _("This person has been invited already. Send it again from the list.")})
    held = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            User.email == email,
            Membership.role == role.name,
            Membership.municipality_id == role.municipality_id,
            Membership.unit_id == role.unit_id,
            Membership.country_code == role.country_code,
            Membership.partner_id == role.partner_id,
        )
    )
    if db.session.scalar(held.limit(1)):
        raise Refused(fields={"email": _("This person has this role already.")})
