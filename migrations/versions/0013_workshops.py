"""what a workshop was: kind, place, days, sessions, and who took part as numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the tables."""
    with op.batch_alter_table("workshop") as batch:
        batch.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="workshop"))
        batch.add_column(sa.Column("venue", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("country_code", sa.String(2), nullable=True))
        batch.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(op.f("fk_workshop_country_code"), "country", ["country_code"], ["code"])
        batch.create_check_constraint(op.f("ck_workshop_kind"), "kind in ('workshop', 'course', 'seminar')")
        batch.create_check_constraint(
            op.f("ck_workshop_start_before_end"), "starts_on is null or ends_on is null or starts_on <= ends_on"
        )
    op.create_table(
        "workshop_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_session_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_session")),
    )
    op.create_index("ix_workshop_session_workshop", "workshop_session", ["workshop_id"])
    op.create_table(
        "workshop_attendance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workshop_id", KEY, nullable=False),
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.Column("sector", sa.String(100), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("not_stated", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "women >= 0 and men >= 0 and not_stated >= 0", name=op.f("ck_workshop_attendance_counts")
        ),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_workshop_attendance_country_code")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_attendance_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_attendance")),
    )
    op.create_index("ix_workshop_attendance_workshop", "workshop_attendance", ["workshop_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("workshop_attendance")
    op.drop_table("workshop_session")
    with op.batch_alter_table("workshop") as batch:
        batch.drop_constraint(op.f("ck_workshop_start_before_end"), type_="check")
        batch.drop_constraint(op.f("ck_workshop_kind"), type_="check")
        batch.drop_constraint(op.f("fk_workshop_country_code"), type_="foreignkey")
        for name in ("version", "ends_on", "starts_on", "country_code", "venue", "kind"):
            batch.drop_column(name)
