"""Compromiso: follow-up of municipal plans and commitments."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import ROOT, Settings
from tracker import models
from tracker.core.db import db
from tracker.core.i18n import init_i18n
from tracker.core.log import init_logging

__all__ = ["create_app", "models"]


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired; starts no scheduler and touches no database."""
    settings = settings or Settings()
    app = Flask("tracker", root_path=str(Path(__file__).parent), template_folder=str(ROOT / "templates"), instance_path=str(ROOT / "instance"))
    app.config.update(settings.model_dump(), SETTINGS=settings, TRANSLATIONS=ROOT / "tracker" / "translations", SQLALCHEMY_DATABASE_URI=settings.engine_url())
    init_logging(settings.LOG_LEVEL, settings.LOG_FORMAT)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    init_i18n(app)
    return app
