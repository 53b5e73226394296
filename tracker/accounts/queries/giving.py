"""What still stands behind an invitation: whoever made it, and the mail that carried it."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.queries.signing import with_members
from tracker.accounts.rules import Role, given_by
from tracker.core.db import db
from tracker.post.models import OutboxMail
from tracker.territory.queries import places_by_id


def backed(invitations: Sequence[Invitation]) -> list[Invitation]:
    """Those whose inviter may give this role there to this day; the command line always may."""
    roles = _roles_of({invitation.by_user_id for invitation in invitations if invitation.by_user_id})
    places = places_by_id(sorted({row.municipality_id for row in invitations if row.municipality_id}))

    def is_backed(invitation: Invitation) -> bool:
        if not invitation.by_user_id:
            return True
        place = places[invitation.municipality_id] if invitation.municipality_id else None
        return invitation.role in given_by(roles.get(invitation.by_user_id, ()), place)

    return [invitation for invitation in invitations if is_backed(invitation)]


def was_mailed(invitation: Invitation) -> bool:
    """Whether its link left by mail to the address it names: who has the link reads what comes there.

    A slip names an address too once somebody has typed one; its link was never mailed.
    """
    mail = select(OutboxMail.id).where(
        OutboxMail.kind == "invitation",
        OutboxMail.ref_id == invitation.id,
        OutboxMail.address == invitation.email,
    )
    return invitation.email != "" and db.session.scalar(mail.limit(1)) is not None


def _roles_of(user_ids: set[int]) -> dict[int, tuple[Role, ...]]:
    if not user_ids:
        return {}
    statement = (
        select(
            Membership.user_id,
            Membership.role,
            Membership.municipality_id,
            Membership.unit_id,
            Membership.country_code,
            Membership.partner_id,
            Membership.state_id,
            Membership.workshop_id,
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.user_id.in_(sorted(user_ids)), User.active)
    )
    rows = db.session.execute(statement).all()
    held = tuple(Role(*row[1:]) for row in rows)
    if any(role.is_for_members for role in held):
        held = with_members(held)
    answer: dict[int, tuple[Role, ...]] = {}
    for row, role in zip(rows, held, strict=True):
        answer[row.user_id] = (*answer.get(row.user_id, ()), role)
    return answer
