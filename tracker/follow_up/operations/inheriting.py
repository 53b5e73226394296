"""What a new authority decides about commitments that it inherited; and telling that a term ends soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.agenda.models import Commitment
from tracker.agenda.operations import cancel_commitment, recount
from tracker.agenda.operations.commitments import milestones_of
from tracker.agenda.operations.dates.giving import give_date
from tracker.agenda.operations.reckoning import reckon
from tracker.agenda.rules import TEXT_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.models import Inheritance, TermNotice
from tracker.follow_up.queries.inheriting import undecided
from tracker.post.operations import post_mails
from tracker.territory.governing import term_row, terms_of
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import LAST_DAY, Place
from tracker.territory.terms import Term, ends_soon, term_on

#: Verbs of the trail by what was decided.
VERBS = {"taken_over": "take_over", "renegotiated": "renegotiate", "closed": "close_inherited"}
TERM_ENDS = "term_ends"
#: Commitments asked for in one statement.
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Decision:
    """What becomes of one inherited commitment."""

    #: taken_over, renegotiated or closed
    how: str
    #: The new due date where it is renegotiated.
    on: date | None = None
    #: Why, for all but what is taken over as it is.
    reason: str = ""


def decide_inherited(act: Act, place: Place, decisions: Mapping[int, Decision]) -> int:
    """Write down decisions about inherited commitments, by id; how many. All of them or none.

    A new date is a move like any other: the first promised date stays. What was decided, ended or made a draft
    meanwhile is left as it is. Raises Refused with a message by id and field ("12 on"), or where no term runs.
    """
    hold(place.id)
    term = term_on(terms_of(place.id), act.day)
    if term is None:
        raise Refused(_l("No term of office runs today. Write it down first."))
    wrong = {i: fault for i, decision in decisions.items() if (fault := _fault(act, decision))}
    if wrong:
        raise Refused(fields={f"{i} {name}": message for i, (name, message) in wrong.items()})
    ids, count = sorted(decisions), 0
    for start in range(0, len(ids), _AT_ONCE):
        mine = Commitment.id.in_(ids[start : start + _AT_ONCE])
        statement = select(Commitment).where(mine, *undecided(place.id, term)).order_by(Commitment.id)
        for row in db.session.scalars(statement).all():
            _decide(act, place, term, row, decisions[row.id])
            count += 1
    if count:
        recount(place.id, act.day)
    db.session.flush()
    return count


def tell_that_term_ends(place: Place, term_id: int, user_id: int, day: date, at: datetime) -> bool:
    """Write to a coordinator that the term ends within 90 days, once for each last day; whether it was done."""
    hold(place.id)
    term = term_row(place.id, term_id).as_plain()
    known = select(TermNotice.id).where(
        TermNotice.term_id == term.id, TermNotice.user_id == user_id, TermNotice.ends_on == term.ends_on
    )
    if not ends_soon(term, day) or db.session.scalar(known) is not None:
        return False
    notice = TermNotice(term_id=term.id, user_id=user_id, ends_on=term.ends_on)
    db.session.add(notice)
    db.session.flush()
    post_mails(TERM_ENDS, [(notice.id, db.session.get_one(User, user_id).email)], at)
    return True


def _decide(act: Act, place: Place, term: Term, row: Commitment, decision: Decision) -> None:
    changes: dict[str, tuple[object, object]] = {"authority": (None, term.authority)}
    if decision.how == "renegotiated":
        assert decision.on is not None, "checked before"
        changes["due_on"] = (row.due_on, decision.on)
        _renegotiate(act, place, row, decision.on, decision.reason)
    elif decision.how == "closed":
        cancel_commitment(act, place, row.code, decision.reason)
    if decision.how != "taken_over":
        changes["reason"] = (None, decision.reason.strip())
    db.session.add(
        Inheritance(
            municipality_id=place.id,
            commitment_id=row.id,
            term_id=term.id,
            how=decision.how,
            reason=decision.reason.strip(),
            on=act.day,
            at=act.at,
            by=act.name,
            by_user_id=act.user_id,
        )
    )
    record(act, VERBS[decision.how], place.id, row.subject, changes)


def _fault(act: Act, decision: Decision) -> tuple[str, object] | None:
    """What cannot stand in a decision: the field, and why."""
    if decision.how not in VERBS:
        return "how", _l("Choose what becomes of it.")
    if decision.how == "renegotiated" and (decision.on is None or not act.day <= decision.on <= LAST_DAY):
        return "on", _l("Give the new date, today at the earliest.")
    if decision.how != "renegotiated" and decision.on is not None:
        return "on", _l("Only what is renegotiated has a new date. Choose that, or leave the date empty.")
    if decision.how != "taken_over" and not decision.reason.strip():
        return "reason", _l("Say in a few words why.")
    if len(decision.reason) > TEXT_LENGTH:
        return "reason", _l("At most %(count)s characters.", count=TEXT_LENGTH)
    return None


def _renegotiate(act: Act, place: Place, row: Commitment, due_on: date, reason: str) -> None:
    give_date(act, row, due_on, "day", reason)
    reckon(row, milestones_of(row), policy_for(place))
