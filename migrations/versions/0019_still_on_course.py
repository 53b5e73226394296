"""reports that say that nothing is new and all goes as planned"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every report so far said something of its own."""
    with op.batch_alter_table("progress_update") as update:
        update.add_column(sa.Column("steady", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the mark away again; the reports stay."""
    with op.batch_alter_table("progress_update") as update:
        update.drop_column("steady")
