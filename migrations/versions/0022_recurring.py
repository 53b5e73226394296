"""promises that recur: their pattern, the day each occurrence stands for, and what was not held"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing recurs so far."""
    with op.batch_alter_table("commitment") as commitment:
        commitment.add_column(sa.Column("recurs", sa.String(80), nullable=False, server_default=""))
    with op.batch_alter_table("milestone") as milestone:
        milestone.add_column(sa.Column("occurs_on", sa.Date(), nullable=True))
        milestone.add_column(sa.Column("not_held", sa.Boolean(), nullable=False, server_default=sa.false()))
        milestone.create_unique_constraint(
            op.f("uq_milestone_municipality_id_commitment_id_occurs_on"),
            ["municipality_id", "commitment_id", "occurs_on"],
        )
        milestone.create_check_constraint(
            op.f("ck_milestone_not_held"), "not not_held or cancelled_on < '9999-12-31'"
        )


def downgrade() -> None:
    """Occurrences stay as milestones, those that were not held as dropped ones."""
    with op.batch_alter_table("milestone") as milestone:
        milestone.drop_constraint(op.f("ck_milestone_not_held"), type_="check")
        milestone.drop_constraint(op.f("uq_milestone_municipality_id_commitment_id_occurs_on"), type_="unique")
        milestone.drop_column("not_held")
        milestone.drop_column("occurs_on")
    with op.batch_alter_table("commitment") as commitment:
        commitment.drop_column("recurs")
