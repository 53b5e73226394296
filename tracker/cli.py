"""One command per job. Each reads the time and owns its transaction; rules and rows are elsewhere."""

import signal
import socket
import threading
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from tracker.accounts.commands import user_cli
from tracker.core.commands import refuse
from tracker.core.log import log
from tracker.core.ticks import Ticker
from tracker.demo.commands import demo
from tracker.exchange.commands import agenda_cli, registry_cli
from tracker.follow_up.commands import check, notices_cli, standings_cli
from tracker.monitoring.commands import audit_cli
from tracker.schedule import TICKS
from tracker.server import serve_until_stopped
from tracker.territory.commands import association_cli, policy_cli, workshop_cli


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--no-scheduler", is_flag=True, help="Pages alone; checks and mails are a worker's.")
@with_appcontext
def serve(host: str, port: int, no_scheduler: bool) -> None:
    """Upgrade the database and serve, with the scheduled checks in the same process."""
    upgrade()
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        refuse(f"Port {port} of {host} cannot be listened on: {error.strerror}. Choose another with --port.")
    serve_until_stopped(current_app._get_current_object(), host, port, scheduler=not no_scheduler)  # type: ignore[attr-defined]


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Scheduled checks and mails alone, beside any number of web processes."""
    ticker = Ticker(current_app._get_current_object(), TICKS, current_app.config["TICK_SECONDS"])  # type: ignore[attr-defined]
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ticker.start()
    log("worker").info("working", seconds=current_app.config["TICK_SECONDS"])
    stopped.wait()
    ticker.stop()


def register_commands(app: Flask) -> None:
    """Give the `flask` command its jobs."""
    for command in (
        demo,
        serve,
        worker,
        user_cli,
        registry_cli,
        policy_cli,
        association_cli,
        workshop_cli,
        agenda_cli,
        check,
        notices_cli,
        standings_cli,
        audit_cli,
    ):
        app.cli.add_command(command)
