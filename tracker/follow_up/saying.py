"""Who is told what another person said or asked: at once, once, in the next digest."""

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.accounts.models import User
from tracker.accounts.queries.telling import reader_here
from tracker.agenda.models import Commitment, Milestone
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.follow_up.escalation import (
    Recipient,
    Roster,
    add_parties,
    lead_name,
    leads_of,
    line_facts,
    roster_of,
)
from tracker.notices.operations import raise_notices
from tracker.notices.rules import Raised
from tracker.territory.rules import Place


def roster_for(place: Place, commitments: list[Commitment]) -> Roster:
    """Who can be told about these commitments of one municipality."""
    roster = roster_of([place.id])
    add_parties(roster, commitments)
    return roster


def tell_lead(
    act: Act, place: Place, commitment: Commitment, kind: str, number: int, said: Mapping[str, Any], roster: Roster
) -> bool:
    """Tell who leads, as the ladder tells them, that somebody `judged` or `asked`; whether there is anybody.

    `number` is the row that it is about, which makes the notice one of its own; `said` is what its line needs. Who
    says it is not told. Where nobody is at the unit the coordinators hear in its place, others than who says it.
    """
    own = db.session.get(User, act.user_id) if act.user_id else None
    told = [(one, why) for one, why in leads_of(commitment, roster) if own is None or one.address != own.email]
    facts = {**line_facts(commitment, commitment, lead_name(commitment, roster)), "by": act.name, **said}
    _raise(act, place, commitment.subject, kind, number, told, facts)
    return bool(told)


def tell_person(
    act: Act,
    place: Place,
    row: Commitment | Milestone,
    commitment: Commitment,
    kind: str,
    number: int,
    said: Mapping[str, Any],
    user_id: int | None,
    why: str,
) -> None:
    """Tell who asked or judged what another one answered; nobody where they have no role here any more."""
    reader = reader_here(place.id, user_id) if user_id and user_id != act.user_id else None
    if reader is None:
        return
    facts = {**line_facts(row, commitment, None), "by": act.name, **said}
    person = Recipient(reader.email.strip().lower(), reader.name, reader.locale)
    _raise(act, place, row.subject, kind, number, [(person, why)], facts)


def _raise(
    act: Act,
    place: Place,
    subject: str,
    kind: str,
    number: int,
    told: Iterable[tuple[Recipient, str]],
    facts: dict[str, Any],
) -> None:
    once = {one.address: (one, why) for one, why in told}
    raised = [
        Raised(
            municipality_id=place.id,
            subject=subject,
            step=f"{kind}+{number}",
            struck_on=act.day,
            recipient=one.address,
            name=one.name,
            locale=one.locale or place.languages[0],
            audience=why,
            facts={**facts, "clock": kind},
        )
        for one, why in once.values()
    ]
    raise_notices(raised, act.at, act.day)
