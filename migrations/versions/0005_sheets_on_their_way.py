"""sheets on their way into an agenda, and how they were read before"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = "state in ('draft', 'refused', 'queued', 'running', 'done', 'undone')"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "import_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("stored_name", sa.String(80), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("footprint", sa.JSON(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_import_run_state")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_import_run_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_import_run_municipality_id_id")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_import_run_stored_name")),
    )
    op.create_index("ix_import_run_state", "import_run", ["state"])
    op.create_table(
        "remembered_mapping",
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_remembered_mapping_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "fingerprint", name=op.f("pk_remembered_mapping")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("remembered_mapping")
    op.drop_index("ix_import_run_state", "import_run")
    op.drop_table("import_run")
