"""The product at work in processes that may be killed: one process imports it once and forks the rest.

    python -m tests.post.worker_process FD...

Each FD is the writing end of a pipe: the place where the worker of that number says what it is about to do. Orders
come as JSON lines on standard input, each is answered by one line on standard output:

start   fork worker `place` on `job` at the instant `at`; `ticking` says whether its clock goes on; `die_at` before
        which statement or commit it kills itself, counted from when it says `die_in`
kill    SIGKILL worker `place`, answer how it ended
wait    wait for its end, answer how it ended
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

import time_machine
from flask import Flask
from sqlalchemy import event

from config import Settings
from tracker import create_app
from tracker.core.db import db
from tracker.follow_up import checks, ticks

Say = Callable[[str], None]

#: prctl: the signal to get when the parent ends.
_PDEATHSIG = 1
#: Seconds between two rounds of a worker that found nothing to do.
_BREATH = 0.01

#: Before each of these a worker can be told to die.
POINTS = ("before_cursor_execute", "commit")

ROUND = (("check", ticks.check_due), ("compose", ticks.compose_due), ("deliver", ticks.deliver_due))


def lap(_app: Flask, say: Say) -> None:
    """Every tick once."""
    for name, run in ROUND:
        say(name)
        run()


def work(app: Flask, say: Say) -> NoReturn:
    """Every tick again and again, as `flask worker` does without its pauses."""
    while True:
        lap(app, say)
        select.select([], [], [], _BREATH)


def check(_app: Flask, say: Say) -> None:
    """The check alone; says how many statements and commits it was, how many of these commits, and the seconds."""
    if "ROWS_AT_ONCE" in os.environ:
        # As a municipality of a hundred thousand rows is checked, without having to make one.
        vars(ticks)["Way"] = partial(checks.Way, most=int(os.environ["ROWS_AT_ONCE"]))
    points: Counter[str] = Counter()
    for name in POINTS:
        event.listen(db.engine, name, lambda *_args, name=name: points.update([name]))
    db.engine.connect().close()
    points.clear()
    say("check")
    began = perf_counter()
    ticks.check_due()
    say(f"done {points.total()} {points['commit']} {perf_counter() - began}")


def check_often(app: Flask, say: Say) -> None:
    """Ten times a check of every open row and the tick, begun when the test lets go; says what was raised."""
    say("ready")
    with Path(os.environ["STARTING_LINE"]).open("rb") as line:
        fcntl.flock(line, fcntl.LOCK_SH)
    for _time in range(10):
        answer = app.test_cli_runner().invoke(args=["check", "--all", "--format", "json"])
        assert answer.exit_code == 0, answer.output
        say(json.dumps(json.loads(answer.stdout)["notices"]))
        ticks.check_due()


JOBS: dict[str, Callable[[Flask, Say], None]] = {
    "lap": lap,
    "work": work,
    "check": check,
    "check often": check_often,
}


def _dying(say: Say, word: str, point: int) -> Say:
    """SIGKILL oneself before the statement or commit of that number after `word` was said."""
    left = [-1]

    def count(*_args: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def say_and_begin(said: str) -> None:
        say(said)
        if said == word and left[0] < 0:
            left[0] = point

    for name in POINTS:
        event.listen(db.engine, name, count)
    return say_and_begin


def _follow_the_parent() -> None:
    """End when whoever started this process ends, however that comes about."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


def _worker(app: Flask, order: dict[str, Any], pipe: int) -> NoReturn:
    def say(word: str) -> None:
        os.write(pipe, f"{word}\n".encode())

    code = 1
    try:
        _follow_the_parent()
        with time_machine.travel(datetime.fromisoformat(order["at"]), tick=order["ticking"]), app.app_context():
            heard = _dying(say, order["die_in"], order["die_at"]) if order["die_at"] else say
            JOBS[order["job"]](app, heard)
        say("end")
        code = 0
    except BaseException:
        traceback.print_exc()
        say("failed")
    finally:
        sys.stderr.flush()
        os._exit(code)


class Nursery:
    """Forks workers and buries them."""

    def __init__(self, app: Flask, pipes: list[int]) -> None:
        self.app, self.pipes = app, pipes
        self.alive: dict[int, int] = {}

    def start(self, order: dict[str, Any]) -> dict[str, int]:
        """Fork one."""
        place = order["place"]
        pid = os.fork()
        if pid == 0:
            _worker(self.app, order, self.pipes[place])
        self.alive[place] = pid
        return {"pid": pid}

    def kill(self, order: dict[str, Any]) -> dict[str, int]:
        """Kill one, whatever it is doing; it may have ended by itself."""
        # Not waited for yet, so the number cannot be somebody else's.
        os.kill(self.alive[order["place"]], signal.SIGKILL)
        return self.wait(order)

    def wait(self, order: dict[str, Any]) -> dict[str, int]:
        """How one ended: its exit code, or minus the signal."""
        _pid, status = os.waitpid(self.alive.pop(order["place"]), 0)
        return {"ended": os.waitstatus_to_exitcode(status)}


def main() -> None:
    """Take orders until there are no more."""
    _follow_the_parent()
    nursery = Nursery(create_app(Settings()), [int(fd) for fd in sys.argv[1:]])
    print(json.dumps({"pid": os.getpid()}), flush=True)
    try:
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(getattr(nursery, order.pop("do"))(order)), flush=True)
    finally:
        for place in list(nursery.alive):
            nursery.kill({"place": place})


if __name__ == "__main__":
    main()
