"""Another lead, other dates or an end for several commitments; each can be taken back as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.agenda.models import Commitment
from tracker.agenda.operations import recount
from tracker.agenda.operations.commitments import milestones_of, open_commitments
from tracker.agenda.operations.dates.giving import give_date
from tracker.agenda.operations.endings import Ending, complete_commitments
from tracker.agenda.operations.leading import Lead, change_leads
from tracker.agenda.operations.reckoning import reckon
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.bulk.keeping import Picture, keep_change, picture_of
from tracker.follow_up.models import BulkChange
from tracker.follow_up.operations.dates import NewDate, checked_date
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place


def give_lead(act: Act, place: Place, codes: Sequence[str], lead: Lead) -> BulkChange:
    """Give open commitments another lead. All of them or none.

    Raises Refused where nothing would change, or one of them has it as co-responsible already.
    """
    before = _before(place, codes)
    changed = change_leads(act, place, codes, lead)
    if not changed:
        raise Refused(fields={"lead": _l("They lead all of these already.")})
    return keep_change(act, place, "lead", before, changed)


def give_dates(act: Act, place: Place, wanted: Mapping[str, NewDate]) -> BulkChange:
    """Give open commitments other dates, by code, each with its reason. All of them or none.

    Who does so decides on dates: each takes effect at once, and its row in the ledger names them twice.
    Raises Refused with a message by code and field ("C-004 due_on"), for all that cannot stand.
    """
    before = _before(place, list(wanted))
    commitments = open_commitments(place.id, list(wanted))
    wrong: dict[str, object] = {}
    by_key = {code.lower(): new for code, new in wanted.items()}
    given: list[tuple[Commitment, NewDate]] = []
    for commitment in commitments:
        new = by_key[commitment.code_key]
        try:
            due_on = checked_date(act, commitment, commitment, new)
        except Refused as refused:
            wrong |= {f"{commitment.code} {name}": message for name, message in refused.fields.items()}
            continue
        given.append((commitment, replace(new, due_on=due_on)))
    if wrong:
        raise Refused(fields=wrong)
    policy = policy_for(place)
    for commitment, new in given:
        assert new.due_on is not None, "checked before"
        old, reason = commitment.due_on, new.reason.strip()
        give_date(act, commitment, new.due_on, new.precision, reason, (act.name, act.day))
        commitment.assistant = act.assistant
        reckon(commitment, milestones_of(commitment), policy)
        said: dict[str, tuple[object, object]] = {"due_on": (old, new.due_on), "reason": (None, reason)}
        record(act, "move_date", place.id, commitment.subject, said)
    recount(place.id, act.day)
    return keep_change(act, place, "dates", before, commitments)


def close_alike(act: Act, place: Place, codes: Sequence[str], ending: Ending) -> BulkChange:
    """Close commitments that ended alike. All of them or none; Refused as for one."""
    before = _before(place, codes)
    return keep_change(act, place, "closing", before, complete_commitments(act, place, codes, ending))


def _before(place: Place, codes: Sequence[str]) -> Picture:
    """What they are, the municipality held; Refused where nothing is ticked."""
    hold(place.id)
    if not codes:
        raise Refused(fields={"codes": _l("Tick at least one commitment.")})
    return picture_of(place.id, open_commitments(place.id, codes))
