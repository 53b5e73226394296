"""What was promised, and the days on which its clocks strike."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from tracker.agenda import rules
from tracker.core.db import LONG_AGO, NEVER, Key, Model, UtcDateTime, word
from tracker.territory.models import Partner, Unit


class Thousandths(TypeDecorator[Decimal]):
    """Quantities with up to three decimals, kept as whole thousandths: exact on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        """Decimal to thousandths."""
        return None if value is None else int((Decimal(value) * 1000).to_integral_value())

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Decimal | None:
        """Thousandths to Decimal."""
        return None if value is None else Decimal(value) / 1000


class Dated:
    """Columns that commitments and milestones share: a promise with a date and its clocks."""

    title: Mapped[str] = mapped_column(String(rules.TITLE_LENGTH))
    due_on: Mapped[date | None]
    #: day, month, quarter, half, year: due_on is the last day of that period.
    due_precision: Mapped[str] = mapped_column(word(), default="day")
    #: Written once, with the first date ever given; never overwritten.
    first_due_on: Mapped[date | None]
    #: The local day on which it came into the system.
    entered_on: Mapped[date]
    #: First sign that work goes on; NEVER until then.
    begun_on: Mapped[date] = mapped_column(default=NEVER)
    #: Completed if and only if it has this day; NEVER while open.
    completed_on: Mapped[date] = mapped_column(default=NEVER)
    cancelled_on: Mapped[date] = mapped_column(default=NEVER)
    #: Why cancelled.
    end_reason: Mapped[str] = mapped_column(Text, default="")
    reopened_on: Mapped[date | None]
    #: A sheet said done without saying when.
    completion_not_stated: Mapped[bool] = mapped_column(default=False)
    soon_from: Mapped[date] = mapped_column(default=NEVER)
    overdue_from: Mapped[date] = mapped_column(default=NEVER)
    #: Last day a check looked at it; reset to LONG_AGO when a fact that a step hangs on changes.
    checked_on: Mapped[date] = mapped_column(default=LONG_AGO)
    next_check_on: Mapped[date] = mapped_column(default=NEVER)

    @property
    def is_open(self) -> bool:
        """Neither completed nor cancelled."""
        return self.completed_on == NEVER and self.cancelled_on == NEVER

    @property
    def date_facts(self) -> rules.DateFacts:
        """What the rules of dates need."""
        return rules.DateFacts(self.due_on, self.entered_on, not self.is_open)

    @property
    def slippage_days(self) -> int:
        """Days by which the promise moved from its first date."""
        return rules.slippage_days(self.first_due_on, self.due_on)

    @hybrid_method
    def stage_on(self, day: date) -> Any:
        """not_started, in_progress, completed or cancelled on that day; on the class, the SQL for it."""
        return rules.stage_on(self, day)


def _clock_index(table: str, column: str) -> Index:
    """Partial: only rows whose clock will strike; led by the municipality, as every list is."""
    quiet = text(f"{column} < '{NEVER.isoformat()}'")
    return Index(f"ix_{table}_{column}", "municipality_id", column, postgresql_where=quiet, sqlite_where=quiet)


