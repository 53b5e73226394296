"""What was brought in today rests: its mails leave on another day."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from tracker.audit.models import AuditEntry
from tracker.notices.models import Notice


def came_in_on(day: date) -> ColumnElement[bool]:
    """A condition on Notice: what it is about was made or changed on this local day by an import of the pages.

    An import by command is no such thing: it cannot be undone, and whoever gives commands says when mails leave.
    """
    here = (
        AuditEntry.municipality_id == Notice.municipality_id,
        AuditEntry.door == "import",
        AuditEntry.day >= day,
    )
    # Two questions, as each has its own index.
    return or_(
        select(AuditEntry.id).where(*here, AuditEntry.subject == Notice.subject).correlate(Notice).exists(),
        select(AuditEntry.id).where(*here, AuditEntry.part == Notice.subject).correlate(Notice).exists(),
    )
