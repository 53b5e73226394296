"""Notes for ourselves."""

from tracker.agenda.operations.commitments import open_commitment
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.follow_up.models import InternalNote
from tracker.territory.queries import hold
from tracker.territory.rules import Place


def add_note(act: Act, place: Place, code: str, text: str) -> InternalNote:
    """Write a note on a commitment, draft or ended too; no sign of life. Refused where it says nothing."""
    hold(place.id)
    commitment = open_commitment(place.id, code, ended_too=True, draft_too=True)
    if not text.strip():
        raise Refused(fields={"text": _l("Write the note.")})
    note = InternalNote(
        municipality_id=place.id,
        commitment_id=commitment.id,
        at=act.at,
        by=act.name,
        by_user_id=act.user_id,
        text=text.strip(),
    )
    db.session.add(note)
    db.session.flush()
    # What it says is in no trail: that is read outside the municipality too.
    record(act, "note", place.id, f"note:{note.id}", {"commitment": (None, commitment.code)})
    return note
