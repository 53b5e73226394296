"""new dates that are asked for, granted or refused; dates that hang on a condition"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A table of its own; dates that moved so far were asked for by nobody but who moved them."""
    op.create_table(
        "date_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("milestone_id", KEY, nullable=True),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("new_precision", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("assistant", sa.String(200), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.String(200), nullable=False),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer in ('', 'granted', 'refused', 'withdrawn')", name=op.f("ck_date_request_answer")
        ),
        sa.CheckConstraint(
            "(answer = '') = (answered_on = '9999-12-31')", name=op.f("ck_date_request_answered")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "commitment_id"],
            ["commitment.municipality_id", "commitment.id"],
            name=op.f("fk_date_request_municipality_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "milestone_id"],
            ["milestone.municipality_id", "milestone.id"],
            name=op.f("fk_date_request_municipality_id_milestone_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_request")),
    )
    op.create_index("ix_date_request_commitment", "date_request", ["municipality_id", "commitment_id", "id"])
    still = sa.text("answered_on = '9999-12-31'")
    op.create_index(
        "ix_date_request_open",
        "date_request",
        ["municipality_id", "subject"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    with op.batch_alter_table("commitment") as commitment:
        commitment.add_column(sa.Column("condition", sa.String(300), nullable=False, server_default=""))
        commitment.add_column(sa.Column("condition_days", sa.Integer(), nullable=True))
        commitment.add_column(sa.Column("condition_met_on", sa.Date(), nullable=True))
    with op.batch_alter_table("date_change") as change:
        change.add_column(sa.Column("asked_by", sa.String(200), nullable=False, server_default=""))
        change.add_column(sa.Column("asked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take it away again; dates that moved stay moved."""
    with op.batch_alter_table("date_change") as change:
        change.drop_column("asked_on")
        change.drop_column("asked_by")
    with op.batch_alter_table("commitment") as commitment:
        commitment.drop_column("condition_met_on")
        commitment.drop_column("condition_days")
        commitment.drop_column("condition")
    op.drop_table("date_request")
