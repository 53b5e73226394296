"""Giving commitments another lead, several at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tracker.agenda.models import Commitment, Party
from tracker.agenda.operations.commitments import address_anew, milestones_of, open_commitments
from tracker.agenda.operations.linked import differing, linked_words
from tracker.agenda.operations.reckoning import reckon, recount
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.models import Partner
from tracker.territory.queries import hold, policy_for, unit_of
from tracker.territory.rules import Place


@dataclass(frozen=True)
class Lead:
    """Who leads: a unit of the municipality, or a partner, or nobody yet."""

    unit_id: int | None = None
    partner_id: int | None = None


def change_leads(act: Act, place: Place, codes: Sequence[str], lead: Lead) -> list[Commitment]:
    """Give open commitments another lead; those that had another one. All of them or none.

    Raises Refused where one of them has it as co-responsible, NotHere for an unknown code, unit or partner.
    """
    hold(place.id)
    commitments = open_commitments(place.id, codes)
    if lead.unit_id is not None:
        unit_of(place.id, lead.unit_id)
    elif lead.partner_id is not None and db.session.get(Partner, lead.partner_id) is None:
        raise NotHere(lead.partner_id)
    changed = [one for one in commitments if (one.unit_id, one.partner_id) != (lead.unit_id, lead.partner_id)]
    sharing = _co_responsible_on(changed, lead)
    if sharing:
        raise Refused(
            fields={"lead": _l("Who leads cannot also be co-responsible: %(codes)s.", codes=", ".join(sharing))}
        )
    policy = policy_for(place)
    for commitment in changed:
        before, milestones = linked_words(commitment), milestones_of(commitment)
        commitment.unit_id, commitment.partner_id = lead.unit_id, lead.partner_id
        commitment.version += 1
        commitment.assistant = act.assistant
        address_anew(act, commitment, milestones)
        reckon(commitment, milestones, policy)
        record(act, "edit", place.id, commitment.subject, {**differing(before, linked_words(commitment))})
    recount(place.id, act.day)
    return changed


def _co_responsible_on(commitments: Sequence[Commitment], lead: Lead) -> list[str]:
    """Codes of those on which the lead takes part as co-responsible."""
    if lead == Lead():
        return []
    who = Party.unit_id == lead.unit_id if lead.unit_id is not None else Party.partner_id == lead.partner_id
    own = Party.commitment_id.in_([one.id for one in commitments]), Party.kind == "co_responsible", who
    ids = set(db.session.scalars(select(Party.commitment_id).where(*own)))
    return [one.code for one in commitments if one.id in ids]
