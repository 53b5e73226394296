"""the days on which a commitment becomes too slow, silent or blocked; suspensions; their counts"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NEVER = "9999-12-31"
CLOCKS = ("behind_from", "silent_from", "blocked_from")
COUNTS = ("behind_count", "silent_count", "blocked_count")


def upgrade() -> None:
    """New clocks are quiet until a tick reckons them: every agenda is marked to be redone."""
    with op.batch_alter_table("commitment") as commitment:
        commitment.add_column(sa.Column("blocked_on", sa.Date(), nullable=True))
        commitment.add_column(sa.Column("suspended_from", sa.Date(), nullable=True))
        commitment.add_column(sa.Column("suspended_until", sa.Date(), nullable=True))
        commitment.add_column(sa.Column("suspended_reason", sa.Text(), nullable=False, server_default=""))
        for name in CLOCKS:
            commitment.add_column(sa.Column(name, sa.Date(), nullable=False, server_default=NEVER))
        commitment.create_check_constraint(
            op.f("ck_commitment_suspended"),
            "(suspended_from is null and suspended_until is null) or suspended_from <= suspended_until",
        )
    for name in CLOCKS:
        quiet = sa.text(f"{name} < '{NEVER}'")
        op.create_index(
            f"ix_commitment_{name}",
            "commitment",
            ["municipality_id", name],
            sqlite_where=quiet,
            postgresql_where=quiet,
        )
    with op.batch_alter_table("standing") as standing:
        for name in COUNTS:
            standing.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    # Out of date under any policy, that of the beginning included.
    with op.batch_alter_table("watch") as watch:
        watch.add_column(sa.Column("rules_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("watch") as watch:
        watch.drop_column("rules_version")
    with op.batch_alter_table("standing") as standing:
        for name in reversed(COUNTS):
            standing.drop_column(name)
    for name in CLOCKS:
        op.drop_index(f"ix_commitment_{name}", "commitment")
    with op.batch_alter_table("commitment") as commitment:
        commitment.drop_constraint(op.f("ck_commitment_suspended"), type_="check")
        for name in (*CLOCKS, "suspended_reason", "suspended_until", "suspended_from", "blocked_on"):
            commitment.drop_column(name)
