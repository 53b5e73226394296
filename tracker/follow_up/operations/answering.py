"""Who is told that somebody answered or judged: in the same transaction, beside the steps of the clocks.

Nobody is told what they did themselves. Where nobody at all can be told, it stands on the page alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from tracker.accounts.queries import user_or_none, with_part_at
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.rules import Step
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.follow_up.escalation import (
    Recipient,
    Roster,
    add_parties,
    add_partners,
    facts_of,
    notice_to,
    people_of,
    roster_of,
)
from tracker.follow_up.models import Assessment, DateRequest
from tracker.follow_up.queries.nobody import rows_behind
from tracker.notices.operations import raise_notices
from tracker.notices.spoken import overtake, spoken_to
from tracker.territory.models import Partner
from tracker.territory.rules import Place

#: Who hears, each with why.
Told = Iterable[tuple[Recipient, str]]


def tell_answer(
    act: Act, place: Place, commitment: Commitment, row: Commitment | Milestone, request: DateRequest
) -> None:
    """Who asked for a date hears that it was granted or refused; who answers for it, where who asked is gone."""
    if _is_own(act, request.by_user_id, request.by):
        return
    roster = _roster(place, [commitment], _own_address(act))
    asker = with_part_at(request.by_user_id, place.id, commitment.partner_id, act.day)
    told: Told = people_of("responsible", commitment, roster)
    if asker is not None:
        told = [(Recipient(asker.email, asker.name, asker.locale), "asker")]
    said = {
        "answer": request.answer,
        "wanted_on": request.new_due_on.isoformat(),
        "wanted_precision": request.new_precision,
        "asked_by": request.by,
        "text": request.answer_reason,
    }
    _tell(act, place, commitment, row, f"answer+{request.id}", told, roster, said)


def tell_verdict(act: Act, place: Place, commitment: Commitment, assessment: Assessment) -> None:
    """Who leads hears what somebody else says of it; what the same organisation said before is overtaken."""
    roster = _roster(place, [commitment], _own_address(act))
    earlier = select(Assessment.id).where(
        Assessment.municipality_id == place.id,
        Assessment.commitment_id == commitment.id,
        Assessment.partner_id.is_not_distinct_from(assessment.partner_id),
        Assessment.id < assessment.id,
    )
    steps = [f"verdict+{assessment_id}" for assessment_id in db.session.scalars(earlier)]
    overtake(place.id, commitment.subject, steps, act.day)
    partner = db.session.get(Partner, assessment.partner_id) if assessment.partner_id else None
    said = {
        "verdict": assessment.verdict,
        "voice": partner.name if partner else None,
        "text": assessment.remark,
    }
    told = people_of("responsible", commitment, roster)
    _tell(act, place, commitment, commitment, f"verdict+{assessment.id}", told, roster, said)


def tell_reply(act: Act, place: Place, commitment: Commitment, assessment: Assessment) -> None:
    """Who gave a verdict hears the reply to it; the organisation, where that person is gone."""
    roster = _roster(place, [commitment], _own_address(act))
    judge = with_part_at(assessment.by_user_id, place.id, assessment.partner_id, act.day)
    told = _voice_of(assessment, commitment, roster)
    if judge is not None:
        told = [(Recipient(judge.email, judge.name, judge.locale), "judge")]
    said = {"verdict": assessment.verdict, "text": assessment.reply}
    _tell(act, place, commitment, commitment, f"reply+{assessment.id}", told, roster, said)


def tell_question(
    act: Act, place: Place, commitments: Sequence[Commitment], number: int, question: str
) -> list[str]:
    """Who leads each of these is asked how it goes; codes of those of which nobody else can be told."""
    roster = _roster(place, commitments, _own_address(act))
    unheard = []
    for commitment in commitments:
        told = list(people_of("responsible", commitment, roster))
        _tell(act, place, commitment, commitment, f"asked+{number}", told, roster, {"text": question})
        if not told:
            unheard.append(commitment.code)
    return unheard


def tell_in_place_of(act: Act, place: Place, address: str) -> None:
    """What was answered or said to somebody who leaves and has not left is told to who is there instead."""
    waiting = spoken_to(place.id, address)
    rows = rows_behind([notice.subject for notice in waiting]) if waiting else {}
    roster = _roster(place, [commitment for _, commitment in rows.values()], address) if rows else Roster()
    for notice in waiting:
        row, commitment = rows[notice.subject]
        told: Told = people_of("responsible", commitment, roster)
        kind, _plus, own_id = notice.step.partition("+")
        if kind == "reply":
            told = _voice_of(db.session.get_one(Assessment, int(own_id)), commitment, roster)
        step = Step(notice.step, kind, notice.struck_on, notice.struck_on)
        raised = [notice_to(who, why, place, row.subject, step, notice.facts) for who, why in told]
        raise_notices(raised, act.at, act.day)


def _tell(
    act: Act,
    place: Place,
    commitment: Commitment,
    row: Commitment | Milestone,
    name: str,
    told: Told,
    roster: Roster,
    said: dict[str, Any],
) -> None:
    step = Step(name, name.partition("+")[0], act.day, act.day)
    # The line speaks of another date than that which stands.
    facts = {**facts_of(row, commitment, step, roster), "due_on": None, "by": act.name, **said}
    raise_notices([notice_to(who, why, place, row.subject, step, facts) for who, why in told], act.at, act.day)


def _voice_of(assessment: Assessment, commitment: Commitment, roster: Roster) -> Told:
    """For whom a verdict speaks: the people of a partner, or who coordinates."""
    if assessment.partner_id is None:
        return people_of("coordinator", commitment, roster)
    add_partners(roster, [assessment.partner_id])
    return [(person, "judge") for person in roster.partners[assessment.partner_id]]


def _roster(place: Place, commitments: Iterable[Commitment], without: str) -> Roster:
    """Who can be told of these commitments of a place, one address left out."""
    roster = roster_of([place.id])
    add_parties(roster, list(commitments))
    for people in (*roster.units.values(), *roster.partners.values(), *roster.coordinators.values()):
        people[:] = [person for person in people if person.address != without]
    return roster


def _own_address(act: Act) -> str:
    user = user_or_none(act.user_id) if act.user_id else None
    return user.email if user else ""


def _is_own(act: Act, user_id: int | None, name: str) -> bool:
    """Whether it was this very person; without accounts the name says so."""
    return act.user_id == user_id and (user_id is not None or act.name == name)
