"""Plan, line, action."""

from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Key, Model, word


class Plan(Model):
    """A municipality's management plan for a period; it outlives the term of office."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("municipality_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    title: Mapped[str] = mapped_column(String(300))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    #: `sdg-6` of the catalogue.
    goal_code: Mapped[str | None] = mapped_column(word(20))
    #: Where it was drawn up, in words.
    workshop: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list["Line"]] = relationship(
        order_by="Line.id", primaryjoin="Plan.id == foreign(Line.plan_id)", viewonly=True
    )


class Line(Model):
    """A strategic line of a plan."""

    __tablename__ = "line"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "plan_id"], ["plan.municipality_id", "plan.id"]),
        Index("ix_line_plan", "municipality_id", "plan_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    plan_id: Mapped[int] = mapped_column(Key)
    code: Mapped[str] = mapped_column(word(40), default="")
    title: Mapped[str] = mapped_column(String(300))

    actions: Mapped[list["Action"]] = relationship(
        order_by="Action.id", primaryjoin="Line.id == foreign(Action.line_id)", viewonly=True
    )


class Action(Model):
    """A row of the matrix of actions."""

    __tablename__ = "action"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "line_id"], ["line.municipality_id", "line.id"]),
        Index("ix_action_line", "municipality_id", "line_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    line_id: Mapped[int] = mapped_column(Key)
    code: Mapped[str] = mapped_column(word(40), default="")
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
