"""What ends together with a role."""

from sqlalchemy import delete, select, update

from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.queries.giving import backed
from tracker.accounts.queries.reaching import ASSISTANT, consents_without_reach
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.territory.queries import hold_all


def hold_what_rests_on(user_id: int) -> None:
    """Become the only writer of every municipality that somebody invited to or enters data for."""
    invited = select(Invitation.municipality_id).where(Invitation.by_user_id == user_id, Invitation.ended_how == "")
    enters = select(Membership.municipality_id).where(Membership.user_id == user_id, Membership.role == ASSISTANT)
    ids = {*db.session.scalars(invited), *db.session.scalars(enters)}
    hold_all(sorted(one for one in ids if one is not None))


def revoke_unbacked(act: Act, user_id: int) -> None:
    """Take back what somebody invited to whose remaining roles may not give it any more."""
    waits = select(Invitation).where(Invitation.by_user_id == user_id, Invitation.ended_how == "")
    mine = db.session.scalars(waits.order_by(Invitation.id)).all()
    kept = {invitation.id for invitation in backed(mine)}
    # In the order of chains; that of no municipality comes last.
    for invitation in sorted(mine, key=lambda one: (one.municipality_id is None, one.municipality_id or 0, one.id)):
        if invitation.id in kept:
            continue
        # Whoever accepts at this moment is first or finds it ended.
        ends = update(Invitation).where(Invitation.id == invitation.id, Invitation.ended_how == "")
        done = ends.values(ended_how="revoked", ended_at=act.at).returning(Invitation.id)
        if db.session.execute(done).first() is not None:
            record(act, "revoke_invitation", invitation.municipality_id, f"invitation:{invitation.id}", {})


def end_unreached(act: Act, user_id: int) -> None:
    """End consents of somebody who looks after those municipalities no more, as each of them can read."""
    for consent in consents_without_reach(user_id):
        gone = delete(Membership).where(Membership.id == consent.id).returning(Membership.id)
        if db.session.execute(gone).first() is not None:
            name = db.session.get_one(User, user_id).name
            told = {"person": (name, None), "until_on": (consent.until_on, None)}
            record(act, "end_consent", consent.municipality_id, f"assistant:{user_id}", told)
