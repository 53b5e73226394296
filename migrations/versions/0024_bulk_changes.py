"""several commitments changed in one go, and taken back"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind in ('lead', 'dates', 'closing', 'asking')"


def upgrade() -> None:
    """A table of its own; nobody has changed several in one go yet."""
    op.create_table(
        "bulk_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=False),
        sa.Column("undone_by", sa.String(200), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_bulk_change_kind")),
        sa.CheckConstraint('"on" <= undone_on', name=op.f("ck_bulk_change_undone")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_bulk_change_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_bulk_change_municipality_id_id")),
    )
    op.create_index("ix_bulk_change_place", "bulk_change", ["municipality_id", "on", "id"])


def downgrade() -> None:
    """Take it away again: what was changed stays changed, and cannot be taken back in one go."""
    op.drop_table("bulk_change")
