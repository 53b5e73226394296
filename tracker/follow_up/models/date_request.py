"""A new date that somebody asks for, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import NEVER, Key, Model, UtcDateTime, word

_STILL = text(f"answered_on = '{NEVER.isoformat()}'")


class DateRequest(Model):
    """Asked for by who answers for a promise, granted or refused by who coordinates."""

    __tablename__ = "date_request"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "milestone_id"], ["milestone.municipality_id", "milestone.id"]),
        CheckConstraint("answer in ('', 'granted', 'refused', 'withdrawn')", name="answer"),
        CheckConstraint(f"(answer = '') = (answered_on = '{NEVER.isoformat()}')", name="answered"),
        Index("ix_date_request_commitment", "municipality_id", "commitment_id", "id"),
        # One at a time for each date: the second has to wait for the answer to the first.
        Index(
            "ix_date_request_open",
            "municipality_id",
            "subject",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    #: Null where the commitment's own date is to move.
    milestone_id: Mapped[int | None] = mapped_column(Key)
    #: Whose date: `commitment:12`, `milestone:40`.
    subject: Mapped[str] = mapped_column(word(40))
    #: The date that stood when it was asked for; null where there was none.
    old_due_on: Mapped[date | None]
    new_due_on: Mapped[date]
    new_precision: Mapped[str] = mapped_column(word())
    reason: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    #: Who asked for the municipality, by its consent; "" where somebody of its own did.
    assistant: Mapped[str] = mapped_column(String(200), default="")
    #: granted, refused, withdrawn; "" while nobody has answered.
    answer: Mapped[str] = mapped_column(word(), default="")
    #: Local day; NEVER while nobody has answered.
    answered_on: Mapped[date] = mapped_column(default=NEVER)
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    #: Why it was refused.
    answer_reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_on == NEVER
