"""Notice and digest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, partial_index, word


class Digest(Model):
    """One mail to one person on one local day: what its notices say."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("recipient", "day"), Index("ix_digest_day", "day", "id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(300))
    day: Mapped[date]
    locale: Mapped[str] = mapped_column(word(5))


class Notice(Model):
    """Somebody is to hear something. Ends sent, failed or cancelled; never disappears."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'composed', 'leaving', 'sent', 'failed', 'cancelled', 'nobody')", name="state"
        ),
        partial_index("ix_notice_waiting", "state = 'waiting'", "municipality_id"),
        partial_index("ix_notice_waiting_recipient", "state = 'waiting'", "recipient"),
        partial_index("ix_notice_nobody", "state = 'nobody'", "municipality_id"),
        partial_index("ix_notice_cleared", "cleared_on is not null and cleared_in is null", "recipient"),
        Index("ix_notice_subject", "subject", "municipality_id"),
        Index("ix_notice_recipient", "recipient", "id"),
        Index("ix_notice_digest", "digest_id"),
        Index("ix_notice_place_digest", "municipality_id", "digest_id"),
        Index("ix_notice_cleared_in", "cleared_in"),
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
    #: waiting → composed (in a digest) → leaving (its mail is being handed over) → sent; or an end before that.
    state: Mapped[str] = mapped_column(word(), default="waiting")
    #: Why cancelled (overtaken, skipped, changed…), or the mail server's answer. While leaving: what it will be
    #: cancelled for if this try does not carry it out.
    reason: Mapped[str] = mapped_column(String(500), default="")
    #: What the line needs to be written, so that delivery never looks upward.
    facts: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The municipality's local day of the check that raised it.
    day: Mapped[date]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))
    #: The day on which what was told as late was settled; the next digest says so, once.
    cleared_on: Mapped[date | None]
    #: completed, cancelled or changed
    cleared_how: Mapped[str] = mapped_column(word(), default="")
    cleared_in: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))


class MailPreference(Model):
    """What an address wants to hear beside what is a duty; no row means everything."""

    __tablename__ = "mail_preference"

    #: Lower case; need not belong to an account.
    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    #: Reminders earlier than the last one before the due day.
    early: Mapped[bool] = mapped_column(default=True)
    #: Copies of what others answer for, as co-responsible.
    copies: Mapped[bool] = mapped_column(default=True)
    #: What was settled since the last digest.
    cleared: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnsubscribeLink(Model):
    """A link in a mail with which its reader, without signing in, ends what is not a duty."""

    __tablename__ = "unsubscribe_link"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: SHA-256 of the token in the link; the token itself is not kept.
    token_hash: Mapped[str] = mapped_column(word(64), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MassApproval(Model):
    """A person's yes to more mails for one municipality on one day than leave by themselves."""

    __tablename__ = "mass_approval"

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
