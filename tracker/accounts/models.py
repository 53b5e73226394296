"""Users, what they may do where, and their sessions."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, UtcDateTime, partial_index, word


class User(Model):
    """Somebody who can sign in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Lower case; how somebody signs in and where mails go.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: argon2id; never read but by the sign-in.
    password_hash: Mapped[str] = mapped_column(String(200))
    #: es, en, pt_BR, fr; null follows the browser, in mails the country.
    locale: Mapped[str | None] = mapped_column(word(5))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When password or address changed last; older links are dead.
    keys_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When a mail to this address was answered; null where the address was only typed, beside the code of a slip.
    address_proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Of the second factor, sealed with the site's key; null where there is none.
    factor_secret: Mapped[str | None] = mapped_column(String(300))
    factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The last step of 30 seconds whose code was used; neither it nor an earlier one counts again.
    factor_step: Mapped[int] = mapped_column(BigInteger, default=0)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Model):
    """A role held at a place: a municipality, one of its units, a partner; none is everywhere.

    Who monitors does so for a country, a state, the members of an association (`municipality_id`), or the
    municipalities of a workshop.
    """

    __tablename__ = "membership"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        CheckConstraint(
            "role in ('administrator', 'monitor', 'coordinator', 'officer', 'authority', 'partner', 'assistant')",
            name="role",
        ),
        CheckConstraint(
            "role <> 'assistant' or (municipality_id is not null and until_on is not null)", name="assistant"
        ),
        Index("ix_membership_place", "municipality_id", "role"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(word())
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    unit_id: Mapped[int | None] = mapped_column(Key)
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"))
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    #: Of an assistant: the last day of the municipality's consent, its own calendar's.
    until_on: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="memberships")


class LoginSession(Model):
    """A signed-in browser. Deleting the row signs it out wherever it is."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: SHA-256 of the token in the cookie; the token itself is not kept.
    token_hash: Mapped[str] = mapped_column(word(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: "Stay signed in" was chosen.
    stay: Mapped[bool] = mapped_column(default=False)
    #: "This computer is shared" was chosen.
    shared: Mapped[bool] = mapped_column(default=False)
    #: The password was right, the code of the second factor is still to come.
    needs_code: Mapped[bool] = mapped_column(default=False)
    #: Browser and system, such as `firefox/windows`.
    device: Mapped[str] = mapped_column(word(40), default="")
    #: The network address of its last use, shown to its owner alone.
    address: Mapped[str] = mapped_column(String(45), default="")


class SignInAttempt(Model):
    """A try that was not right, kept as long as it counts against further ones."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_at", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: At which door: sign_in, reset, join, code, password
    door: Mapped[str] = mapped_column(word())
    #: SHA-256 of the e-mail as typed, known account or not; of what else names an account at that door.
    account_hash: Mapped[str] = mapped_column(word(64), index=True)
    #: SHA-256 of the network address.
    address_hash: Mapped[str] = mapped_column(word(64), index=True)


class Look(Model):
    """An administrator looked at a page of a municipality: once an hour for each page. Not part of the trail."""

    __tablename__ = "look"
    __table_args__ = (
        UniqueConstraint("municipality_id", "user_id", "path", "hour"),
        Index("ix_look_at", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: No foreign key: what was looked at stays known when the account is gone.
    user_id: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(200))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    #: What comes after the municipality in the address, without its parameters: `agenda/C-012`.
    path: Mapped[str] = mapped_column(String(200))
    #: `2026-11-23T14`, in UTC.
    hour: Mapped[str] = mapped_column(word(13))


class RecoveryCode(Model):
    """One of the ten codes on paper that stand in for a lost second factor, each once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Keyed with the site's key.
    code_hash: Mapped[str] = mapped_column(word(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasswordReset(Model):
    """A new password was asked for; whether the address has an account, whoever writes the mail looks."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The link is derived from it and the site's key.
    nonce: Mapped[str] = mapped_column(word(32))
    token_hash: Mapped[str] = mapped_column(word(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressChange(Model):
    """Somebody wants to be reached at another address; it counts when both addresses have said yes."""

    __tablename__ = "address_change"
    __table_args__ = (
        CheckConstraint("ended_how in ('', 'done', 'refused', 'replaced', 'taken')", name="ended_how"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    nonce: Mapped[str] = mapped_column(word(32))
    old_hash: Mapped[str] = mapped_column(word(64), unique=True)
    new_hash: Mapped[str] = mapped_column(word(64), unique=True)
    #: When each address said yes.
    old_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_how: Mapped[str] = mapped_column(word(), default="")


class AccountNews(Model):
    """Something that changed about an account and its owner hears by mail, whoever did it."""

    __tablename__ = "account_news"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: password, factor_on, factor_off, factor_taken, address, handed_over, assistant, assistant_over
    what: Mapped[str] = mapped_column(word())
    #: Who did it, where it was somebody else.
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Model):
    """A role that waits for somebody: by mail to an address, or on a slip of paper for whoever holds it."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        CheckConstraint(
            "role in ('administrator', 'monitor', 'coordinator', 'officer', 'authority', 'partner')", name="role"
        ),
        CheckConstraint("ended_how in ('', 'accepted', 'declined', 'revoked', 'replaced')", name="ended_how"),
        Index("ix_invitation_place", "municipality_id", "id"),
        partial_index("ix_invitation_open", "ended_how = ''", "email"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    role: Mapped[str] = mapped_column(word())
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    unit_id: Mapped[int | None] = mapped_column(Key)
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    #: Whom the inviter means; a slip may be for anybody.
    name: Mapped[str] = mapped_column(String(200))
    #: Lower case. Empty on a slip until somebody with that address takes it.
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(word(5))
    by_user_id: Mapped[int] = mapped_column(Key)
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Link and code are derived from it and the site's key.
    nonce: Mapped[str] = mapped_column(word(32))
    token_hash: Mapped[str] = mapped_column(word(64), unique=True)
    #: Of the code on a slip, keyed with the site's key; null for one by mail.
    code_hash: Mapped[str | None] = mapped_column(word(64), unique=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Empty while it is open.
    ended_how: Mapped[str] = mapped_column(word(), default="")
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def on_paper(self) -> bool:
        """Whether it is a slip."""
        return self.code_hash is not None
