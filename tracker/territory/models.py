"""Places, offices and organisations."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, word
from tracker.territory.terms import Term


class Country(Model):
    """A country of the region; its words for municipality and authority are labels in four languages."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(word(2), primary_key=True)
    name: Mapped[dict[str, Any]]
    #: Interface languages, most used first.
    languages: Mapped[list[Any]]
    currency: Mapped[str] = mapped_column(word(3))
    timezone: Mapped[str] = mapped_column(word(64))
    municipality: Mapped[dict[str, Any]]
    municipalities: Mapped[dict[str, Any]]
    authority: Mapped[dict[str, Any]]
    council: Mapped[dict[str, Any]]


class State(Model):
    """The level between country and municipality (state, department, region, province)."""

    __tablename__ = "state"
    __table_args__ = (UniqueConstraint("country_code", "code"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"))
    code: Mapped[str] = mapped_column(word(20))
    name: Mapped[str] = mapped_column(String(200))


class Municipality(Model):
    """Owner of plans and agendas; also an association of municipalities or a department (`kind`)."""

    __tablename__ = "municipality"
    __table_args__ = (
        UniqueConstraint("country_code", "official_code"),
        Index("ix_municipality_name_key", "country_code", "name_key"),
        CheckConstraint("kind in ('municipality', 'association', 'department', 'state')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: `mx-15033`, as in addresses; unique over the whole installation.
    code: Mapped[str] = mapped_column(word(40), unique=True)
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"))
    #: Text: leading zeros matter.
    official_code: Mapped[str] = mapped_column(word(30))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(word(), default="municipality")
    #: Degrees; null where the source has none.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int | None]
    #: Own IANA zone where it differs from the country's.
    timezone: Mapped[str | None] = mapped_column(word(64))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    #: Code of what took its place, or several with a space between them.
    replaced_by: Mapped[str | None] = mapped_column(word(400))
    #: Since when those who monitor see its agenda; null while it is not shared. Earlier choices are in the trail.
    shared_on: Mapped[date | None]

    country: Mapped[Country] = relationship()
    state: Mapped[State | None] = relationship()


class Member(Model):
    """A municipality that belongs to an association of municipalities."""

    __tablename__ = "association_member"
    __table_args__ = (
        UniqueConstraint("association_id", "municipality_id"),
        CheckConstraint("association_id <> municipality_id", name="not_itself"),
        Index("ix_association_member_municipality", "municipality_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))


class Workshop(Model):
    """A workshop or course in which municipalities drew up their plans."""

    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint("kind in ('workshop', 'course', 'seminar')", name="kind"),
        CheckConstraint("starts_on is null or ends_on is null or starts_on <= ends_on", name="start_before_end"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), unique=True)
    kind: Mapped[str] = mapped_column(word(), default="workshop", server_default="workshop")
    #: Where it was held.
    venue: Mapped[str] = mapped_column(String(200), default="", server_default="")
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    country: Mapped[Country | None] = relationship()
    sessions: Mapped[list["WorkshopSession"]] = relationship(
        order_by="WorkshopSession.id", cascade="all, delete-orphan"
    )
    attendance: Mapped[list["WorkshopAttendance"]] = relationship(
        order_by="WorkshopAttendance.id", cascade="all, delete-orphan"
    )


class WorkshopSession(Model):
    """One session of a workshop: its day, where it is known, and what it was about."""

    __tablename__ = "workshop_session"
    __table_args__ = (Index("ix_workshop_session_workshop", "workshop_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    on: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(300))


class WorkshopAttendance(Model):
    """How many people of a country and sector took part, by sex; nobody's name."""

    __tablename__ = "workshop_attendance"
    __table_args__ = (
        CheckConstraint("women >= 0 and men >= 0 and not_stated >= 0", name="counts"),
        Index("ix_workshop_attendance_workshop", "workshop_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))
    sector: Mapped[str] = mapped_column(String(100), default="")
    women: Mapped[int] = mapped_column(default=0)
    men: Mapped[int] = mapped_column(default=0)
    not_stated: Mapped[int] = mapped_column(default=0)


class WorkshopMunicipality(Model):
    """A municipality that came to a workshop."""

    __tablename__ = "workshop_municipality"
    __table_args__ = (
        UniqueConstraint("workshop_id", "municipality_id"),
        Index("ix_workshop_municipality_municipality", "municipality_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))


class Unit(Model):
    """An office of a municipality: responsible for commitments."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        UniqueConstraint("municipality_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300))
    #: Shared address of the office.
    mailbox: Mapped[str | None] = mapped_column(String(254))

    people: Mapped[list["UnitPerson"]] = relationship(order_by="UnitPerson.id", cascade="all, delete-orphan")


class UnitPerson(Model):
    """Somebody who works in a unit; need not have an account, nor e-mail."""

    __tablename__ = "unit_person"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        Index("ix_unit_person_unit", "municipality_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    unit_id: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str | None] = mapped_column(String(254))


class TermOfOffice(Model):
    """From when to when an authority holds office in a municipality; terms of one municipality share no day."""

    __tablename__ = "term_of_office"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        UniqueConstraint("municipality_id", "starts_on"),
        CheckConstraint("starts_on <= ends_on", name="start_before_end"),
        Index("ix_term_of_office_ends_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    starts_on: Mapped[date]
    #: Its last day.
    ends_on: Mapped[date]
    authority: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    def as_plain(self) -> Term:
        """The same as a plain value."""
        return Term(self.id, self.starts_on, self.ends_on, self.authority, self.post)


class Partner(Model):
    """An organisation outside the municipality: agency, ministry, foundation, association, community council."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), unique=True)
    #: Its contact for what it promised itself.
    email: Mapped[str | None] = mapped_column(String(254))


class PolicySetting(Model):
    """Figures that differ from the default: of the installation, a country or a municipality."""

    __tablename__ = "policy_setting"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: `*`, `MX` or `mx-15033`: whose figures these are.
    place: Mapped[str] = mapped_column(word(40), unique=True)
    #: Only the figures that were set.
    figures: Mapped[dict[str, Any]]
    #: One counter for the installation: grows with every change of any row.
    version: Mapped[int]
