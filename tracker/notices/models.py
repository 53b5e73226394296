"""Notice and digest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, word


class Digest(Model):
    """One mail to one person on one local day: what its notices say."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("recipient", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(300))
    day: Mapped[date]
    locale: Mapped[str] = mapped_column(word(5))


class Notice(Model):
    """Somebody is to hear something. Ends sent, failed or cancelled; never disappears."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'composed', 'sent', 'failed', 'cancelled', 'nobody')", name="state"),
        Index(
            "ix_notice_waiting",
            "municipality_id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index("ix_notice_subject", "municipality_id", "subject"),
        Index("ix_notice_recipient", "recipient", "id"),
        Index("ix_notice_digest", "digest_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: subject | step | day it struck | recipient: raising the same thing again adds nothing.
    key: Mapped[str] = mapped_column(String(400), unique=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: `commitment:12` or `milestone:40`
    subject: Mapped[str] = mapped_column(word(60))
    #: `overdue+10`
    step: Mapped[str] = mapped_column(word())
    struck_on: Mapped[date]
    #: Address, lower case; empty where nobody can be told.
    recipient: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(300), default="")
    locale: Mapped[str] = mapped_column(word(5))
    #: Why this person: responsible, co_responsible, coordinator, stand_in
    audience: Mapped[str] = mapped_column(word())
    state: Mapped[str] = mapped_column(word(), default="waiting")
    #: Why cancelled (overtaken, skipped, changed…), or the mail server's answer.
    reason: Mapped[str] = mapped_column(String(500), default="")
    #: What the line needs to be written, so that delivery never looks upward.
    facts: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The municipality's local day of the check that raised it.
    day: Mapped[date]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))


class MassApproval(Model):
    """A person's yes to more mails for one municipality on one day than leave by themselves."""

    __tablename__ = "mass_approval"

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
