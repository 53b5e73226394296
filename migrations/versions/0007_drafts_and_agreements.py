"""drafts and notes that only the municipality sees; agreements through which a partner sees commitments"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add tables and columns; what is there is promised."""
    op.create_table(
        "agreement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until_on is null or from_on is null or from_on <= until_on",
            name=op.f("ck_agreement_from_before_until"),
        ),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_agreement_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_agreement_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_agreement_municipality_id_id")),
    )
    op.create_index("ix_agreement_partner", "agreement", ["partner_id"])
    with op.batch_alter_table("commitment") as commitment:
        commitment.add_column(sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()))
        commitment.add_column(sa.Column("agreement_id", KEY, nullable=True))
        commitment.create_foreign_key(
            op.f("fk_commitment_municipality_id_agreement_id"),
            "agreement",
            ["municipality_id", "agreement_id"],
            ["municipality_id", "id"],
        )
        commitment.create_index("ix_commitment_agreement", ["agreement_id"])
    with op.batch_alter_table("commitment") as commitment:
        commitment.alter_column(
            "draft", server_default=None, existing_type=sa.Boolean(), existing_nullable=False
        )
    op.create_table(
        "internal_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "commitment_id"],
            ["commitment.municipality_id", "commitment.id"],
            name=op.f("fk_internal_note_municipality_id_commitment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    op.create_index("ix_internal_note_commitment", "internal_note", ["municipality_id", "commitment_id", "id"])


def downgrade() -> None:
    """Take them away again; drafts become promises, as there is no other kind below."""
    op.drop_table("internal_note")
    op.execute("UPDATE commitment SET first_due_on = due_on WHERE draft AND first_due_on IS NULL")
    # Their clocks are reckoned by the next tick.
    op.execute(
        "UPDATE watch SET policy_version = -1"
        " WHERE municipality_id IN (SELECT municipality_id FROM commitment WHERE draft)"
    )
    with op.batch_alter_table("commitment") as commitment:
        commitment.drop_index("ix_commitment_agreement")
        commitment.drop_constraint(op.f("fk_commitment_municipality_id_agreement_id"), type_="foreignkey")
        commitment.drop_column("agreement_id")
        commitment.drop_column("draft")
    op.drop_table("agreement")
