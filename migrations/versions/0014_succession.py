"""where a commitment came from and went to, and members of an association that take part in it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns; a party may be a member of the association."""
    with op.batch_alter_table("commitment") as batch:
        batch.add_column(sa.Column("origin", sa.String(90), nullable=False, server_default=""))
        batch.add_column(sa.Column("passed_to", sa.String(90), nullable=False, server_default=""))
    with op.batch_alter_table("municipality") as batch:
        batch.alter_column("replaced_by", existing_type=sa.String(40), type_=sa.String(400), existing_nullable=True)
    with op.batch_alter_table("party") as batch:
        batch.add_column(sa.Column("member_id", KEY, nullable=True))
        batch.drop_constraint(op.f("ck_party_one_party"), type_="check")
        batch.create_check_constraint(
            op.f("ck_party_one_party"),
            "(case when unit_id is null then 0 else 1 end) + (case when partner_id is null then 0 else 1 end)"
            " + (case when member_id is null then 0 else 1 end) = 1",
        )
        batch.create_foreign_key(op.f("fk_party_member_id"), "municipality", ["member_id"], ["id"])
    op.create_index("ix_party_member", "party", ["member_id"])


def downgrade() -> None:
    """Take them away again, and with them parties that are members."""
    op.execute("DELETE FROM party WHERE member_id IS NOT NULL")
    op.drop_index("ix_party_member", table_name="party")
    with op.batch_alter_table("party") as batch:
        batch.drop_constraint(op.f("fk_party_member_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_party_one_party"), type_="check")
        batch.create_check_constraint(op.f("ck_party_one_party"), "(unit_id is null) <> (partner_id is null)")
        batch.drop_column("member_id")
    op.execute("UPDATE municipality SET replaced_by = substr(replaced_by, 1, 40)")
    with op.batch_alter_table("municipality") as batch:
        batch.alter_column("replaced_by", existing_type=sa.String(400), type_=sa.String(40), existing_nullable=True)
    with op.batch_alter_table("commitment") as batch:
        batch.drop_column("passed_to")
        batch.drop_column("origin")
