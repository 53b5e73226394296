"""What is in the way of a commitment."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import NEVER, Key, Model, UtcDateTime, partial_index, word


class Obstacle(Model):
    """What is in the way of a commitment, since when, and who can clear it."""

    __tablename__ = "obstacle"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        ForeignKeyConstraint(["municipality_id", "commitment_id"], ["commitment.municipality_id", "commitment.id"]),
        ForeignKeyConstraint(["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"]),
        CheckConstraint(
            "kind in ('money', 'permit', 'land', 'people', 'purchase', 'information', 'weather', 'other')",
            name="kind",
        ),
        CheckConstraint("level in ('state', 'national', 'court', 'company', 'other')", name="level"),
        CheckConstraint(
            "(unit_id is null or partner_id is null) and "
            "(level is null or (unit_id is null and partner_id is null))",
            name="one_clearer",
        ),
        CheckConstraint("level is not null or (clearer_name = '' and clearer_email = '')", name="clearer_name"),
        CheckConstraint("since_on <= opened_on", name="since"),
        CheckConstraint("opened_on <= cleared_on", name="cleared"),
        Index("ix_obstacle_commitment", "municipality_id", "commitment_id", "id"),
        partial_index("ix_obstacle_open", f"cleared_on = '{NEVER.isoformat()}'", "municipality_id", "since_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(Key)
    commitment_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(word())
    #: What is needed to get on.
    needed: Mapped[str] = mapped_column(Text)
    #: Who can clear it: a unit, a partner, or somebody at another level of government or outside; or nobody known.
    unit_id: Mapped[int | None] = mapped_column(Key)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    level: Mapped[str | None] = mapped_column(word())
    clearer_name: Mapped[str] = mapped_column(String(300), default="")
    clearer_email: Mapped[str] = mapped_column(String(254), default="")
    #: Local days: since when it is in the way, and when it was written down.
    since_on: Mapped[date]
    opened_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int | None] = mapped_column(Key)
    #: Who entered it for the municipality, by its consent; "" where the municipality did itself.
    assistant: Mapped[str] = mapped_column(String(200), default="")
    #: Local day; NEVER while it is open.
    cleared_on: Mapped[date] = mapped_column(default=NEVER)
    cleared_by: Mapped[str] = mapped_column(String(200), default="")
    cleared_how: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        """Whether it is still in the way."""
        return self.cleared_on == NEVER
