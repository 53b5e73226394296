"""somebody from outside who enters data for a municipality by its consent; what was entered so"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROLES = "'administrator', 'monitor', 'coordinator', 'officer', 'authority', 'partner'"


def upgrade() -> None:
    """A role that ends by itself; marks on what its holder enters."""
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("until_on", sa.Date(), nullable=True))
        batch.drop_constraint(op.f("ck_membership_role"), type_="check")
        batch.create_check_constraint(op.f("ck_membership_role"), f"role in ({ROLES}, 'assistant')")
        batch.create_check_constraint(
            op.f("ck_membership_assistant"),
            "role <> 'assistant' or (municipality_id is not null and until_on is not null)",
        )
    for table in ("commitment", "milestone", "progress_update"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("assistant", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away again, and with it every consent."""
    op.execute("DELETE FROM membership WHERE role = 'assistant'")
    op.execute(
        "DELETE FROM outbox_mail WHERE kind = 'account_news' AND ref_id IN"
        " (SELECT id FROM account_news WHERE what IN ('assistant', 'assistant_over'))"
    )
    op.execute("DELETE FROM account_news WHERE what IN ('assistant', 'assistant_over')")
    for table in ("progress_update", "milestone", "commitment"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("assistant")
    with op.batch_alter_table("membership") as batch:
        batch.drop_constraint(op.f("ck_membership_assistant"), type_="check")
        batch.drop_constraint(op.f("ck_membership_role"), type_="check")
        batch.create_check_constraint(op.f("ck_membership_role"), f"role in ({ROLES})")
        batch.drop_column("until_on")
