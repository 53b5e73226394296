"""what is in the way of commitments and who can clear it"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind in ('money', 'permit', 'land', 'people', 'purchase', 'information', 'weather', 'other')"
ONE = "(unit_id is null or partner_id is null) and (level is null or (unit_id is null and partner_id is null))"
NAMED = "level is not null or (clearer_name = '' and clearer_email = '')"


def upgrade() -> None:
    """A table of its own; nothing is in the way of anything yet."""
    op.create_table(
        "obstacle",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("needed", sa.Text(), nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("partner_id", KEY, nullable=True),
        sa.Column("level", sa.String(20), nullable=True),
        sa.Column("clearer_name", sa.String(300), nullable=False),
        sa.Column("clearer_email", sa.String(254), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("assistant", sa.String(200), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=False),
        sa.Column("cleared_by", sa.String(200), nullable=False),
        sa.Column("cleared_how", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_obstacle_kind")),
        sa.CheckConstraint(
            "level in ('state', 'national', 'court', 'company', 'other')", name=op.f("ck_obstacle_level")
        ),
        sa.CheckConstraint(ONE, name=op.f("ck_obstacle_one_clearer")),
        sa.CheckConstraint(NAMED, name=op.f("ck_obstacle_clearer_name")),
        sa.CheckConstraint("since_on <= opened_on", name=op.f("ck_obstacle_since")),
        sa.CheckConstraint("opened_on <= cleared_on", name=op.f("ck_obstacle_cleared")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "commitment_id"],
            ["commitment.municipality_id", "commitment.id"],
            name=op.f("fk_obstacle_municipality_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"],
            ["unit.municipality_id", "unit.id"],
            name=op.f("fk_obstacle_municipality_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_obstacle_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obstacle")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_obstacle_municipality_id_id")),
    )
    op.create_index("ix_obstacle_commitment", "obstacle", ["municipality_id", "commitment_id", "id"])
    op.create_index(op.f("ix_obstacle_partner_id"), "obstacle", ["partner_id"])
    still = sa.text("cleared_on = '9999-12-31'")
    op.create_index(
        "ix_obstacle_open", "obstacle", ["municipality_id", "since_on"], sqlite_where=still, postgresql_where=still
    )


def downgrade() -> None:
    """Take it away again: nothing is known any more of what blocks a commitment."""
    op.drop_table("obstacle")
    op.execute("UPDATE commitment SET blocked_on = NULL, blocked_from = '9999-12-31'")