class Commitment(Dated, Model):
    """Who promises what to whom by when."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        UniqueConstraint("municipality_id", "code_key"),
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        ForeignKeyConstraint(["municipality_id", "action_id"], ["action.municipality_id", "action.id"]),
        CheckConstraint("unit_id is null or partner_id is null", name="one_lead"),
        CheckConstraint("progress between 0 and 100", name="progress"),
        CheckConstraint("due_on is null or start_on is null or start_on <= due_on", name="start_before_due"),
        _clock_index("commitment", "overdue_from"),
        _clock_index("commitment", "soon_from"),
        _clock_index("commitment", "late_step_from"),
        _clock_index("commitment", "next_check_on"),
        Index("ix_commitment_unit", "municipality_id", "unit_id", "due_on"),
        Index("ix_commitment_due_on", "municipality_id", "due_on", "id"),
        Index("ix_commitment_partner", "partner_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: Unique per municipality for ever; as typed.
    code: Mapped[str] = mapped_column(word(40))
    code_key: Mapped[str] = mapped_column(word(40))
    description: Mapped[str] = mapped_column(Text, default="")
    #: Lead: one unit or one partner, or nobody yet.
    unit_id: Mapped[int | None] = mapped_column(Key)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    promised_to: Mapped[str] = mapped_column(String(300), default="")
    action_id: Mapped[int | None] = mapped_column(Key)
    start_on: Mapped[date | None]
    #: Reported percent 0-100; null while nobody has said a figure.
    progress: Mapped[int | None]
    #: Promised amount, what it counts, and what was there before.
    quantity: Mapped[Decimal | None] = mapped_column(Thousandths)
    measure: Mapped[str] = mapped_column(String(100), default="")
    quantity_base: Mapped[Decimal | None] = mapped_column(Thousandths)
    #: Sum of what updates delivered.
    delivered: Mapped[Decimal] = mapped_column(Thousandths, default=Decimal(0))
    outcome: Mapped[str | None] = mapped_column(word())
    closing_note: Mapped[str] = mapped_column(Text, default="")
    last_sign_on: Mapped[date | None]
    #: What must be there before it can begin.
    precondition: Mapped[str] = mapped_column(Text, default="")
    #: What verifies it.
    verification: Mapped[str] = mapped_column(Text, default="")
    #: Signed act: kind (agreement, ordinance…), number, day.
    act_kind: Mapped[str] = mapped_column(String(100), default="")
    act_number: Mapped[str] = mapped_column(String(100), default="")
    act_on: Mapped[date | None]
    #: The instrument it serves: municipal plan, investment register code.
    instrument: Mapped[str] = mapped_column(String(300), default="")
    public: Mapped[bool] = mapped_column(default=False)
    #: Day on which its earliest open milestone is late; NEVER when none will be.
    late_step_from: Mapped[date] = mapped_column(default=NEVER)
    #: Raised by every edit of what a person typed; travels in forms.
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship(
        primaryjoin="Commitment.unit_id == Unit.id", foreign_keys=[unit_id], viewonly=True
    )
    partner: Mapped[Partner | None] = relationship(viewonly=True)
    milestones: Mapped[list["Milestone"]] = relationship(
        order_by="Milestone.due_on, Milestone.id",
        primaryjoin="Commitment.id == foreign(Milestone.commitment_id)",
        viewonly=True,
    )

    @property
    def subject(self) -> str:
        """How notices and the trail name it."""
        return f"commitment:{self.id}"

    @hybrid_method
    def worst_clock_on(self, day: date) -> Any:
        """overdue, late_step, due_soon or quiet on that day; on the class, the SQL for it."""
        return rules.worst_clock_on(self, day)


class Milestone(Dated, Model):
    """A dated step of a commitment; its lead is the commitment's."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        CheckConstraint("weight >= 0", name="weight"),
        _clock_index("milestone", "overdue_from"),
        _clock_index("milestone", "soon_from"),
        _clock_index("milestone", "next_check_on"),
        Index("ix_milestone_commitment", "municipality_id", "commitment_id"),
        Index("ix_milestone_commitment_only", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    #: Code from a sheet, so that the same row updates; unique within the commitment where given.
    code: Mapped[str] = mapped_column(word(40), default="")
    weight: Mapped[int] = mapped_column(default=1)

    commitment: Mapped[Commitment] = relationship(
        primaryjoin="Commitment.id == foreign(Milestone.commitment_id)", viewonly=True
    )

    @property
    def subject(self) -> str:
        """How notices and the trail name it."""
        return f"milestone:{self.id}"


class Party(Model):
    """A co-responsible or supporter of a commitment, with its part."""

    __tablename__ = "party"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        CheckConstraint("(unit_id is null) <> (partner_id is null)", name="one_party"),
        CheckConstraint("kind in ('co_responsible', 'supporter')", name="kind"),
        Index("ix_party_commitment", "municipality_id", "commitment_id"),
        Index("ix_party_partner", "partner_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(word())
    unit_id: Mapped[int | None] = mapped_column(Key)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    part: Mapped[str] = mapped_column(String(300), default="")

    unit: Mapped[Unit | None] = relationship(
        primaryjoin="Party.unit_id == Unit.id", foreign_keys=[unit_id], viewonly=True
    )
    partner: Mapped[Partner | None] = relationship(viewonly=True)


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
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Budget(Model):
    """Money assigned to a commitment in a fiscal year from one source."""

    __tablename__ = "budget"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        UniqueConstraint("municipality_id", "commitment_id", "fiscal_year", "source"),
        CheckConstraint("assigned_minor >= 0", name="assigned"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    fiscal_year: Mapped[int]
    source: Mapped[str] = mapped_column(String(200), default="")
    #: ISO 4217
    currency: Mapped[str] = mapped_column(word(3))
    #: In the currency's smallest unit (cents).
    assigned_minor: Mapped[int] = mapped_column(BigInteger)


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


class Watch(Model):
    """What the tick needs to know of one municipality's agenda: one row beside the municipality."""

    __tablename__ = "watch"
    __table_args__ = (
        Index(
            "ix_watch_next_check_on",
            "next_check_on",
            postgresql_where=text("next_check_on < '9999-12-31'"),
            sqlite_where=text("next_check_on < '9999-12-31'"),
        ),
    )

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    #: Earliest next_check_on of its rows.
    next_check_on: Mapped[date] = mapped_column(default=NEVER)
    #: Latest local day a check was made; an earlier day raises nothing.
    checked_on: Mapped[date] = mapped_column(default=LONG_AGO)
    #: Local day of the last recount.
    counted_on: Mapped[date] = mapped_column(default=LONG_AGO)
    #: Policy version its clocks were reckoned under.
    policy_version: Mapped[int] = mapped_column(default=0)
    #: Highest automatic code given out.
    last_number: Mapped[int] = mapped_column(default=0)


class Standing(Model):
    """Counts of a municipality's agenda over a span of days; a new row only when a count changes."""

    __tablename__ = "standing"
    __table_args__ = (
        UniqueConstraint("municipality_id", "from_on"),
        Index(
            "ix_standing_now",
            "municipality_id",
            unique=True,
            postgresql_where=text("until_on = '9999-12-31'"),
            sqlite_where=text("until_on = '9999-12-31'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: Holds on day d where from_on <= d < until_on.
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(default=NEVER)
    open_count: Mapped[int] = mapped_column(default=0)
    overdue_count: Mapped[int] = mapped_column(default=0)
    #: Own date good, a milestone late.
    late_step_count: Mapped[int] = mapped_column(default=0)
    #: Not overdue, due within the policy's days.
    due_soon_count: Mapped[int] = mapped_column(default=0)
    #: Open without any date.
    undated_count: Mapped[int] = mapped_column(default=0)
    completed_count: Mapped[int] = mapped_column(default=0)
    #: Of the completed: fulfilled by the first promised date.
    on_time_count: Mapped[int] = mapped_column(default=0)
    cancelled_count: Mapped[int] = mapped_column(default=0)
    #: Latest sign of life on any commitment.
    last_sign_on: Mapped[date | None]


STANDING_COUNTS = (
    "open_count",
    "overdue_count",
    "late_step_count",
    "due_soon_count",
    "undated_count",
    "completed_count",
    "on_time_count",
    "cancelled_count",
    "last_sign_on",
)
