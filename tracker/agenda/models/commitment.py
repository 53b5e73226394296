"""Commitment and milestone: who promises what to whom by when."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agenda import rules
from tracker.agenda.models.dated import Dated, Thousandths, clock_index
from tracker.core.db import LONG_AGO, NEVER, Key, Model, UtcDateTime, word
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Policy


class Commitment(Dated, Model):
    """Who promises what to whom by when."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        UniqueConstraint("municipality_id", "code_key"),
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        ForeignKeyConstraint(["municipality_id", "action_id"], ["action.municipality_id", "action.id"]),
        CheckConstraint("unit_id is null or partner_id is null", name="one_lead"),
        ForeignKeyConstraint(["municipality_id", "agreement_id"], ["agreement.municipality_id", "agreement.id"]),
        CheckConstraint("progress between 0 and 100", name="progress"),
        CheckConstraint("due_on is null or start_on is null or start_on <= due_on", name="start_before_due"),
        clock_index("commitment", "overdue_from"),
        clock_index("commitment", "soon_from"),
        CheckConstraint(
            "(suspended_from is null and suspended_until is null) or suspended_from <= suspended_until",
            name="suspended",
        ),
        clock_index("commitment", "late_step_from"),
        clock_index("commitment", "behind_from"),
        clock_index("commitment", "silent_from"),
        clock_index("commitment", "blocked_from"),
        clock_index("commitment", "next_check_on"),
        Index("ix_commitment_unit", "municipality_id", "unit_id", "due_on"),
        Index("ix_commitment_due_on", "municipality_id", "due_on", "id"),
        Index("ix_commitment_partner", "partner_id"),
        Index("ix_commitment_agreement", "agreement_id"),
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
    #: Not promised yet: seen inside the municipality alone, watched by no clock, counted nowhere.
    draft: Mapped[bool] = mapped_column(default=False)
    #: The agreement with a partner that it serves: the partner sees it.
    agreement_id: Mapped[int | None] = mapped_column(Key)
    #: Where it was promised before: `mx-15033/C-012`, of a municipality that closed or was divided; "" for its own.
    origin: Mapped[str] = mapped_column(word(90), default="", server_default="")
    #: Where it is promised since: then it ended here without being dropped.
    passed_to: Mapped[str] = mapped_column(word(90), default="", server_default="")
    #: What its date hangs on (a transfer, a permit), and how many days after that it is due.
    condition: Mapped[str] = mapped_column(String(300), default="", server_default="")
    condition_days: Mapped[int | None]
    #: The day on which that was there; its due date follows from it.
    condition_met_on: Mapped[date | None]
    #: Whether it can only be completed once a file or a link shows it; and the latest day on which one was given.
    evidence_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    evidence_on: Mapped[date | None]
    #: When and by whom it was closed; null while it is open, and where a sheet brought it in as done.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_user_id: Mapped[int | None] = mapped_column(Key)
    #: Day on which its earliest open milestone is late; NEVER when none will be.
    late_step_from: Mapped[date] = mapped_column(default=NEVER)
    #: Since when the earliest obstacle that is still open is in the way.
    blocked_on: Mapped[date | None]
    #: The latest suspension, first and last day, and why; it may be over.
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    suspended_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Days on which it becomes too slow, silent, blocked; NEVER where it does not.
    behind_from: Mapped[date] = mapped_column(default=NEVER, server_default=NEVER.isoformat())
    silent_from: Mapped[date] = mapped_column(default=NEVER, server_default=NEVER.isoformat())
    blocked_from: Mapped[date] = mapped_column(default=NEVER, server_default=NEVER.isoformat())
    #: How it recurs, as `rules.Pattern` writes it; "" where it does not. One value, read and written whole: nothing
    #: ever asks the database for a part of it.
    recurs: Mapped[str] = mapped_column(word(80), default="", server_default="")
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

    @property
    def is_watched(self) -> bool:
        """Whether its clocks count."""
        return self.is_open and not self.draft

    @property
    def is_kept_on_time(self) -> bool:
        """Fulfilled by its first promised date, on a day that was stated."""
        first = self.first_due_on
        stated = self.outcome == "fulfilled" and not self.completion_not_stated
        return stated and first is not None and self.completed_on <= first

    @property
    def waits_for_condition(self) -> bool:
        """Whether it has no date because what that hangs on is not there yet."""
        return bool(self.condition) and self.due_on is None and self.condition_met_on is None

    def follow_facts(self, milestones: Iterable["Milestone"] = ()) -> rules.FollowFacts:
        """What the rules of pace, silence and obstacles need; pace without a figure needs its milestones."""
        figure = rules.progress_of(self.quantity, self.delivered) if self.quantity else self.progress
        return rules.FollowFacts(
            entered_on=self.entered_on,
            ended=not self.is_watched,
            start_on=self.start_on,
            due_on=self.due_on,
            last_sign_on=self.last_sign_on,
            reopened_on=self.reopened_on,
            figure=figure,
            steps=[
                rules.StepFacts(m.due_on, m.weight, m.completed_on < NEVER)
                for m in milestones
                if m.cancelled_on == NEVER
            ],
            blocked_on=self.blocked_on,
            suspended_until=self.suspended_until,
        )

    def struck(self, policy: Policy) -> rules.FollowClocks:
        """The clocks as they are stored, for their ladders."""
        dates = self.date_facts
        rests = rules.arrived_late(dates) and self.sorted_on is None
        return rules.FollowClocks(
            self.behind_from,
            self.silent_from,
            self.blocked_from,
            silence_days=rules.silence_days(self.follow_facts(), policy),
            rests_until=rules.rests_until(dates, policy) if rests else LONG_AGO,
            undated_from=self.entered_on if self.is_watched and self.due_on is None else NEVER,
            reported_on=max(self.last_sign_on or LONG_AGO, self.reopened_on or LONG_AGO),
        )

    def ladders(self, policy: Policy) -> list[Iterator[rules.Step]]:
        """Those of its date, of obstacles, of silence and of pace."""
        return [*super().ladders(policy), *rules.follow_ladders(self.struck(policy), policy)]

    def is_suspended_on(self, day: date) -> bool:
        """Whether pace and silence rest on that day."""
        from_on, until_on = self.suspended_from, self.suspended_until
        return from_on is not None and until_on is not None and from_on <= day <= until_on

    @hybrid_method
    def worst_clock_on(self, day: date) -> Any:
        """overdue, blocked, late_step, silent, behind, due_soon or quiet on that day; on the class, the SQL."""
        return rules.worst_clock_on(self, day)


