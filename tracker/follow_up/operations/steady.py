"""Nothing new, still on course: a sign of life for several commitments at once."""

from collections.abc import Sequence

from sqlalchemy import func, select

from tracker.agenda.models import Commitment
from tracker.agenda.operations import note_signs, recount
from tracker.agenda.operations.commitments import open_commitments
from tracker.agenda.rules import TEXT_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.models import ProgressUpdate
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def report_steady(act: Act, place: Place, codes: Sequence[str], sentence: str = "") -> int:
    """Report on open commitments that all goes as planned; how many. All of them or none.

    Where that was the newest report already a sentence is needed: Refused names those. NotHere for an unknown code.
    """
    hold(place.id)
    commitments = open_commitments(place.id, codes)
    wrong: dict[str, object] = {}
    already = _steady_already([one.id for one in commitments])
    again = [one.code for one in commitments if one.id in already]
    if not commitments:
        wrong["codes"] = _l("Tick at least one commitment.")
    if len(sentence) > TEXT_LENGTH:
        wrong["sentence"] = _l("At most %(count)s characters.", count=TEXT_LENGTH)
    elif again and not sentence.strip():
        wrong["sentence"] = _l(
            "The last report was this one already: say in a sentence how it goes (%(codes)s).",
            codes=", ".join(again),
        )
    if wrong:
        raise Refused(fields=wrong)
    for commitment in commitments:
        _report(act, place, commitment, sentence.strip())
    note_signs(act, place, commitments)
    recount(place.id, act.day)
    return len(commitments)


def _report(act: Act, place: Place, commitment: Commitment, sentence: str) -> None:
    db.session.add(
        ProgressUpdate(
            municipality_id=place.id,
            commitment_id=commitment.id,
            assistant=act.assistant,
            on=act.day,
            at=act.at,
            text=sentence,
            steady=True,
            by=act.name,
            by_user_id=act.user_id,
        )
    )
    record(act, "report_steady", place.id, commitment.subject, {"text": (None, sentence or None)})


def _steady_already(ids: Sequence[int]) -> set[int]:
    """Of these commitments those whose newest report, on milestones too, said the same."""
    newest = select(func.max(ProgressUpdate.id)).where(ProgressUpdate.commitment_id.in_(ids))
    newest = newest.group_by(ProgressUpdate.commitment_id)
    steady = select(ProgressUpdate.commitment_id).where(ProgressUpdate.id.in_(newest), ProgressUpdate.steady)
    return set(db.session.scalars(steady))
