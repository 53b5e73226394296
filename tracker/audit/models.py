"""What is kept of every change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Key, Model, UtcDateTime, partial_index, word


@dataclass(frozen=True)
class Act:
    """Who acts, when and through which door; every operation takes one, none reads the time itself."""

    #: None for the system itself (a scheduled check, an import without a person).
    user_id: int | None
    name: str
    #: page, assistant, link, import, command, job, demo
    door: str
    at: datetime
    #: The municipality's own calendar day at that instant.
    day: date

    @property
    def assistant(self) -> str:
        """The name of who enters data for a municipality by its consent; "" of everybody else."""
        return self.name if self.door == "assistant" else ""


class AuditEntry(Model):
    """One change to one thing, as key and values; shown as a sentence in the reader's language.

    A link of its municipality's chain, never changed and never deleted: triggers in the database refuse both.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        Index("ix_audit_entry_subject", "municipality_id", "subject", "id"),
        partial_index("ix_audit_entry_part", "part is not null", "municipality_id", "part"),
    )

    #: Says nothing but which row; the order is `number`.
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    #: The municipality again, rules.NO_PLACE where there is none: part of a unique key, as nulls could not be.
    chain: Mapped[int] = mapped_column(Key)
    #: Its place in the chain, from 1 without gaps.
    number: Mapped[int] = mapped_column(Key)
    #: Hash of the entry before it, and of this one (rules.entry_hash).
    previous: Mapped[str] = mapped_column(word(64))
    hash: Mapped[str] = mapped_column(word(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    #: Who did it: the hash of a row of AuditName.
    who: Mapped[str] = mapped_column(word(64))
    door: Mapped[str] = mapped_column(word())
    #: create, edit, complete, cancel, reopen, report, move_date, add, import …
    verb: Mapped[str] = mapped_column(word(40))
    #: `commitment:12`, `unit:4`
    subject: Mapped[str] = mapped_column(word(60))
    #: What of the subject, where it is not the whole: `milestone:40` of a commitment.
    part: Mapped[str | None] = mapped_column(word(60))
    #: {field: [before, after]} with plain JSON values; days as ISO text, names of people as {"who": hash}.
    changes: Mapped[dict[str, Any]]


class AuditName(Model):
    """A name or address that entries of one chain stand on; blank once it was taken out on a lawful request.

    Apart from the entries because those can never be changed: they hold its salted hash alone.
    """

    __tablename__ = "audit_name"
    __table_args__ = (Index("ix_audit_name_name", "chain", "name"), Index("ix_audit_name_user", "user_id"))

    chain: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    #: rules.name_hash of the other columns.
    who: Mapped[str] = mapped_column(word(64), primary_key=True)
    #: Random; empty once the name was taken out.
    salt: Mapped[str] = mapped_column(word(32))
    name: Mapped[str] = mapped_column(String(300))
    #: No foreign key: the trail outlives the account.
    user_id: Mapped[int | None] = mapped_column(Key)


class AuditHead(Model):
    """Where a chain ends, kept apart so that a shortened chain, or one hashed anew, shows."""

    __tablename__ = "audit_head"

    chain: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(Key)
    hash: Mapped[str] = mapped_column(word(64))
    #: rules.seal_of with the installation's secret; empty where somebody else had changed the head before.
    seal: Mapped[str] = mapped_column(word(64))


class Submission(Model):
    """A creating form that has been taken in: its second click becomes a redirect to what the first one made."""

    __tablename__ = "submission"

    #: The form's own id together with who sent it, hashed.
    form_id: Mapped[str] = mapped_column(word(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(Key)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Path on this site.
    result_url: Mapped[str] = mapped_column(String(500))
