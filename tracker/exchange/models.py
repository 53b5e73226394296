"""Sheets on their way into an agenda, and how a municipality's sheets were read before."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, word

#: A person still decides; refused ones can be mended and tried again.
OPEN_STATES = ("draft", "refused")
#: Longer than the largest import takes; whose worker died is taken up by another after it.
LEASE = timedelta(minutes=5)
#: So long after it was taken up a run is unusually slow, or its worker died.
SLOW = timedelta(minutes=1)
STATES = (*OPEN_STATES, "queued", "running", "done", "undone")


class ImportRun(Model):
    """One sheet on its way in: uploaded, decided about step by step, taken in whole, perhaps undone."""

    __tablename__ = "import_run"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        CheckConstraint(f"state in ({', '.join(repr(state) for state in STATES)})", name="state"),
        Index("ix_import_run_state", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: No foreign key: what came in outlives the account.
    user_id: Mapped[int | None] = mapped_column(Key)
    by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Last time somebody decided something about it; an abandoned draft is swept.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What the person calls it, cleaned for showing.
    file_name: Mapped[str] = mapped_column(String(255))
    #: Generated; the only name the file system ever sees.
    stored_name: Mapped[str] = mapped_column(word(80), unique=True)
    #: What the file holds: each sheet with its size and how much it looks like an agenda.
    sheets: Mapped[list[Any]]
    #: As `flask agenda import --mapping` takes it.
    mapping: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(word(), default="draft")
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who is taking it in, and until when the others leave it alone.
    lease: Mapped[str | None] = mapped_column(word(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    #: What came of it, as the import tells it; or why not.
    result: Mapped[dict[str, Any]]
    #: What it made and changed, with the values of before, so that it can be undone; large.
    footprint: Mapped[dict[str, Any]] = mapped_column(deferred=True)

    @property
    def is_open(self) -> bool:
        """Whether a person still decides about it."""
        return self.state in OPEN_STATES

    def is_unheard_at(self, now: datetime) -> bool:
        """Whether it is under way for so long that its worker may have died; another takes it up by itself."""
        return self.state == "running" and self.lease_until is not None and now > self.lease_until - LEASE + SLOW

    @property
    def is_returning(self) -> bool:
        """Whether it is a workbook that left from here: its sheet and its columns are known."""
        return "back" in self.mapping

    @property
    def is_readable(self) -> bool:
        """Whether it is said what its columns hold."""
        return self.is_returning or bool(self.mapping.get("columns"))


class RememberedMapping(Model):
    """How sheets with these captions were read the last time they came in."""

    __tablename__ = "remembered_mapping"

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    #: Of the captions, in their order.
    fingerprint: Mapped[str] = mapped_column(word(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
