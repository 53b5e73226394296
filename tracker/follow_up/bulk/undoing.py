"""Taking back what was changed for several commitments, where nobody has built on it since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.agenda.operations import recount
from tracker.agenda.operations.commitments import address_anew, milestones_of
from tracker.agenda.operations.linked import differing, linked_words
from tracker.agenda.operations.reckoning import reckon, restart
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import NotHere, Refused
from tracker.core.i18n import _l
from tracker.follow_up.bulk.keeping import value_from, values_of
from tracker.follow_up.models import BulkChange
from tracker.notices.operations import unclear, void
from tracker.notices.spoken import take_back
from tracker.territory.models import Partner, Unit
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place

#: Days for which it can be taken back, the day itself not counted.
UNDO_DAYS = 7


@dataclass
class Undone:
    """What taking it back did."""

    #: Codes of what is again as it was.
    back: list[str] = field(default_factory=list)
    #: Codes of what was changed since and stays as it is.
    left: list[str] = field(default_factory=list)


def may_be_undone(change: BulkChange, day: date) -> bool:
    """Whether it stands, and was made lately enough."""
    return change.undone_on == NEVER and day <= change.on + timedelta(days=UNDO_DAYS)


def undo_bulk(act: Act, place: Place, change_id: int) -> Undone:
    """Put commitments back to what they were before; what somebody changed since stays as it is.

    A date that is put back is no slippage: its row in the ledger becomes a correction. A first date stays once its
    day is over: it was promised. Raises Refused where it was taken back already, or too long ago, or nothing is
    left to put back; NotHere for a change of another municipality.
    """
    hold(place.id)
    mine = BulkChange.municipality_id == place.id, BulkChange.id == change_id
    change = db.session.scalar(select(BulkChange).where(*mine).execution_options(populate_existing=True))
    if change is None:
        raise NotHere(change_id)
    if not may_be_undone(change, act.day):
        raise Refused(_l("This cannot be taken back any more."))
    done, policy = Undone(), policy_for(place)
    own = Commitment.municipality_id == place.id, Commitment.id.in_(change.commitment_ids)
    for commitment in db.session.scalars(select(Commitment).where(*own).order_by(Commitment.id)).all():
        milestones = milestones_of(commitment)
        if _is_built_on(act, change, commitment, milestones):
            done.left.append(commitment.code)
            continue
        _take_back(act, change, commitment, milestones)
        reckon(commitment, milestones, policy)
        done.back.append(commitment.code)
    if not done.back:
        raise Refused(_l("All of these were changed since: there is nothing to take back."))
    change.undone_on, change.undone_by = max(act.day, change.on), act.name
    recount(place.id, act.day)
    return done


#: Columns that the trail has words for; the lead is told by its name.
_TOLD = ("due_on", "outcome", "completed_on", "closing_note")


def _changed_rows(
    change: BulkChange, commitment: Commitment, milestones: Sequence[Milestone]
) -> list[Commitment | Milestone]:
    rows: list[Commitment | Milestone] = [commitment, *milestones]
    return [row for row in rows if row.subject in change.changes]


def _is_built_on(act: Act, change: BulkChange, commitment: Commitment, milestones: Sequence[Milestone]) -> bool:
    """Whether it is not any more what the change made of it, or what it was before cannot be again.

    Of a question: whether somebody has read it by now; where not, it is taken back.
    """
    for row in _changed_rows(change, commitment, milestones):
        now = values_of(row)
        if any(now[name] != after for name, (_before, after) in change.changes[row.subject].items()):
            return True
    if change.kind == "asking":
        return not take_back(change.municipality_id, commitment.subject, f"asked+{change.id}")
    own = change.changes[commitment.subject]
    if change.kind in ("lead", "dates") and not commitment.is_open:
        return True
    if "first_due_on" in own and act.day > change.on:
        # The day on which it was promised is over: somebody may have relied on it.
        return True
    due_on = value_from(commitment, "due_on", own.get("due_on", [None])[0])
    if due_on is not None and commitment.start_on is not None and due_on < commitment.start_on:
        return True
    unit_id, partner_id = own.get("unit_id", [None])[0], own.get("partner_id", [None])[0]
    unit_gone = unit_id is not None and db.session.get(Unit, unit_id) is None
    return unit_gone or (partner_id is not None and db.session.get(Partner, partner_id) is None)


def _take_back(act: Act, change: BulkChange, commitment: Commitment, milestones: Sequence[Milestone]) -> None:
    """Put it back, and what was to be said of it; does not reckon."""
    if change.kind == "asking":
        record(act, "undo_bulk", change.municipality_id, commitment.subject, {})
        return
    words, rows = linked_words(commitment), _changed_rows(change, commitment, milestones)
    for row in rows:
        _put_back(act, row, change.changes[row.subject])
    if change.kind == "dates":
        _correct_ledger(act, change, commitment)
    if change.kind == "lead":
        address_anew(act, commitment, milestones)
    else:
        for row in rows:
            void(row.municipality_id, row.subject, "changed", act.day)
            restart(row)
    if change.kind == "closing":
        unclear(change.municipality_id, [row.subject for row in rows])
    commitment.version += 1
    commitment.assistant = act.assistant
    own = change.changes[commitment.subject].items()
    said: dict[str, tuple[object, object]] = {name: (kept[1], kept[0]) for name, kept in own if name in _TOLD}
    said |= differing(words, linked_words(commitment))
    record(act, "undo_bulk", change.municipality_id, commitment.subject, said)


def _put_back(act: Act, row: Commitment | Milestone, changed: dict[str, list[Any]]) -> None:
    row.assistant = act.assistant
    for name, (before, _after) in changed.items():
        setattr(row, name, value_from(row, name, before))


def _correct_ledger(act: Act, change: BulkChange, commitment: Commitment) -> None:
    """The move and its way back both stand in the ledger, and neither is slippage."""
    own = DateChange.municipality_id == change.municipality_id, DateChange.commitment_id == commitment.id
    ours = select(DateChange).where(*own, DateChange.milestone_id.is_(None), DateChange.at == change.at)
    moved = db.session.scalar(ours.order_by(DateChange.id.desc()).limit(1))
    if moved is None:
        # It was its first date.
        return
    moved.is_correction = True
    db.session.add(
        DateChange(
            municipality_id=change.municipality_id,
            commitment_id=commitment.id,
            milestone_id=None,
            old_due_on=moved.new_due_on,
            old_precision=moved.new_precision,
            new_due_on=moved.old_due_on,
            new_precision=moved.old_precision,
            reason=str(_l("taken back")),
            is_correction=True,
            asked_by="",
            asked_on=None,
            by=act.name,
            on=act.day,
            at=act.at,
        )
    )
