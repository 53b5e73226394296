"""bringing up to date what came in late: when it was sorted, what its date was corrected to"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("commitment", "milestone"):
        with op.batch_alter_table(table) as dated:
            dated.add_column(sa.Column("corrected_due_on", sa.Date(), nullable=True))
            dated.add_column(sa.Column("sorted_on", sa.Date(), nullable=True))
    with op.batch_alter_table("date_change") as ledger:
        ledger.add_column(sa.Column("is_correction", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("date_change") as ledger:
        ledger.alter_column("is_correction", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("date_change") as ledger:
        ledger.drop_column("is_correction")
    for table in ("commitment", "milestone"):
        with op.batch_alter_table(table) as dated:
            dated.drop_column("sorted_on")
            dated.drop_column("corrected_due_on")
