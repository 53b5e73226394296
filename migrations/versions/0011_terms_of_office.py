"""terms of office, and what became of commitments that a term inherited"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "term_of_office",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.String(200), nullable=False),
        sa.Column("post", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_term_of_office_start_before_end")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_term_of_office_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_of_office")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_term_of_office_municipality_id_id")),
        sa.UniqueConstraint(
            "municipality_id", "starts_on", name=op.f("uq_term_of_office_municipality_id_starts_on")
        ),
    )
    op.create_index("ix_term_of_office_ends_on", "term_of_office", ["ends_on"])
    op.create_table(
        "inheritance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("term_id", KEY, nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.CheckConstraint("how in ('taken_over', 'renegotiated', 'closed')", name=op.f("ck_inheritance_how")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "commitment_id"],
            ["commitment.municipality_id", "commitment.id"],
            name=op.f("fk_inheritance_municipality_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "term_id"],
            ["term_of_office.municipality_id", "term_of_office.id"],
            name=op.f("fk_inheritance_municipality_id_term_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inheritance")),
        sa.UniqueConstraint(
            "municipality_id", "commitment_id", "term_id", name=op.f("uq_inheritance_municipality_id_commitment_id_term_id")
        ),
    )
    op.create_table(
        "term_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("term_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term_of_office.id"], name=op.f("fk_term_notice_term_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_term_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_notice")),
        sa.UniqueConstraint("term_id", "user_id", "ends_on", name=op.f("uq_term_notice_term_id_user_id_ends_on")),
    )


def downgrade() -> None:
    """Take them away again, and mails about them that have not left."""
    op.execute("DELETE FROM outbox_mail WHERE kind = 'term_ends'")
    op.drop_table("term_notice")
    op.drop_table("inheritance")
    op.drop_table("term_of_office")
