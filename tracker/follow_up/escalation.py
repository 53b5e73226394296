"""Who is told: from a step of the ladder to named recipients, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.queries import listeners_of, partners_with_users
from tracker.agenda.models import Commitment, Milestone, Party
from tracker.agenda.rules import Step, last_heard_on, share_of_time
from tracker.core.db import NEVER, db
from tracker.follow_up.models import Obstacle
from tracker.follow_up.rules import audience_of, preference_for
from tracker.notices.rules import LADDERS, RIDER, Raised
from tracker.territory.models import Unit
from tracker.territory.rules import Place, Policy

#: Commitments named in one statement.
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Recipient:
    """Somebody a notice goes to."""

    address: str
    name: str
    #: None follows the country.
    locale: str | None = None


@dataclass
class Roster:
    """Who can be told in some municipalities, read once for a whole check."""

    municipality_ids: set[int] = field(default_factory=set)
    coordinators: dict[int, list[Recipient]] = field(default_factory=dict)
    units: dict[int, list[Recipient]] = field(default_factory=dict)
    unit_names: dict[int, str] = field(default_factory=dict)
    partners: dict[int, list[Recipient]] = field(default_factory=dict)
    partner_names: dict[int, str] = field(default_factory=dict)
    #: Co-responsible units and partners by commitment id.
    co_units: dict[int, list[int]] = field(default_factory=dict)
    co_partners: dict[int, list[int]] = field(default_factory=dict)
    #: Members of an association that take part, by commitment id; and their coordinators, by municipality.
    co_members: dict[int, list[int]] = field(default_factory=dict)
    members: dict[int, list[Recipient]] = field(default_factory=dict)
    #: The earliest obstacle still open, by commitment id.
    obstacles: dict[int, Obstacle] = field(default_factory=dict)
    #: Municipalities of units with somebody to tell.
    with_listeners: set[int] = field(default_factory=set)

    def take_over(self, other: "Roster") -> None:
        """Add who can be told in further municipalities."""
        self.municipality_ids |= other.municipality_ids
        self.with_listeners |= other.with_listeners
        for mine, theirs in (
            (self.coordinators, other.coordinators),
            (self.units, other.units),
        ):
            mine.update(theirs)
        self.unit_names.update(other.unit_names)

    def reaches(self, municipality_id: int) -> bool:
        """Whether anybody at all can be told in a municipality."""
        return bool(self.coordinators.get(municipality_id)) or municipality_id in self.with_listeners


def roster_of(municipality_ids: Sequence[int]) -> Roster:
    """People, mailboxes and officers of the units, coordinators and partners of these municipalities."""
    roster = Roster(set(municipality_ids))
    if not municipality_ids:
        return roster
    coordinators, officers = listeners_of(municipality_ids)
    for municipality_id, users in coordinators.items():
        roster.coordinators[municipality_id] = [Recipient(u.email, u.name, u.locale) for u in users]
    units = select(Unit).options(joinedload(Unit.people)).where(Unit.municipality_id.in_(municipality_ids))
    for unit in db.session.scalars(units).unique():
        told = [Recipient(u.email, u.name, u.locale) for u in officers.get(unit.id, [])]
        told += [Recipient(p.email, p.name) for p in unit.people if p.email]
        if unit.mailbox:
            told.append(Recipient(unit.mailbox, unit.name))
        roster.units[unit.id] = _each_once(told)
        roster.unit_names[unit.id] = unit.name
        if roster.units[unit.id]:
            roster.with_listeners.add(unit.municipality_id)
    return roster


def add_parties(roster: Roster, commitments: Sequence[Commitment]) -> None:
    """Read co-responsibles, partners and what is in the way of these commitments into the roster."""
    ids = [c.id for c in commitments]
    partner_ids = {c.partner_id for c in commitments if c.partner_id}
    for start in range(0, len(ids), _AT_ONCE):
        parties = select(Party).where(
            Party.commitment_id.in_(ids[start : start + _AT_ONCE]), Party.kind == "co_responsible"
        )
        for party in db.session.scalars(parties):
            if party.unit_id:
                roster.co_units.setdefault(party.commitment_id, []).append(party.unit_id)
            elif party.partner_id:
                roster.co_partners.setdefault(party.commitment_id, []).append(party.partner_id)
                partner_ids.add(party.partner_id)
            elif party.member_id:
                roster.co_members.setdefault(party.commitment_id, []).append(party.member_id)
    partner_ids |= _add_obstacles(roster, [c.id for c in commitments if c.blocked_on])
    _add_members(roster)
    add_partners(roster, partner_ids)


def add_partners(roster: Roster, partner_ids: Iterable[int]) -> None:
    """Read the contact and the accounts of these partners into the roster."""
    missing = sorted(set(partner_ids) - set(roster.partners))
    if not missing:
        return
    for partner, users in partners_with_users(missing).items():
        told = [Recipient(partner.email, partner.name)] if partner.email else []
        told += [Recipient(u.email, u.name, u.locale) for u in users]
        roster.partners[partner.id] = _each_once(told)
        roster.partner_names[partner.id] = partner.name


def _add_obstacles(roster: Roster, ids: Sequence[int]) -> set[int]:
    """The earliest open obstacle of each of these commitments; partners who can clear one."""
    for start in range(0, len(ids), _AT_ONCE):
        still = Obstacle.commitment_id.in_(ids[start : start + _AT_ONCE]), Obstacle.cleared_on == NEVER
        for found in db.session.scalars(select(Obstacle).where(*still).order_by(Obstacle.since_on, Obstacle.id)):
            first = roster.obstacles.setdefault(found.commitment_id, found)
            if (found.since_on, found.id) < (first.since_on, first.id):
                roster.obstacles[found.commitment_id] = found
    return {o.partner_id for i in ids if (o := roster.obstacles.get(i)) and o.partner_id}


def _add_members(roster: Roster) -> None:
    """Who coordinates the members of an association that take part."""
    missing = sorted({one for ids in roster.co_members.values() for one in ids} - set(roster.members))
    if missing:
        coordinators, _officers = listeners_of(missing)
        for one in missing:
            users = coordinators.get(one, [])
            roster.members[one] = [Recipient(u.email, u.name, u.locale) for u in users]


def notices_for(
    row: Commitment | Milestone,
    commitment: Commitment,
    step: Step,
    place: Place,
    policy: Policy,
    roster: Roster,
    skipped: bool,
) -> list[Raised]:
    """The notices of one step about one row: each recipient once, for the first reason that applies."""
    told: dict[str, tuple[Recipient, str]] = {}
    for audience in audience_of(step, policy):
        for recipient, why in people_of(audience, commitment, roster):
            told.setdefault(recipient.address, (recipient, why))
    if not told and step.name == RIDER:
        # It goes along with what somebody is told; nobody need be found for it alone.
        return []
    if not told:
        told[""] = (Recipient("", ""), "nobody")
    facts = facts_of(row, commitment, step, roster)
    raised = []
    for recipient, why in told.values():
        preference = preference_for(step, why, policy)
        said = {**facts, "preference": preference} if preference else facts
        notice = notice_to(recipient, why, place, row.subject, step, said)
        raised.append(replace(notice, skipped=skipped, preference=preference))
    return raised


def notice_to(
    recipient: Recipient, why: str, place: Place, subject: str, step: Step, facts: dict[str, Any]
) -> Raised:
    """The notice of a step to one recipient, who hears it as what."""
    return Raised(
        municipality_id=place.id,
        subject=subject,
        step=step.name,
        struck_on=step.struck_on,
        recipient=recipient.address,
        name=recipient.name,
        locale=recipient.locale or place.languages[0],
        audience=why,
        facts=facts,
    )


def facts_of(row: Commitment | Milestone, commitment: Commitment, step: Step, roster: Roster) -> dict[str, Any]:
    """What the line of a notice needs, as plain JSON."""
    return {
        "clock": step.clock,
        "code": commitment.code,
        "title": row.title,
        "of": commitment.title if isinstance(row, Milestone) else None,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "precision": row.due_precision,
        "first_due_on": row.slips_from_on.isoformat() if row.slips_from_on else None,
        "unit": lead_name(commitment, roster),
        "quiet_start": step.quiet_start,
        **(_follow_facts(commitment, step, roster) if step.clock in LADDERS else {}),
    }


def _follow_facts(commitment: Commitment, step: Step, roster: Roster) -> dict[str, Any]:
    """What the line of another clock than that of dates needs."""
    if step.clock == "blocked":
        return _blocked_facts(roster.obstacles.get(commitment.id), roster)
    if step.clock == "undated":
        return {"condition": commitment.condition} if commitment.condition else {}
    facts = commitment.follow_facts()
    if step.clock == "silent":
        return {"last_on": last_heard_on(facts).isoformat()}
    return {"figure": facts.figure, "share": share_of_time(facts.start_on, facts.due_on, step.struck_on)}


def lead_name(commitment: Commitment, roster: Roster) -> str | None:
    """Name of the lead unit or partner, None where nobody leads yet."""
    if commitment.unit_id:
        return roster.unit_names.get(commitment.unit_id)
    return roster.partner_names.get(commitment.partner_id) if commitment.partner_id else None


def people_of(audience: str, commitment: Commitment, roster: Roster) -> Iterable[tuple[Recipient, str]]:
    """Everybody of an audience such as `responsible`, each with why it is told."""
    coordinators = roster.coordinators.get(commitment.municipality_id, [])
    if audience == "coordinator":
        return [(person, "coordinator") for person in coordinators]
    if audience == "clearer":
        return _clearers(roster.obstacles.get(commitment.id), roster)
    if audience == "co_responsible":
        sharing = [roster.units.get(unit_id, []) for unit_id in roster.co_units.get(commitment.id, [])]
        people = [p for told in sharing for p in told]
        people += [p for i in roster.co_partners.get(commitment.id, []) for p in roster.partners.get(i, [])]
        people += [p for i in roster.co_members.get(commitment.id, []) for p in roster.members.get(i, [])]
        copied = [(person, "co_responsible") for person in people]
        # Where a unit has nobody, the coordinator hears in its place.
        return copied + ([(person, "stand_in") for person in coordinators] if not all(sharing) else [])
    if commitment.unit_id:
        own = roster.units.get(commitment.unit_id, [])
    else:
        own = roster.partners.get(commitment.partner_id, []) if commitment.partner_id else []
    if own:
        return [(person, "responsible") for person in own]
    return [(person, "stand_in") for person in coordinators]


def _clearers(obstacle: Obstacle | None, roster: Roster) -> list[tuple[Recipient, str]]:
    """Who can clear an obstacle, as far as they have an address."""
    if obstacle is None:
        return []
    if obstacle.clearer_email:
        return [(Recipient(obstacle.clearer_email.strip().lower(), obstacle.clearer_name), "outside")]
    people = roster.units.get(obstacle.unit_id, []) if obstacle.unit_id else []
    if obstacle.partner_id:
        people = roster.partners.get(obstacle.partner_id, [])
    return [(person, "clearer") for person in people]


def _blocked_facts(obstacle: Obstacle | None, roster: Roster) -> dict[str, Any]:
    """What is needed, and the name of who can clear it."""
    if obstacle is None:
        return {}
    who: str | None = obstacle.clearer_name or None
    if obstacle.unit_id:
        who = roster.unit_names.get(obstacle.unit_id)
    elif obstacle.partner_id:
        who = roster.partner_names.get(obstacle.partner_id)
    return {"needed": obstacle.needed, "who": who}


def _each_once(people: Iterable[Recipient]) -> list[Recipient]:
    seen: dict[str, Recipient] = {}
    for person in people:
        address = person.address.strip().lower()
        seen.setdefault(address, Recipient(address, person.name, person.locale))
    return list(seen.values())
