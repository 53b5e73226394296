"""What waits at the door of a town: invitations, slips, links, codes, another browser."""

from dataclasses import replace
from datetime import date, datetime

import pyotp
from sqlalchemy import select

from tests.support.factories import act, make_user
from tests.walk.towns import Town
from tracker.accounts.factors import new_secret
from tracker.accounts.models import AddressChange, LoginSession, Membership, PasswordReset, User
from tracker.accounts.operations import begin_session
from tracker.accounts.operations.addresses import PURPOSES, ask_change
from tracker.accounts.operations.factors import put_factor_on
from tracker.accounts.operations.invitations import Wish, invite
from tracker.accounts.operations.resets import PURPOSE, ask_reset
from tracker.accounts.queries.invitations import LINK_PURPOSE, code_of
from tracker.accounts.rules import Role
from tracker.core.db import db
from tracker.core.tokens import hashed, link_token, seal

#: A code on the paper of whoever has a second factor.
RECOVERY = "ABCDE23456"
#: How a form carries the secret that it showed.
IN_FORM = "second factor form"


def wait_at_the_door(town: Town, letter: str, users: dict[str, int], day: date) -> Town:
    """The town with its invitations, links and codes."""
    coordinator = db.session.get_one(User, users[f"coordinator of {letter}"])
    administrator = db.session.get_one(User, users["administrator"])
    officer, place_id = Role("officer", town.place.id, town.unit_id), town.place.id
    invited = invite(act(day, coordinator), _wish(officer, f"invitada-{letter.lower()}@example.org"))
    # By nobody who walks: one may not take what one made.
    slip = invite(act(day, name="⟦Quien Invita⟧"), _wish(Role("authority", place_id), "", on_paper=True))
    own = invite(act(day, administrator), _wish(Role("authority", place_id), coordinator.email))
    wide = invite(act(day, administrator), _wish(Role("monitor"), f"region-{letter.lower()}@example.org"))
    keeper = db.session.get_one(User, users[f"authority of {letter}"])
    for who in (keeper.id, users["halfway"]):
        put_factor_on(act(day, db.session.get_one(User, who)), who, new_secret(), 0, [RECOVERY])
    at, secret = act(day).at, new_secret()
    ask_reset(coordinator.email, _later(at))
    ask_change(act(day), keeper.id, f"mudada-{letter.lower()}@example.org")
    change = db.session.scalars(select(AddressChange).where(AddressChange.user_id == keeper.id)).one()
    change.created_at = _later(at)
    reset = db.session.scalars(select(PasswordReset).where(PasswordReset.email == coordinator.email)).one()
    elsewhere = begin_session(coordinator.id, at, True, device="firefox/windows", address="203.0.113.7")
    session = select(LoginSession.id).where(LoginSession.token_hash == hashed(elsewhere))
    db.session.flush()
    return replace(
        town,
        invitation_id=invited.id,
        own_invitation_id=own.id,
        wide_invitation_id=wide.id,
        slip_token=link_token(LINK_PURPOSE, slip.nonce),
        slip_code=code_of(slip),
        reset_token=link_token(PURPOSE, reset.nonce),
        change_token=link_token(PURPOSES["new"], change.nonce),
        session_id=db.session.scalars(session).one(),
        membership_id=_membership(users[f"other officer of {letter}"]),
        wide_membership_id=_membership(_leaving(letter)),
        keeper_id=keeper.id,
        sealed=seal(IN_FORM, secret),
        phone_code=pyotp.TOTP(secret).at(at),
    )


def _wish(role: Role, email: str, on_paper: bool = False) -> Wish:
    return Wish(role, "⟦Invitada⟧", email, "es", on_paper)


def _leaving(letter: str) -> int:
    """Somebody whose role beyond the town may end without anybody noticing."""
    address = f"sale-{letter.lower()}@example.org"
    return make_user("monitor", country="CL", email=address, name="⟦Quien Sale⟧").id


def _membership(user_id: int) -> int:
    return db.session.scalars(select(Membership.id).where(Membership.user_id == user_id)).one()


def _later(at: datetime) -> datetime:
    """After the account was made: links older than its keys are dead."""
    return at.replace(microsecond=1)
