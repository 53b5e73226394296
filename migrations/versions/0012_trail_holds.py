"""on SQLite nothing of the trail is replaced by writing it again; PostgreSQL's keys refuse that by themselves"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REFUSED = "the trail is append-only"
#: Table → when a row is there already. INSERT OR REPLACE deletes it without asking the triggers about deleting.
THERE = {
    "audit_entry": "SELECT 1 FROM audit_entry WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number)",
    "audit_name": "SELECT 1 FROM audit_name WHERE chain = NEW.chain AND who = NEW.who",
    "audit_head": "SELECT 1 FROM audit_head WHERE chain = NEW.chain",
}


def upgrade() -> None:
    """Refuse what would replace."""
    if op.get_bind().dialect.name == "sqlite":
        for table, there in THERE.items():
            op.execute(
                f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({there})"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def downgrade() -> None:
    """Let it be again."""
    if op.get_bind().dialect.name == "sqlite":
        for table in THERE:
            op.execute(f"DROP TRIGGER {table}_replace")
