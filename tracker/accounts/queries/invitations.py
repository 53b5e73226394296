"""Reads of invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from tracker.accounts.models import Invitation
from tracker.core.db import db
from tracker.core.tokens import hashed, keyed_hash, link_token, paper_code

LINK_PURPOSE, CODE_PURPOSE = "invitation", "slip"
#: Signs of the code on a slip: 59 random bits.
CODE_SIGNS_COUNT = 12


def is_open(now: datetime) -> ColumnElement[bool]:
    """Can still be taken."""
    return and_(Invitation.ended_how == "", Invitation.expires_at > now)


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation with this link, whatever became of it."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == hashed(token)))


def token_by_code(code: str, now: datetime) -> str | None:
    """The link that stands for the code of an open slip."""
    by_code = Invitation.code_hash == keyed_hash(CODE_PURPOSE, code)
    invitation = db.session.scalar(select(Invitation).where(by_code, is_open(now)))
    return link_token(LINK_PURPOSE, invitation.nonce) if invitation else None


def code_of(invitation: Invitation) -> str:
    """The code to print on a slip."""
    return paper_code(CODE_PURPOSE, invitation.nonce, CODE_SIGNS_COUNT)


def invitations_at(municipality_id: int | None, roles: frozenset[str]) -> Sequence[Invitation]:
    """Invitations to these roles at a municipality (None: without one) that nobody has taken, newest first."""
    statement = (
        select(Invitation)
        .where(
            Invitation.municipality_id == municipality_id,
            Invitation.ended_how == "",
            Invitation.role.in_(sorted(roles)),
        )
        .order_by(Invitation.id.desc())
        .limit(200)
    )
    return db.session.scalars(statement).all()


def invitations_to(email: str, now: datetime) -> Sequence[Invitation]:
    """Open invitations to an address, newest first."""
    statement = select(Invitation).where(is_open(now), Invitation.email == email).order_by(Invitation.id.desc())
    return db.session.scalars(statement.limit(50)).all()


def invitation_at(municipality_id: int | None, invitation_id: int) -> Invitation | None:
    """The invitation of this very municipality (None: of none)."""
    return db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.municipality_id == municipality_id)
    )
