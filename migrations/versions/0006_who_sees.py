"""who sees an agenda: sharing, those who monitor states, associations and workshops, looks of administrators"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns and tables; what is there already is shared from its last check on, as it was until now."""
    op.add_column("municipality", sa.Column("shared_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE municipality SET shared_on = (SELECT min(from_on) FROM standing"
        " WHERE standing.municipality_id = municipality.id)"
    )
    op.create_table(
        "association_member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("association_id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.CheckConstraint("association_id <> municipality_id", name=op.f("ck_association_member_not_itself")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["municipality.id"], name=op.f("fk_association_member_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_association_member_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_member")),
        sa.UniqueConstraint(
            "association_id", "municipality_id", name=op.f("uq_association_member_association_id_municipality_id")
        ),
    )
    op.create_index("ix_association_member_municipality", "association_member", ["municipality_id"])
    op.create_table(
        "workshop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("name_key", name=op.f("uq_workshop_name_key")),
    )
    op.create_table(
        "workshop_municipality",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_municipality_workshop_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_workshop_municipality_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_municipality")),
        sa.UniqueConstraint(
            "workshop_id", "municipality_id", name=op.f("uq_workshop_municipality_workshop_id_municipality_id")
        ),
    )
    op.create_index("ix_workshop_municipality_municipality", "workshop_municipality", ["municipality_id"])
    with op.batch_alter_table("membership") as membership:
        membership.add_column(sa.Column("state_id", KEY, nullable=True))
        membership.add_column(sa.Column("workshop_id", KEY, nullable=True))
        membership.create_foreign_key(op.f("fk_membership_state_id"), "state", ["state_id"], ["id"])
        membership.create_foreign_key(op.f("fk_membership_workshop_id"), "workshop", ["workshop_id"], ["id"])
    op.create_table(
        "look",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("hour", sa.String(13), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_look_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint(
            "municipality_id", "user_id", "path", "hour", name=op.f("uq_look_municipality_id_user_id_path_hour")
        ),
    )
    op.create_index("ix_look_at", "look", ["at"])


def downgrade() -> None:
    """Take them away again; roles over states and workshops end with them."""
    op.drop_table("look")
    op.execute("DELETE FROM membership WHERE state_id IS NOT NULL OR workshop_id IS NOT NULL")
    op.execute("DELETE FROM membership WHERE role = 'monitor' AND municipality_id IS NOT NULL")
    with op.batch_alter_table("membership") as membership:
        membership.drop_constraint(op.f("fk_membership_workshop_id"), type_="foreignkey")
        membership.drop_constraint(op.f("fk_membership_state_id"), type_="foreignkey")
        membership.drop_column("workshop_id")
        membership.drop_column("state_id")
    op.drop_table("workshop_municipality")
    op.drop_table("workshop")
    op.drop_table("association_member")
    with op.batch_alter_table("municipality") as municipality:
        municipality.drop_column("shared_on")
