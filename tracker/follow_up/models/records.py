"""Progress updates and their evidence; the journal of checks."""

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
from sqlalchemy.orm import Mapped, mapped_column

from tracker.agenda.models import Thousandths
from tracker.core.db import Key, Model, UtcDateTime, partial_index, word


class ProgressUpdate(Model):
    """What was reported about a commitment or one of its milestones; never changed afterwards."""

    __tablename__ = "progress_update"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "milestone_id"], ["milestone.municipality_id", "milestone.id"]),
        CheckConstraint("progress between 0 and 100", name="progress"),
        Index("ix_progress_update_commitment", "municipality_id", "commitment_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    milestone_id: Mapped[int | None] = mapped_column(Key)
    #: Who entered it for the municipality, by its consent; "" where the municipality did itself.
    assistant: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Local day it speaks of.
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Percent 0-100 as reported; null where no figure was given.
    progress: Mapped[int | None]
    #: Amount delivered since the last update.
    delivered: Mapped[Decimal | None] = mapped_column(Thousandths)
    #: People reached since the last update, as counted; null where nobody said, which is not 0.
    #: Less than 0 corrects an earlier slip.
    women_count: Mapped[int | None]
    men_count: Mapped[int | None]
    #: Of whom it was not recorded whether they are women or men.
    unsexed_count: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    #: Nothing new, still on course.
    steady: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: A page that shows it; never fetched from here.
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    #: Who entered it.
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    #: On behalf of whom, and how they told.
    told_by: Mapped[str] = mapped_column(String(200), default="")
    told_how: Mapped[str] = mapped_column(word(), default="")


class Evidence(Model):
    """Which file shows what an update says."""

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "update_id"], ["progress_update.municipality_id", "progress_update.id"]
        ),
        ForeignKeyConstraint(["municipality_id", "attachment_id"], ["attachment.municipality_id", "attachment.id"]),
    )

    municipality_id: Mapped[int] = mapped_column(Key)
    update_id: Mapped[int] = mapped_column(Key, primary_key=True)
    attachment_id: Mapped[int] = mapped_column(Key, primary_key=True)


class InternalNote(Model):
    """What people of the municipality write down for themselves about a commitment; seen nowhere else."""

    __tablename__ = "internal_note"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        Index("ix_internal_note_commitment", "municipality_id", "commitment_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    text: Mapped[str] = mapped_column(Text)


class Inheritance(Model):
    """What the authority of a term decided about a commitment that was promised before it; never changed."""

    __tablename__ = "inheritance"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "term_id"], ["term_of_office.municipality_id", "term_of_office.id"]
        ),
        UniqueConstraint("municipality_id", "commitment_id", "term_id"),
        CheckConstraint("how in ('taken_over', 'renegotiated', 'closed')", name="how"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    term_id: Mapped[int] = mapped_column(Key)
    how: Mapped[str] = mapped_column(word())
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Local day.
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)


class TermNotice(Model):
    """A mail to a coordinator that a term ends on this day; another last day is another mail."""

    __tablename__ = "term_notice"
    __table_args__ = (UniqueConstraint("term_id", "user_id", "ends_on"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term_of_office.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ends_on: Mapped[date]


class JobRun(Model):
    """A line of the journal of ticks that did something; not a lock."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_job", "job", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: check, compose, deliver
    job: Mapped[str] = mapped_column(word())
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Counts of what it did.
    did: Mapped[dict[str, Any]]
    #: Codes of municipalities that could not be done, with the kind of error.
    failed: Mapped[list[Any]]


class PlaceCheck(Model):
    """What one check found in one municipality; written where it looked at anything, or could not."""

    __tablename__ = "place_check"
    __table_args__ = (
        Index("ix_place_check_place", "municipality_id", "id"),
        partial_index("ix_place_check_failed", "error <> ''", "municipality_id", "day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: Its local day.
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: Commitments and milestones.
    looked_at: Mapped[int] = mapped_column(default=0)
    #: Of these, on which a clock struck since the check before.
    changed: Mapped[int] = mapped_column(default=0)
    #: Notices raised, those of skipped steps and those that nobody can hear.
    told: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    nobody: Mapped[int] = mapped_column(default=0)
    #: The kind of error where it could not be checked.
    error: Mapped[str] = mapped_column(String(200), default="")


class PersonHandover(Model):
    """Somebody of a municipality handed over to somebody else: what moved, as it was on that day."""

    __tablename__ = "person_handover"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        CheckConstraint("how in ('self', 'coordinator', 'administrator', 'monitor')", name="how"),
        CheckConstraint("how <> 'monitor' or stored_name is not null", name="letter"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    #: Who did it: the person (`self`), a coordinator, an administrator, a monitor with the signed letter.
    how: Mapped[str] = mapped_column(word())
    #: Names as they were.
    leaving: Mapped[str] = mapped_column(String(200))
    successor: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    #: `{roles, units, open, late, notices, rows}`: what the act prints.
    facts: Mapped[dict[str, Any]]
    #: The signed letter, where there is one.
    stored_name: Mapped[str | None] = mapped_column(word(80), unique=True)
    original_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
