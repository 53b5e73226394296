"""What waits is found by its own index, however many mails have left."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from tests.support.apps import DbSession, only_sqlite
from tracker.core.db import db
from tracker.post.models import IS_OPEN, OutboxMail


@only_sqlite
def test_open_mails_are_found_by_their_index(session: DbSession) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    statement = select(OutboxMail.id).where(IS_OPEN, OutboxMail.not_before <= now).order_by(OutboxMail.not_before)
    asked = str(statement.compile(db.engine, compile_kwargs={"literal_binds": False, "render_postcompile": True}))
    assert "'waiting'" in asked
    plan = session.execute(text(f"EXPLAIN QUERY PLAN {asked.replace('?', ':now')}"), {"now": "2026-11-23"}).all()
    assert any("ix_outbox_mail_open" in row[3] for row in plan), plan
