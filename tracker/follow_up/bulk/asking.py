"""Asking those who lead several commitments how it goes; and taking the question back before it has left."""

from collections.abc import Sequence

from tracker.agenda.operations.commitments import open_commitments
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.bulk.keeping import keep_change
from tracker.follow_up.models import BulkChange
from tracker.follow_up.operations.answering import tell_question
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: Characters of the question.
LONGEST = 500


def ask_how_it_goes(act: Act, place: Place, codes: Sequence[str], question: str) -> BulkChange:
    """Ask who leads each of these open commitments, with the next mail; a report before that ends the question.

    No sign of life: nobody has answered yet. Raises Refused where nothing is ticked, the question is too long, or
    nobody can be told of some of them: it names those.
    """
    hold(place.id)
    commitments = open_commitments(place.id, codes)
    if not commitments:
        raise Refused(fields={"codes": _l("Tick at least one commitment.")})
    if len(question) > LONGEST:
        raise Refused(fields={"question": _l("At most %(count)s characters.", count=LONGEST)})
    change = keep_change(act, place, "asking", {}, commitments)
    unheard = tell_question(act, place, commitments, change.id, question.strip())
    for commitment in commitments:
        asked: dict[str, tuple[object, object]] = {"text": (None, question.strip() or None)}
        record(act, "ask_news", place.id, commitment.subject, asked)
    if unheard:
        wrong = _l("Nobody but you can be told of these; leave them out: %(codes)s.", codes=", ".join(unheard))
        raise Refused(fields={"codes": wrong})
    return change
