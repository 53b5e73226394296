"""Two voices: the verdict of somebody else on a commitment, and the municipality's right of reply."""

from sqlalchemy import bindparam, select

from tracker.agenda.models import Commitment
from tracker.agenda.operations.commitments import open_commitment
from tracker.agenda.rules import TEXT_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.models import Assessment, ProgressUpdate
from tracker.follow_up.operations.answering import tell_reply, tell_verdict
from tracker.follow_up.operations.finding import found_on
from tracker.follow_up.rules import VERDICTS
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: Whether somebody reported on it.
_REPORTED = (
    select(ProgressUpdate.id)
    .where(ProgressUpdate.commitment_id == bindparam("commitment"), ProgressUpdate.by_user_id == bindparam("user"))
    .limit(1)
)


def assess_commitment(
    act: Act, place: Place, code: str, verdict: str, remark: str, partner_id: int | None = None
) -> Assessment:
    """Say how far a commitment is, for a partner or (None) the coordination; no clock and no figure changes by it.

    Who leads is told, once. Nobody judges what they closed or reported themselves, and who leads is not the second
    voice. Raises Refused with a message per field.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code, ended_too=True)
    _must_be_another(act, commitment, partner_id)
    wrong: dict[str, object] = {}
    if verdict not in VERDICTS:
        wrong["verdict"] = _l("Choose how far it is.")
    if len(remark) > TEXT_LENGTH:
        wrong["remark"] = _l("At most %(count)s characters.", count=TEXT_LENGTH)
    elif verdict != "complete" and not remark.strip():
        wrong["remark"] = _l("Say in a sentence what is missing.")
    if wrong:
        raise Refused(fields=wrong)
    assessment = Assessment(
        municipality_id=place.id,
        commitment_id=commitment.id,
        partner_id=partner_id,
        verdict=verdict,
        remark=remark.strip(),
        on=act.day,
        at=act.at,
        by=act.name,
        by_user_id=act.user_id,
        reply="",
        reply_by="",
    )
    db.session.add(assessment)
    db.session.flush()
    said: dict[str, tuple[object, object]] = {"verdict": (None, verdict), "text": (None, assessment.remark or None)}
    record(act, "assess", place.id, commitment.subject, said)
    tell_verdict(act, place, commitment, assessment)
    return assessment


def reply_to_assessment(act: Act, place: Place, code: str, assessment_id: int, text: str) -> Assessment:
    """Answer a verdict, once; who gave it is told.

    Raises NotHere for one of another commitment, Refused where it is answered.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code, ended_too=True)
    assessment = found_on(Assessment, commitment, assessment_id)
    if act.user_id and act.user_id == assessment.by_user_id:
        raise Refused(_l("These are your own words: somebody else has to answer them."))
    if assessment.reply:
        raise Refused(_l("This is answered already."))
    if not text.strip():
        raise Refused(fields={"text": _l("Write what the municipality answers.")})
    if len(text) > TEXT_LENGTH:
        raise Refused(fields={"text": _l("At most %(count)s characters.", count=TEXT_LENGTH)})
    assessment.reply, assessment.reply_on, assessment.reply_by = text.strip(), act.day, act.name
    record(act, "reply", place.id, commitment.subject, {"text": (None, assessment.reply)})
    tell_reply(act, place, commitment, assessment)
    return assessment


def _must_be_another(act: Act, commitment: Commitment, partner_id: int | None) -> None:
    if commitment.cancelled_on < NEVER:
        raise Refused(_l("This commitment was dropped."))
    if partner_id is not None and partner_id == commitment.partner_id:
        raise Refused(_l("Your organisation leads this commitment: somebody else has to say how far it is."))
    if commitment.completed_on < NEVER and act.user_id and act.user_id == commitment.closed_by_user_id:
        raise Refused(_l("You closed this commitment yourself: somebody else has to say how far it is."))
    if act.user_id and db.session.scalar(_REPORTED, {"commitment": commitment.id, "user": act.user_id}):
        raise Refused(_l("You reported on this commitment yourself: somebody else has to say how far it is."))
