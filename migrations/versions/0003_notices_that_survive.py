"""notices that survive anything: what is leaving, what was settled, tries, checks by place, pulses, preferences"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = "state in ('waiting', 'composed', 'leaving', 'sent', 'failed', 'cancelled', 'nobody')"
STATES_BEFORE = "state in ('waiting', 'composed', 'sent', 'failed', 'cancelled', 'nobody')"


def partial(table: str, name: str, columns: list[str], only: str) -> None:
    """The same partial index on both databases."""
    op.create_index(name, table, columns, postgresql_where=sa.text(only), sqlite_where=sa.text(only))


def upgrade() -> None:
    """Add the tables and columns."""
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("ck_notice_state"), type_="check")
        notice.add_column(sa.Column("cleared_on", sa.Date(), nullable=True))
        notice.add_column(sa.Column("cleared_how", sa.String(20), nullable=False, server_default=""))
        notice.add_column(sa.Column("cleared_in", KEY, nullable=True))
        notice.create_check_constraint(op.f("ck_notice_state"), STATES)
        notice.create_foreign_key(op.f("fk_notice_cleared_in"), "digest", ["cleared_in"], ["id"])
        notice.create_index("ix_notice_place_digest", ["municipality_id", "digest_id"])
        notice.create_index("ix_notice_cleared_in", ["cleared_in"])
        # A subject is one municipality's: led by it, a check of many municipalities finds its notices in one go.
        notice.drop_index("ix_notice_subject")
        notice.create_index("ix_notice_subject", ["subject", "municipality_id"])
    with op.batch_alter_table("notice") as notice:
        # The default served the rows that were there.
        notice.alter_column("cleared_how", server_default=None, existing_type=sa.String(20), existing_nullable=False)
    partial("notice", "ix_notice_waiting_recipient", ["recipient"], "state = 'waiting'")
    partial("notice", "ix_notice_nobody", ["municipality_id"], "state = 'nobody'")
    partial("notice", "ix_notice_cleared", ["recipient"], "cleared_on is not null and cleared_in is null")
    partial("outbox_mail", "ix_outbox_mail_failed", ["id"], "state = 'failed'")
    op.create_index("ix_watch_policy_version", "watch", ["policy_version"])
    op.create_index("ix_digest_day", "digest", ["day", "id"])
    op.create_table(
        "mail_try",
        sa.Column("id", KEY, nullable=False),
        sa.Column("mail_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name=op.f("fk_mail_try_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_try")),
    )
    op.create_index("ix_mail_try_mail", "mail_try", ["mail_id"])
    op.create_table(
        "place_check",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *[
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("looked_at", "changed", "told", "skipped", "nobody")
        ],
        sa.Column("error", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_place_check_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_check")),
    )
    op.create_index("ix_place_check_place", "place_check", ["municipality_id", "id"])
    op.create_index("ix_place_check_at", "place_check", ["at"])
    partial("place_check", "ix_place_check_failed", ["municipality_id", "day"], "error <> ''")
    op.create_table(
        "tick_pulse",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("well_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick_pulse")),
    )
    op.create_table(
        "mail_preference",
        sa.Column("address", sa.String(254), nullable=False),
        *[sa.Column(name, sa.Boolean(), nullable=False) for name in ("early", "copies", "cleared")],
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_preference")),
    )
    op.create_table(
        "unsubscribe_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsubscribe_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_unsubscribe_link_token_hash")),
    )
    op.create_index("ix_unsubscribe_link_expires_at", "unsubscribe_link", ["expires_at"])


def downgrade() -> None:
    """Take them away again; what was leaving is in its digest still."""
    for table in ("unsubscribe_link", "mail_preference", "tick_pulse", "place_check", "mail_try"):
        op.drop_table(table)
    op.drop_index("ix_digest_day", "digest")
    op.drop_index("ix_watch_policy_version", "watch")
    op.drop_index("ix_outbox_mail_failed", "outbox_mail")
    for name in ("ix_notice_waiting_recipient", "ix_notice_nobody", "ix_notice_cleared"):
        op.drop_index(name, "notice")
    op.execute("update notice set state = 'composed' where state = 'leaving' and reason = ''")
    op.execute("update notice set state = 'cancelled' where state = 'leaving'")
    with op.batch_alter_table("notice") as notice:
        notice.drop_index("ix_notice_subject")
        notice.create_index("ix_notice_subject", ["municipality_id", "subject"])
        notice.drop_index("ix_notice_place_digest")
        notice.drop_index("ix_notice_cleared_in")
        notice.drop_constraint(op.f("fk_notice_cleared_in"), type_="foreignkey")
        notice.drop_constraint(op.f("ck_notice_state"), type_="check")
        notice.drop_column("cleared_in")
        notice.drop_column("cleared_how")
        notice.drop_column("cleared_on")
        notice.create_check_constraint(op.f("ck_notice_state"), STATES_BEFORE)
