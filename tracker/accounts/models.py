"""Users, what they may do where, and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, UtcDateTime, word


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
            "role in ('administrator', 'monitor', 'coordinator', 'officer', 'authority', 'partner')",
            name="role",
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


class SignInAttempt(Model):
    """A wrong sign-in, kept as long as it counts against further tries."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_at", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: SHA-256 of the e-mail as typed, known account or not.
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
