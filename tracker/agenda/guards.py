"""What the table of permissions cannot say: officers act for their own unit, partners for what they lead."""

from flask import abort, g

from tracker.agenda.models import Commitment
from tracker.permissions import ENTERERS
from tracker.territory.rules import Place


def may_report(place: Place, commitment: Commitment) -> bool:
    """Whether the visitor may report on this commitment."""
    roles = g.visitor.roles_at(place)
    if roles & ENTERERS:
        return True
    if "partner" in roles and commitment.partner_id in g.visitor.scope.partner_ids:
        return True
    return "officer" in roles and commitment.unit_id in g.visitor.unit_ids_at(place)


def must_be_own_unit(place: Place, commitment: Commitment) -> None:
    """Answer 403 where the visitor may not report on this commitment."""
    if not may_report(place, commitment):
        abort(403)
