"""money of a commitment as it is now, executed and paid; women and men reached with an update"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FIGURES = ("current", "executed", "paid")
PEOPLE = ("women", "men", "unsexed")


def upgrade() -> None:
    """What was never written down is not known, which is not nothing."""
    with op.batch_alter_table("budget") as budget:
        for name in FIGURES:
            budget.add_column(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True))
        for name in FIGURES:
            budget.create_check_constraint(op.f(f"ck_budget_{name}"), f"{name}_minor >= 0")
    with op.batch_alter_table("progress_update") as update:
        for name in PEOPLE:
            update.add_column(sa.Column(f"{name}_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the figures away again; what was assigned and what was said stay."""
    with op.batch_alter_table("progress_update") as update:
        for name in PEOPLE:
            update.drop_column(f"{name}_count")
    with op.batch_alter_table("budget") as budget:
        for name in FIGURES:
            budget.drop_constraint(op.f(f"ck_budget_{name}"), type_="check")
        for name in FIGURES:
            budget.drop_column(f"{name}_minor")
