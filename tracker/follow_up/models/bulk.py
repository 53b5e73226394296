"""What was changed for several commitments in one go."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import NEVER, Key, Model, UtcDateTime, word


class BulkChange(Model):
    """Several commitments changed in one go, with what each was before: it can be taken back."""

    __tablename__ = "bulk_change"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        CheckConstraint("kind in ('lead', 'dates', 'closing', 'asking')", name="kind"),
        CheckConstraint('"on" <= undone_on', name="undone"),
        Index("ix_bulk_change_place", "municipality_id", "on", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    kind: Mapped[str] = mapped_column(word())
    #: Local day.
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    #: Subject (`commitment:12`, `milestone:40`) → column → [before, after]. Written once and read whole.
    changes: Mapped[dict[str, Any]]
    #: Local day on which it was taken back; NEVER while it stands.
    undone_on: Mapped[date] = mapped_column(default=NEVER)
    undone_by: Mapped[str] = mapped_column(String(200), default="")

    @property
    def commitment_ids(self) -> list[int]:
        """The commitments it changed, in their order."""
        return [int(key.partition(":")[2]) for key in self.changes if key.startswith("commitment:")]
