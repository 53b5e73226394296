"""What the tick and the counts keep of one municipality's agenda."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.agenda import rules
from tracker.core.db import LONG_AGO, NEVER, Key, Model, partial_index


class Watch(Model):
    """What the tick needs to know of one municipality's agenda: one row beside the municipality."""

    __tablename__ = "watch"
    __table_args__ = (
        partial_index("ix_watch_next_check_on", f"next_check_on < '{NEVER.isoformat()}'", "next_check_on"),
        Index("ix_watch_policy_version", "policy_version"),
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
    #: Version of the rules themselves (rules.VERSION) that they were reckoned by.
    rules_version: Mapped[int] = mapped_column(default=rules.VERSION, server_default="0")
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
    #: Too slow for the time gone; without news; with an obstacle in the way. One may be several of these.
    behind_count: Mapped[int] = mapped_column(default=0, server_default="0")
    silent_count: Mapped[int] = mapped_column(default=0, server_default="0")
    blocked_count: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Open without any date.
    undated_count: Mapped[int] = mapped_column(default=0)
    completed_count: Mapped[int] = mapped_column(default=0)
    #: Of the completed: fulfilled by the first promised date, on a day that was stated.
    on_time_count: Mapped[int] = mapped_column(default=0)
    cancelled_count: Mapped[int] = mapped_column(default=0)
    #: Latest sign of life on any commitment.
    last_sign_on: Mapped[date | None]


STANDING_COUNTS = (
    "open_count",
    "overdue_count",
    "late_step_count",
    "due_soon_count",
    "behind_count",
    "silent_count",
    "blocked_count",
    "undated_count",
    "completed_count",
    "on_time_count",
    "cancelled_count",
    "last_sign_on",
)