class Milestone(Dated, Model):
    """A dated step of a commitment; its lead is the commitment's."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        UniqueConstraint("municipality_id", "commitment_id", "occurs_on"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint(f"not not_held or cancelled_on < '{NEVER.isoformat()}'", name="not_held"),
        clock_index("milestone", "overdue_from"),
        clock_index("milestone", "soon_from"),
        clock_index("milestone", "next_check_on"),
        Index("ix_milestone_commitment", "municipality_id", "commitment_id"),
        Index("ix_milestone_commitment_only", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    #: Code from a sheet, so that the same row updates; unique within the commitment where given.
    code: Mapped[str] = mapped_column(word(40), default="")
    weight: Mapped[int] = mapped_column(default=1)
    #: The day of the pattern that made it, whatever its date is moved to; null for what does not recur. On the
    #: milestone itself, so that the unique key keeps two who make them at once from making one twice.
    occurs_on: Mapped[date | None]
    #: It was to recur on that day and was not held: cancelled, and counted all the same.
    not_held: Mapped[bool] = mapped_column(default=False, server_default=false())

    commitment: Mapped[Commitment] = relationship(
        primaryjoin="Commitment.id == foreign(Milestone.commitment_id)", viewonly=True
    )

    @property
    def subject(self) -> str:
        """How notices and the trail name it."""
        return f"milestone:{self.id}"
