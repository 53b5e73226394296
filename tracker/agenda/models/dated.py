"""What commitments and milestones share: a promise with a date and its clocks."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Index, String, Text
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from tracker.agenda import rules
from tracker.core.db import LONG_AGO, NEVER, partial_index, word
from tracker.territory.rules import Policy

_CLOCKS = ("soon_from", "overdue_from", "late_step_from", "behind_from", "silent_from", "blocked_from")
#: Columns that rules and checks write from other columns.
RECKONED = frozenset((*_CLOCKS, "checked_on", "next_check_on"))


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
    #: The date it was given when what had come in late was brought up to date: slippage counts from it.
    corrected_due_on: Mapped[date | None]
    #: The day on which that was done, or it was kept as it is.
    sorted_on: Mapped[date | None]
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
    #: Who entered or last changed it for the municipality, by its consent; "" where the municipality did itself.
    assistant: Mapped[str] = mapped_column(String(200), default="", server_default="")
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
    def is_watched(self) -> bool:
        """Whether its clocks count."""
        return self.is_open

    @property
    def date_facts(self) -> rules.DateFacts:
        """What the rules of dates need."""
        return rules.DateFacts(self.due_on, self.entered_on, not self.is_watched, self.sorted_on)

    def ladders(self, policy: Policy) -> list[Iterator[rules.Step]]:
        """The steps of each of its clocks, each in the order they fall; some have no end."""
        return [rules.steps_from(self.date_facts, policy)]

    @property
    def slips_from_on(self) -> date | None:
        """The date that slippage counts from: the first promised one, or the one it was brought up to date to."""
        return self.corrected_due_on or self.first_due_on

    @property
    def slippage_days(self) -> int:
        """Days by which the promise moved from its first date."""
        return rules.slippage_days(self.slips_from_on, self.due_on)

    @hybrid_method
    def stage_on(self, day: date) -> Any:
        """not_started, in_progress, completed or cancelled on that day; on the class, the SQL for it."""
        return rules.stage_on(self, day)


def clock_index(table: str, column: str) -> Index:
    """Partial: only rows whose clock will strike; led by the municipality, as every list is."""
    return partial_index(f"ix_{table}_{column}", f"{column} < '{NEVER.isoformat()}'", "municipality_id", column)
