"""Compromiso: follow-up of municipal plans and commitments."""

import secrets
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import ROOT, Settings
from tracker import models
from tracker.accounts.letters import kinds as account_mails
from tracker.accounts.rules import ROLES, duty_of
from tracker.accounts.views import accounts
from tracker.agenda.views import agenda
from tracker.cli import register_commands
from tracker.core.db import db
from tracker.core.i18n import (
    format_day,
    format_long_day,
    format_money,
    format_number,
    format_percent,
    init_i18n,
    label,
)
from tracker.core.log import init_logging
from tracker.core.web import init_web
from tracker.exchange.views import exchange
from tracker.follow_up.handing.letters import kind as term_mail
from tracker.follow_up.views import follow_up
from tracker.frameworks.words import goal_words
from tracker.gate import init_gate
from tracker.layout import layout_context
from tracker.monitoring.views import monitoring
from tracker.notices.digest import is_stale, revive_digest, settle_digest, write_digests
from tracker.notices.presenting import moved_words, what_words, when_words
from tracker.notices.views import notices
from tracker.plan.views import plan
from tracker.post.kinds import Kind, register
from tracker.schedule import TICKS

__all__ = ["create_app", "models"]

#: Shortest secret that production accepts, in characters.
SHORTEST_SECRET = 32


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired; starts no scheduler and touches no database."""
    settings = settings or Settings()
    app = Flask(
        "tracker",
        root_path=str(Path(__file__).parent),
        template_folder=str(ROOT / "templates"),
        instance_path=str(ROOT / "instance"),
    )
    app.config.update(
        settings.model_dump(),
        SECRET_KEY=settings.SECRET_KEY or _own_secret(settings),
        SQLALCHEMY_DATABASE_URI=settings.engine_url(),
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.engine_url()),
        TRANSLATIONS=ROOT / "tracker" / "translations",
    )
    _refuse_weak(app, settings)
    if unknown := duty_of(settings.SECOND_FACTOR_FOR) - set(ROLES):
        raise SystemExit(f"SECOND_FACTOR_FOR: no role {', '.join(sorted(unknown))}; there are {', '.join(ROLES)}")
    init_logging(settings.LOG_LEVEL, settings.LOG_FORMAT)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    init_i18n(app)
    init_gate(app)
    init_web(app)
    for room in (accounts, follow_up, agenda, plan, notices, monitoring, exchange):
        app.register_blueprint(room)
    app.context_processor(layout_context)
    app.jinja_env.globals.update(
        format_day=format_day,
        format_long_day=format_long_day,
        format_money=format_money,
        format_number=format_number,
        format_percent=format_percent,
        goal_words=goal_words,
        label=label,
        moved_words=moved_words,
        what_words=what_words,
        when_words=when_words,
    )
    app.extensions["tick_names"] = [tick.name for tick in TICKS]
    app.extensions["mail_kinds"] = {}
    for kind in account_mails():
        register(app.extensions["mail_kinds"], kind)
    register(app.extensions["mail_kinds"], term_mail())
    register(app.extensions["mail_kinds"], Kind("digest", write_digests, is_stale, settle_digest, revive_digest))
    register_commands(app)
    return app


def _engine_options(url: str) -> dict[str, object]:
    """How connections are kept: a hung or restarted PostgreSQL is noticed before a request uses it."""
    if url.startswith("sqlite"):
        return {}
    return {
        "pool_pre_ping": True,
        # Compiling a statement takes longer than any of ours runs: half a second against some milliseconds.
        "connect_args": {"connect_timeout": 10, "options": "-c statement_timeout=60000 -c jit=off"},
    }


def _own_secret(settings: Settings) -> str:
    """Where none was given: made once and kept beside the embedded database; production wants a given one."""
    if settings.TRACKER_ENV == "production":
        return ""
    file = ROOT / "instance" / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    return file.read_text(encoding="ascii")


def _refuse_weak(app: Flask, settings: Settings) -> None:
    if settings.TRACKER_ENV == "production" and (len(app.config["SECRET_KEY"]) < SHORTEST_SECRET or app.debug):
        raise SystemExit(
            f"Refused to start: in production SECRET_KEY needs {SHORTEST_SECRET} characters or more, "
            "and debug must be off."
        )
