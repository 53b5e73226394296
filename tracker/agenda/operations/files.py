"""Rows of files that already lie whole on the disk."""

from tracker.agenda.models import Attachment, Commitment
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.storage import StoredFile


def attach(act: Act, commitment: Commitment, kind: str, file: StoredFile) -> Attachment:
    """Hang a stored file on a commitment: `act` (the signed one) or `evidence`."""
    attachment = Attachment(
        municipality_id=commitment.municipality_id,
        commitment_id=commitment.id,
        kind=kind,
        stored_name=file.stored_name,
        original_name=file.original_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        added_by=act.name,
        added_at=act.at,
    )
    db.session.add(attachment)
    db.session.flush()
    record(act, "attach", commitment.municipality_id, commitment.subject, {"file": (None, file.original_name)})
    return attachment
