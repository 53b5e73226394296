"""what others say of a commitment beside its own municipality; evidence that it asks for; who closed it"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERDICTS = "verdict in ('no_evidence', 'not_started', 'limited', 'substantial', 'complete')"
#: A file that shows what an update says was evidence already.
SHOWN = (
    "UPDATE commitment SET evidence_on = (SELECT max(u.\"on\") FROM progress_update u"
    " JOIN evidence e ON e.municipality_id = u.municipality_id AND e.update_id = u.id"
    " WHERE u.municipality_id = commitment.municipality_id AND u.commitment_id = commitment.id)"
)


def upgrade() -> None:
    """A table of its own; nobody has said anything yet, and who closed what so far is in the trail alone."""
    op.create_table(
        "assessment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("partner_id", KEY, nullable=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reply_on", sa.Date(), nullable=True),
        sa.Column("reply_by", sa.String(200), nullable=False),
        sa.CheckConstraint(VERDICTS, name=op.f("ck_assessment_verdict")),
        sa.CheckConstraint("(reply = '') = (reply_on is null)", name=op.f("ck_assessment_reply")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "commitment_id"],
            ["commitment.municipality_id", "commitment.id"],
            name=op.f("fk_assessment_municipality_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_assessment_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index("ix_assessment_commitment", "assessment", ["municipality_id", "commitment_id", "id"])
    op.create_index(op.f("ix_assessment_partner_id"), "assessment", ["partner_id"])
    with op.batch_alter_table("progress_update") as update:
        update.add_column(sa.Column("link", sa.String(500), nullable=False, server_default=""))
    with op.batch_alter_table("commitment") as commitment:
        commitment.add_column(
            sa.Column("evidence_required", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        commitment.add_column(sa.Column("evidence_on", sa.Date(), nullable=True))
        commitment.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        commitment.add_column(sa.Column("closed_by_user_id", KEY, nullable=True))
    op.execute(SHOWN)


def downgrade() -> None:
    """Take it away again, with what was said."""
    with op.batch_alter_table("commitment") as commitment:
        for name in ("closed_by_user_id", "closed_at", "evidence_on", "evidence_required"):
            commitment.drop_column(name)
    with op.batch_alter_table("progress_update") as update:
        update.drop_column("link")
    op.drop_table("assessment")
