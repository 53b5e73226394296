"""`flask demo`: the demo world on this machine, in one command."""

import errno
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError

from config import Settings
from tracker.accounts.models import User
from tracker.accounts.passwords import hash_password
from tracker.core.commands import refuse
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.demo.accounts import ADMINISTRATOR, PASSWORD, all_accounts
from tracker.demo.loader import load_municipality, load_region
from tracker.demo.world_files import world_codes, world_of
from tracker.server import serve_until_stopped
from tracker.territory.models import Municipality

HOST = "127.0.0.1"


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to listen.")
@click.option("--no-serve", is_flag=True, help="Load the demo world and say who can sign in, serve nothing.")
@with_appcontext
def demo(port: int, no_serve: bool) -> None:
    """Load eleven municipalities with invented promises, once, and serve them on this machine alone.

    Uses DATABASE_URL, by default an embedded database under instance/. Not for production: everybody knows
    the password.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.config["TRACKER_ENV"] == "production":
        refuse("The demo world is not for production: everybody knows its password. Use `flask serve`.")
    app.config["DEMO"] = True
    if app.config["PUBLIC_URL"] == Settings.model_fields["PUBLIC_URL"].default:
        app.config["PUBLIC_URL"] = f"http://{HOST}:{port}"
    _prepare_database()
    load_what_is_missing()
    click.echo("\n".join(sign_in_lines()))
    if no_serve:
        return
    click.echo(f"\nOpen http://{HOST}:{port} (stop with Ctrl+C)")
    try:
        serve_until_stopped(app, HOST, port, scheduler=True)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        other = f"flask demo --port {port % 65535 + 1}"
        refuse(f"Port {port} cannot be used ({error.strerror}); choose another: {other}")


def load_what_is_missing() -> None:
    """Load what is not there yet: everything the first time, the rest where a load was broken off."""
    with transaction():
        ours = _holds_demo_world()
        held = set(db.session.scalars(select(Municipality.code)))
    missing = [code for code in world_codes() if code not in held]
    if not missing:
        click.echo("The demo world is there already.")
        return
    click.echo("Loading the demo world (real places; units, people and promises are invented):")
    now = utc_now()
    password_hash = hash_password(PASSWORD)
    if not ours:
        with transaction():
            load_region(now, password_hash)
    for code in missing:
        with transaction():
            load_municipality(now, code, password_hash)
        click.echo(f"  {world_of(code)['municipality']['name']} ({code})")


def sign_in_lines() -> list[str]:
    """Who can sign in and with which password, as a table."""
    with transaction():
        active = set(db.session.scalars(select(User.email).where(User.active)))
    known = [account for account in all_accounts() if account.email in active]
    rows = [("ROLE", "E-MAIL", "PLACE"), *((a.role, a.email, a.place) for a in known)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    table = [f"{role:<{widths[0]}}  {email:<{widths[1]}}  {place}" for role, email, place in rows]
    return ["", *table, "", f"Password of each: {PASSWORD}"]


def _prepare_database() -> None:
    """Make the folder of an embedded database and bring the database to the newest schema.

    A database with other data is refused before anything in it is touched.
    """
    url = db.engine.url
    if url.drivername.startswith("sqlite") and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        with transaction():
            other = _holds_anything() and not _holds_demo_world()
        if other:
            refuse(
                "The database of DATABASE_URL holds other data; nothing was loaded.",
                "Use `flask serve` for it, or give the demo world another DATABASE_URL.",
            )
        upgrade()
    except OperationalError as error:
        refuse(f"The database of DATABASE_URL cannot be used: {error.orig}")
    db.session.remove()


def _holds_anything() -> bool:
    """Whether anybody or any place is in the database, migrated or not."""
    tables = set(inspect(db.session.connection()).get_table_names())
    models = [model for model in (User, Municipality) if model.__tablename__ in tables]
    return any(db.session.scalar(select(model.id).limit(1)) is not None for model in models)


def _holds_demo_world() -> bool:
    """Whether the demo world is there, at least its first account."""
    return db.session.scalar(select(User.id).where(User.email == ADMINISTRATOR)) is not None
