"""What somebody else than who reports says of a commitment, and the answer to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, UtcDateTime, word
from tracker.territory.models import Partner


class Assessment(Model):
    """One verdict: never changed afterwards; the newest of each organisation speaks for it."""

    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        CheckConstraint(
            "verdict in ('no_evidence', 'not_started', 'limited', 'substantial', 'complete')", name="verdict"
        ),
        CheckConstraint("(reply = '') = (reply_on is null)", name="reply"),
        Index("ix_assessment_commitment", "municipality_id", "commitment_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    #: The organisation that says so; null for the coordination of the municipality itself.
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    verdict: Mapped[str] = mapped_column(word())
    remark: Mapped[str] = mapped_column(Text, default="")
    #: Local day.
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    #: What the municipality answers; "" while it has not.
    reply: Mapped[str] = mapped_column(Text, default="")
    reply_on: Mapped[date | None]
    reply_by: Mapped[str] = mapped_column(String(200), default="")

    partner: Mapped[Partner | None] = relationship(viewonly=True)
