"""What the pages of workshops share."""

from flask import g

from tracker.permissions import ADMINISTRATORS
from tracker.territory.models import Workshop
from tracker.territory.registry.workshops import workshop_in_sight


def own_ids() -> list[int]:
    """Workshops that the visitor monitors."""
    return sorted({role.workshop_id for role in g.visitor.roles if role.workshop_id})


def seen_workshop(workshop_id: int) -> Workshop:
    """The workshop if the visitor may see it; raises NotHere."""
    return workshop_in_sight(workshop_id, g.visitor.scope, own_ids())


def may_write() -> bool:
    """Whether the visitor writes workshops down."""
    return bool(g.visitor.roles_at(None) & ADMINISTRATORS)
