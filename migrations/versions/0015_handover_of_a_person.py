"""who handed over to whom in a municipality, with what and by which letter"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "person_handover",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("leaving", sa.String(200), nullable=False),
        sa.Column("successor", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("stored_name", sa.String(80), nullable=True),
        sa.Column("original_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.CheckConstraint(
            "how in ('self', 'coordinator', 'administrator', 'monitor')", name=op.f("ck_person_handover_how")
        ),
        sa.CheckConstraint(
            "how <> 'monitor' or stored_name is not null", name=op.f("ck_person_handover_letter")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_person_handover_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_handover")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_person_handover_municipality_id_id")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_person_handover_stored_name")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.execute("DELETE FROM outbox_mail WHERE kind = 'account_news' AND ref_id IN (SELECT id FROM account_news WHERE what = 'handed_over')")
    op.execute("DELETE FROM account_news WHERE what = 'handed_over'")
    op.drop_table("person_handover")
