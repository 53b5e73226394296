"""What is in the way of a commitment: saying it, and saying that it is cleared."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from tracker.agenda.models import Commitment
from tracker.agenda.operations import note_signs, recount
from tracker.agenda.operations.commitments import milestones_of, open_commitment
from tracker.agenda.operations.reckoning import reckon, restart
from tracker.agenda.rules import TEXT_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.core.mail.letters import is_address
from tracker.follow_up.models import Obstacle
from tracker.follow_up.operations.finding import found_on
from tracker.follow_up.rules import LEVELS, OBSTACLE_KINDS
from tracker.territory.models import Partner
from tracker.territory.queries import hold, policy_for, unit_of
from tracker.territory.rules import ADDRESS_LENGTH, FIRST_DAY, NAME_LENGTH, Place


@dataclass(frozen=True)
class InTheWay:
    """What is in the way, since when, and who can clear it: a unit, a partner, somebody elsewhere."""

    kind: str
    needed: str
    since_on: date | None
    unit_id: int | None = None
    partner_id: int | None = None
    #: state, national, court, company or other; then with a name.
    level: str = ""
    clearer_name: str = ""
    clearer_email: str = ""


def report_obstacle(act: Act, place: Place, code: str, facts: InTheWay) -> Obstacle:
    """Write down what is in the way of an open commitment: a sign of life, and it is blocked since that day.

    Raises Refused with a message per field; NotHere where unit or partner are not of this place.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    wrong = _faults(act, facts)
    if wrong:
        raise Refused(fields=wrong)
    who = _clearer(place, facts)
    assert facts.since_on is not None, "checked before"
    obstacle = Obstacle(
        municipality_id=place.id,
        commitment_id=commitment.id,
        kind=facts.kind,
        needed=facts.needed.strip(),
        unit_id=facts.unit_id,
        partner_id=facts.partner_id,
        level=facts.level or None,
        clearer_name=facts.clearer_name.strip(),
        clearer_email=facts.clearer_email.strip(),
        since_on=facts.since_on,
        opened_on=act.day,
        at=act.at,
        by=act.name,
        by_user_id=act.user_id,
        assistant=act.assistant,
        cleared_on=NEVER,
    )
    db.session.add(obstacle)
    said: dict[str, tuple[object, object]] = {
        "needed": (None, obstacle.needed),
        "clearer": (None, who),
        "since_on": (None, obstacle.since_on),
    }
    _settle(act, place, commitment, "report_obstacle", said)
    return obstacle


def clear_obstacle(act: Act, place: Place, code: str, obstacle_id: int, how: str) -> Obstacle:
    """Write down how an obstacle of an open commitment was cleared: a sign of life, and the clocks begin anew.

    Raises NotHere where the commitment has no such obstacle, Refused where it is cleared or nothing is said.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    obstacle = found_on(Obstacle, commitment, obstacle_id)
    if not obstacle.is_open:
        raise Refused(_l("This is cleared already."))
    if not how.strip():
        raise Refused(fields={"how": _l("Say in a sentence how it was cleared.")})
    if len(how) > TEXT_LENGTH:
        raise Refused(fields={"how": _l("At most %(count)s characters.", count=TEXT_LENGTH)})
    # Where the calendar day ran back meanwhile, it was in the way for no day at all.
    obstacle.cleared_on = max(act.day, obstacle.opened_on)
    obstacle.cleared_by, obstacle.cleared_how = act.name, how.strip()
    said: dict[str, tuple[object, object]] = {
        "needed": (obstacle.needed, None),
        "cleared_how": (None, obstacle.cleared_how),
    }
    _settle(act, place, commitment, "clear_obstacle", said)
    return obstacle


def _settle(
    act: Act, place: Place, commitment: Commitment, verb: str, said: dict[str, tuple[object, object]]
) -> None:
    db.session.flush()
    commitment.assistant = act.assistant
    before = commitment.blocked_on
    commitment.blocked_on = db.session.scalar(
        select(func.min(Obstacle.since_on)).where(
            Obstacle.municipality_id == place.id,
            Obstacle.commitment_id == commitment.id,
            Obstacle.cleared_on == NEVER,
        )
    )
    note_signs(act, place, [commitment], begun=False)
    if commitment.blocked_on not in (None, before):
        # It may be in the way since a day that was checked already: the next check looks at it all the same.
        restart(commitment)
        reckon(commitment, milestones_of(commitment), policy_for(place))
    recount(place.id, act.day)
    record(act, verb, place.id, commitment.subject, said)


def _faults(act: Act, facts: InTheWay) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if facts.kind not in OBSTACLE_KINDS:
        wrong["kind"] = _l("Choose what kind of obstacle it is.")
    if not facts.needed.strip():
        wrong["needed"] = _l("Say what is needed.")
    elif len(facts.needed) > TEXT_LENGTH:
        wrong["needed"] = _l("At most %(count)s characters.", count=TEXT_LENGTH)
    if facts.since_on is None or not FIRST_DAY <= facts.since_on <= act.day:
        wrong["since_on"] = _l("Give the day since which it is in the way, today at the latest.")
    if sum(map(bool, (facts.unit_id, facts.partner_id, facts.level))) > 1:
        wrong["clearer"] = _l("Choose one who can clear it.")
    elif facts.level and facts.level not in LEVELS:
        wrong["clearer"] = _l("Choose who can clear it.")
    return wrong or _name_faults(facts)


def _name_faults(facts: InTheWay) -> dict[str, object]:
    """Somebody elsewhere has a name; nobody else is given one by hand."""
    name, email = facts.clearer_name.strip(), facts.clearer_email.strip()
    wrong: dict[str, object] = {}
    if facts.level and not name:
        wrong["clearer_name"] = _l("Say who can clear it.")
    elif len(name) > NAME_LENGTH:
        wrong["clearer_name"] = _l("At most %(count)s characters.", count=NAME_LENGTH)
    elif name and not facts.level:
        wrong["clearer_name"] = _l("Leave this empty, or choose where they work.")
    if email and (not facts.level or len(email) > ADDRESS_LENGTH or not is_address(email)):
        wrong["clearer_email"] = _l("Give a mail address, for somebody outside the municipality only.")
    return wrong


def _clearer(place: Place, facts: InTheWay) -> str | None:
    """Name of who can clear it, for the trail."""
    if facts.unit_id:
        return unit_of(place.id, facts.unit_id).name
    if facts.partner_id:
        partner = db.session.get(Partner, facts.partner_id)
        if partner is None:
            raise NotHere(facts.partner_id)
        return partner.name
    return facts.clearer_name.strip() or None
