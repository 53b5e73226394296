"""getting in: invitations, resets, changes of address, second factor, sessions that say where they are"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ROLES = "role in ('administrator', 'monitor', 'coordinator', 'officer', 'authority', 'partner')"


def upgrade() -> None:
    """Add columns and tables; whoever is signed in stays so, and whose password there is has had it since then."""
    with op.batch_alter_table("user_account") as user:
        user.add_column(sa.Column("keys_changed_at", INSTANT, nullable=True))
        user.add_column(sa.Column("factor_secret", sa.String(300), nullable=True))
        user.add_column(sa.Column("factor_at", INSTANT, nullable=True))
        user.add_column(sa.Column("factor_step", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE user_account SET keys_changed_at = created_at")
    with op.batch_alter_table("user_account") as user:
        user.alter_column("keys_changed_at", existing_type=INSTANT, nullable=False)
        user.alter_column("factor_step", existing_type=sa.BigInteger(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("login_session") as session:
        session.add_column(sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
        session.add_column(sa.Column("needs_code", sa.Boolean(), nullable=False, server_default=sa.false()))
        session.add_column(sa.Column("device", sa.String(40), nullable=False, server_default=""))
        session.add_column(sa.Column("address", sa.String(45), nullable=False, server_default=""))
    with op.batch_alter_table("login_session") as session:
        for name, kind in (
            ("shared", sa.Boolean()),
            ("needs_code", sa.Boolean()),
            ("device", sa.String(40)),
            ("address", sa.String(45)),
        ):
            session.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("sign_in_attempt") as attempt:
        attempt.add_column(sa.Column("door", sa.String(20), nullable=False, server_default="sign_in"))
    with op.batch_alter_table("sign_in_attempt") as attempt:
        attempt.alter_column("door", existing_type=sa.String(20), existing_nullable=False, server_default=None)
    op.create_table(
        "recovery_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])
    op.create_table(
        "password_reset",
        sa.Column("id", KEY, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
    )
    op.create_index("ix_password_reset_email", "password_reset", ["email"])
    op.create_table(
        "address_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("old_email", sa.String(254), nullable=False),
        sa.Column("new_email", sa.String(254), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("old_hash", sa.String(64), nullable=False),
        sa.Column("new_hash", sa.String(64), nullable=False),
        sa.Column("old_at", INSTANT, nullable=True),
        sa.Column("new_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_how", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "ended_how in ('', 'done', 'refused', 'replaced', 'taken')", name=op.f("ck_address_change_ended_how")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_address_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("old_hash", name=op.f("uq_address_change_old_hash")),
        sa.UniqueConstraint("new_hash", name=op.f("uq_address_change_new_hash")),
    )
    op.create_index("ix_address_change_user_id", "address_change", ["user_id"])
    op.create_table(
        "account_news",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_news_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_news")),
    )
    op.create_index("ix_account_news_user_id", "account_news", ["user_id"])
    _make_invitations()


def _make_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("municipality_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.Column("partner_id", KEY, nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("by_user_id", KEY, nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_how", sa.String(20), nullable=False),
        sa.Column("accepted_by", KEY, nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitation_role")),
        sa.CheckConstraint(
            "ended_how in ('', 'accepted', 'declined', 'revoked', 'replaced')", name=op.f("ck_invitation_ended_how")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"],
            ["unit.municipality_id", "unit.id"],
            name=op.f("fk_invitation_municipality_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_invitation_municipality_id")
        ),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_invitation_country_code")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_invitation_partner_id")),
        sa.ForeignKeyConstraint(["accepted_by"], ["user_account.id"], name=op.f("fk_invitation_accepted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    op.create_index("ix_invitation_place", "invitation", ["municipality_id", "id"])
    only = sa.text("ended_how = ''")
    op.create_index("ix_invitation_open", "invitation", ["email"], postgresql_where=only, sqlite_where=only)


def downgrade() -> None:
    """Take them away again; mails of kinds that nobody could write any more go too."""
    kinds = "('reset', 'invitation', 'address_old', 'address_new', 'account_news')"
    op.execute(f"DELETE FROM mail_try WHERE mail_id IN (SELECT id FROM outbox_mail WHERE kind IN {kinds})")
    op.execute(f"DELETE FROM outbox_mail WHERE kind IN {kinds}")
    for table in ("invitation", "account_news", "address_change", "password_reset", "recovery_code"):
        op.drop_table(table)
    op.execute("DELETE FROM login_session WHERE needs_code")
    op.execute("DELETE FROM sign_in_attempt WHERE door <> 'sign_in'")
    with op.batch_alter_table("sign_in_attempt") as attempt:
        attempt.drop_column("door")
    with op.batch_alter_table("login_session") as session:
        for name in ("address", "device", "needs_code", "shared"):
            session.drop_column(name)
    with op.batch_alter_table("user_account") as user:
        for name in ("factor_step", "factor_at", "factor_secret", "keys_changed_at"):
            user.drop_column(name)
