"""The application as other processes: commands and a server, as an operator starts them."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from flask import Flask

from config import ROOT, Settings
from tests.support.apps import SETTINGS

HOST = "127.0.0.1"
#: Seconds a server may take until it answers.
START_WITHIN = 60


def environment_of(app: Flask, **others: str) -> dict[str, str]:
    """The environment in which another process is the same installation as `app`."""
    settings: Settings = app.extensions[SETTINGS]
    own = {name: str(value) for name, value in settings.model_dump().items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if name not in Settings.model_fields}
    return {**kept, **own, "FLASK_SKIP_DOTENV": "1", "PYTHONUNBUFFERED": "1", **others}


def run_flask(
    app: Flask, *arguments: str, typed: str | None = None, within: float = 120, **others: str
) -> "subprocess.CompletedProcess[str]":
    """Run a `flask` command to its end on the database of a `fresh_app`; `typed` is its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environment_of(app, **others),
        input=typed if typed is not None else "",
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


def start_flask(app: Flask, *arguments: str, log: Path, **others: str) -> "subprocess.Popen[bytes]":
    """Start a `flask` command that goes on (`worker`, `serve`); what it says goes to `log`."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=environment_of(app, **others),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )


def end(process: "subprocess.Popen[bytes]", within: float = 20) -> int:
    """Ask a process of ours to end, make it end if it does not; its exit code."""
    process.terminate()
    try:
        return process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def wait_until_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Return once the port answers; fails with the log when the process ends or takes too long."""
    deadline = monotonic() + START_WITHIN
    while monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=0.05)
            raise AssertionError(f"the server ended with {code} before it listened:\n{_tail(log)}")
    raise AssertionError(f"nothing listened on port {port} within {START_WITHIN} s:\n{_tail(log)}")


class LiveServer:
    """A running `flask serve`."""

    def __init__(self, app: Flask, log: Path, others: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = log
        where = ["--host", HOST, "--port", str(self.port), "--no-scheduler"]
        told = {"PUBLIC_URL": self.url, **others}
        self.process = start_flask(app, "serve", *where, log=log, **told)
        try:
            wait_until_listening(self.process, self.port, log)
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> int:
        """End it as an operator does; its exit code."""
        return end(self.process)

    def said(self) -> str:
        """What it wrote to its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:] if log.exists() else ""
