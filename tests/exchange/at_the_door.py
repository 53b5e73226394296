"""`python -m tests.exchange.at_the_door FOLDER CODE USER`: every file of a folder through the page and the command.

Each attempt is a process of its own, forked from a warm one, so that its time and its memory are its own. Prints
one line of JSON an attempt.
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask

from config import Settings
from tests.support.apps import new_app
from tests.support.pages import Client, form_of
from tracker.core.db import db
from tracker.exchange.commands import agenda_cli

DOORS = ("page", "command")


@dataclass(frozen=True)
class Attempt:
    """What came of one file at one door."""

    file: str
    door: str
    #: Status of the answer, or exit code.
    code: int
    text: str
    #: Of the processor, children included; and on the wall.
    seconds: float
    wall: float
    #: Peak of resident memory: this process and its largest child together.
    mib: int


def _page(app: Flask, path: Path, place: str, user_id: int) -> tuple[int, str]:
    client = app.test_client()
    assert isinstance(client, Client)
    client.enter_as(user_id)
    address = f"/{place}/agenda/import"
    values = form_of(client.get(address).text, address).values
    values.pop("pasted", None)
    with path.open("rb") as file:
        answer = client.post(address, data={**values, "file": (file, path.name)}, follow_redirects=True)
    return answer.status_code, answer.text


def _command(app: Flask, path: Path, place: str, _user_id: int) -> tuple[int, str]:
    words = ["import", str(path), "--municipality", place]
    done = app.test_cli_runner().invoke(agenda_cli, words)
    return done.exit_code, done.stderr + (repr(done.exception) if done.exit_code not in (0, 1, 2) else "")


_WAYS: dict[str, Callable[[Flask, Path, str, int], tuple[int, str]]] = {"page": _page, "command": _command}


def _forget_peak() -> None:
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")


def _peak_mib() -> int:
    status = Path("/proc/self/status")
    largest_child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return (own + largest_child) // 1024


def _processor() -> float:
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in both)


def _attempt(app: Flask, door: str, path: Path, place: str, user_id: int) -> Attempt:
    _forget_peak()
    began, used = time.perf_counter(), _processor()
    code, text = _WAYS[door](app, path, place, user_id)
    seconds, wall = _processor() - used, time.perf_counter() - began
    return Attempt(path.name, door, code, text, round(seconds, 2), round(wall, 2), _peak_mib())


def main() -> int:
    """Try all of them."""
    folder, place, user_id = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    app = new_app(Settings())
    _command(app, min(folder.iterdir()), place, user_id)  # libraries loaded
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for path in sorted(folder.iterdir()):
        for door in DOORS:
            sys.stdout.flush()
            child = os.fork()
            if not child:
                told = json.dumps(asdict(_attempt(app, door, path, place, user_id)))
                with io.FileIO(1, "w", closefd=False) as out:
                    out.write(told.encode() + b"\n")
                os._exit(0)
            _pid, status = os.waitpid(child, 0)
            if status:
                sys.stdout.write(json.dumps({"file": path.name, "door": door, "died": status}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
