"""A mail on its way; holds no body, which is written at the last moment from what still stands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, bindparam
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, partial_index, word


class OutboxMail(Model):
    """One mail to one address."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id"),
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed', 'cancelled')", name="state"),
        partial_index("ix_outbox_mail_open", "state in ('waiting', 'sending')", "not_before"),
        partial_index("ix_outbox_mail_failed", "state = 'failed'", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names its renderer: digest, invitation …
    kind: Mapped[str] = mapped_column(word())
    #: What it is about, for the renderer.
    ref_id: Mapped[int] = mapped_column(Key)
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(word(), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Not tried before this instant; while being sent, the end of the lease.
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Whose claim it is; a mark by anybody else changes nothing.
    lease: Mapped[str | None] = mapped_column(word(40))
    #: Stable over all tries, so that a copy can be recognised.
    message_id: Mapped[str | None] = mapped_column(String(200))
    #: A try ended without the server's answer: it may have arrived.
    in_doubt: Mapped[bool] = mapped_column(default=False)
    #: The server's own words.
    answer: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


#: Has not ended. Its words stand in the statement itself, which lets SQLite find the index over these rows.
IS_OPEN: ColumnElement[bool] = OutboxMail.state.in_(
    bindparam("open_states", ("waiting", "sending"), expanding=True, literal_execute=True)
)


class MailTry(Model):
    """A try that did not carry a mail out, or ended without an answer; a row is never changed."""

    __tablename__ = "mail_try"
    __table_args__ = (Index("ix_mail_try_mail", "mail_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"))
    #: The how-manieth try of the mail; 1 is the first.
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: later (put off), doubt (no answer came), failed (refused for good, or the last try), again (asked by hand)
    outcome: Mapped[str] = mapped_column(word())
    #: The server's own words, or who asked.
    answer: Mapped[str] = mapped_column(String(500))
