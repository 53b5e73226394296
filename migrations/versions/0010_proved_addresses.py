"""accounts know when their address was proved; those there are count as proved since they were made"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody loses what was open to them until now."""
    with op.batch_alter_table("user_account") as user:
        user.add_column(sa.Column("address_proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE user_account SET address_proved_at = created_at")


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("user_account") as user:
        user.drop_column("address_proved_at")
