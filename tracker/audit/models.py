"""What is kept of every change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, word


@dataclass(frozen=True)
class Act:
    """Who acts, when and through which door; every operation takes one, none reads the time itself."""

    #: None for the system itself (a scheduled check, an import without a person).
    user_id: int | None
    name: str
    #: page, command, job
    door: str
    at: datetime
    #: The municipality's own calendar day at that instant.
    day: date


class AuditEntry(Model):
    """One change to one thing, as key and values; shown as a sentence in the reader's language."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "municipality_id", "subject", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    #: No foreign key: the trail outlives the account.
    user_id: Mapped[int | None] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(200))
    door: Mapped[str] = mapped_column(word())
    #: create, edit, complete, cancel, reopen, report, move_date, add, import …
    verb: Mapped[str] = mapped_column(word(40))
    #: `commitment:12`, `milestone:40`
    subject: Mapped[str] = mapped_column(word(60))
    #: {field: [before, after]} with plain JSON values; days as ISO text.
    changes: Mapped[dict[str, Any]]


class Submission(Model):
    """A creating form that has been taken in: its second click becomes a redirect to what the first one made."""

    __tablename__ = "submission"

    #: The form's own id together with who sent it, hashed.
    form_id: Mapped[str] = mapped_column(word(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(Key)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Path on this site.
    result_url: Mapped[str] = mapped_column(String(500))
