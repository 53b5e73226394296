"""Reads of people by the place of their roles."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from tracker.accounts.models import Invitation, Membership, User
from tracker.core.db import db
from tracker.core.i18n import _, label
from tracker.post.models import OutboxMail
from tracker.territory.models import Country, Municipality, Partner, State, Unit, Workshop


@dataclass(frozen=True)
class Held:
    """A role that somebody holds."""

    membership_id: int
    user_id: int
    name: str
    email: str
    role: str
    #: Unit, country or partner, where it has one; "" for the whole region.
    where: str
    has_factor: bool


def people_at(municipality_id: int | None, roles: frozenset[str], skip: int, most: int) -> list[Held]:
    """Who holds one of these roles at a municipality (None: without one), by name; `most` + 1 at most."""
    statement = (
        select(
            Membership, User, Unit.name, Country.name, Partner.name, State.name, Workshop.name, Municipality.name
        )
        .join(User, User.id == Membership.user_id)
        .outerjoin(Unit, (Unit.municipality_id == Membership.municipality_id) & (Unit.id == Membership.unit_id))
        .outerjoin(Country, Country.code == Membership.country_code)
        .outerjoin(Partner, Partner.id == Membership.partner_id)
        .outerjoin(State, State.id == Membership.state_id)
        .outerjoin(Workshop, Workshop.id == Membership.workshop_id)
        .outerjoin(Municipality, (Membership.role == "monitor") & (Municipality.id == Membership.municipality_id))
        .where(_held_at(municipality_id), Membership.role.in_(sorted(roles)), User.active)
        .order_by(User.name, User.id, Membership.id)
        .offset(skip)
        .limit(most + 1)
    )
    rows = db.session.execute(statement)
    return [
        Held(
            held.id,
            user.id,
            user.name,
            user.email,
            held.role,
            unit or (label(country) if country else "") or partner or state or workshop or association or "",
            user.factor_at is not None,
        )
        for held, user, unit, country, partner, state, workshop, association in rows
    ]


def _held_at(municipality_id: int | None) -> ColumnElement[bool]:
    """Held at a municipality; who monitors an association counts among those without one."""
    if municipality_id is None:
        return or_(Membership.municipality_id.is_(None), Membership.role == "monitor")
    return Membership.municipality_id == municipality_id


def whereabouts(invitations: Sequence[Invitation]) -> dict[int, str]:
    """Where each invitation's role counts, in words of the present language."""
    ids = [invitation.id for invitation in invitations]
    statement = (
        select(Invitation.id, Municipality.name, Unit.name, Country.name, Partner.name)
        .outerjoin(Municipality, Municipality.id == Invitation.municipality_id)
        .outerjoin(Unit, (Unit.municipality_id == Invitation.municipality_id) & (Unit.id == Invitation.unit_id))
        .outerjoin(Country, Country.code == Invitation.country_code)
        .outerjoin(Partner, Partner.id == Invitation.partner_id)
        .where(Invitation.id.in_(ids))
    )
    answer = {}
    for invitation_id, place, unit, country, partner in db.session.execute(statement):
        parts = (unit, place, label(country) if country else None, partner)
        answer[invitation_id] = ", ".join(part for part in parts if part) or _("the whole region")
    return answer


def roles_of(user_id: int) -> list[tuple[Membership, str | None]]:
    """Every role of somebody, with the name of its municipality."""
    statement = (
        select(Membership, Municipality.name)
        .outerjoin(Municipality, Municipality.id == Membership.municipality_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )
    return [(held, place) for held, place in db.session.execute(statement)]


def fates_of(invitations: Sequence[Invitation]) -> dict[int, str]:
    """The mail server's words about invitations whose mail could not be delivered."""
    failed = select(OutboxMail.ref_id, OutboxMail.answer).where(
        OutboxMail.kind == "invitation",
        OutboxMail.ref_id.in_([invitation.id for invitation in invitations]),
        OutboxMail.state == "failed",
    )
    return {ref_id: answer or "" for ref_id, answer in db.session.execute(failed)}
