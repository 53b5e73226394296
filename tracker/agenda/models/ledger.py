"""What hangs on a commitment: parties, moves of its dates, money, files."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, UtcDateTime, word
from tracker.territory.models import Municipality, Partner, Unit


class Party(Model):
    """Who takes part in a commitment or supports it: a unit, a partner, a member of the association; its part."""

    __tablename__ = "party"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        CheckConstraint(
            "(case when unit_id is null then 0 else 1 end) + (case when partner_id is null then 0 else 1 end)"
            " + (case when member_id is null then 0 else 1 end) = 1",
            name="one_party",
        ),
        CheckConstraint("kind in ('co_responsible', 'supporter')", name="kind"),
        Index("ix_party_commitment", "municipality_id", "commitment_id"),
        Index("ix_party_partner", "partner_id"),
        Index("ix_party_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(word())
    unit_id: Mapped[int | None] = mapped_column(Key)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    part: Mapped[str] = mapped_column(String(300), default="")

    unit: Mapped[Unit | None] = relationship(
        primaryjoin="Party.unit_id == Unit.id", foreign_keys=[unit_id], viewonly=True
    )
    partner: Mapped[Partner | None] = relationship(viewonly=True)
    member: Mapped[Municipality | None] = relationship(viewonly=True)

    @property
    def name(self) -> str:
        """How who takes part is called."""
        who = self.unit or self.partner or self.member
        return who.name if who is not None else ""


class Agreement(Model):
    """What a municipality and a partner agreed on; the partner sees the commitments that serve it."""

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        CheckConstraint("until_on is null or from_on is null or from_on <= until_on", name="from_before_until"),
        Index("ix_agreement_partner", "partner_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    title: Mapped[str] = mapped_column(String(300))
    #: As on the paper.
    number: Mapped[str] = mapped_column(String(100), default="")
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    partner: Mapped[Partner] = relationship(viewonly=True)


class DateChange(Model):
    """One move of a due date: the ledger that keeps slippage honest."""

    __tablename__ = "date_change"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "milestone_id"], ["milestone.municipality_id", "milestone.id"]),
        Index("ix_date_change_commitment", "municipality_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    #: Null where the commitment's own date moved.
    milestone_id: Mapped[int | None] = mapped_column(Key)
    old_due_on: Mapped[date]
    old_precision: Mapped[str] = mapped_column(word())
    new_due_on: Mapped[date | None]
    new_precision: Mapped[str] = mapped_column(word())
    #: What had come in late was brought up to date: no slippage.
    is_correction: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text)
    #: Who asked for it and on which day; "" where who moved it decided alone.
    asked_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    asked_on: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(200))
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Budget(Model):
    """Money of a commitment in a fiscal year from one source; what is not known is null, which is not 0."""

    __tablename__ = "budget"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        UniqueConstraint("municipality_id", "commitment_id", "fiscal_year", "source"),
        CheckConstraint("assigned_minor >= 0", name="assigned"),
        CheckConstraint("current_minor >= 0", name="current"),
        CheckConstraint("executed_minor >= 0", name="executed"),
        CheckConstraint("paid_minor >= 0", name="paid"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    fiscal_year: Mapped[int]
    source: Mapped[str] = mapped_column(String(200), default="")
    #: ISO 4217
    currency: Mapped[str] = mapped_column(word(3))
    #: As first voted, in the currency's smallest unit (cents), as the others are.
    assigned_minor: Mapped[int] = mapped_column(BigInteger)
    #: As it stands after changes of the budget.
    current_minor: Mapped[int | None] = mapped_column(BigInteger)
    #: Owed for what was received.
    executed_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)


class Attachment(Model):
    """A file of a commitment: its signed act, or evidence of an update."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        CheckConstraint("kind in ('act', 'evidence')", name="kind"),
        Index("ix_attachment_commitment", "municipality_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(word())
    #: Generated; the only name the file system ever sees.
    stored_name: Mapped[str] = mapped_column(word(80), unique=True)
    original_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    #: Bytes.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(word(64))
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
