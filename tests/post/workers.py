"""Workers in other processes, as a test starts, hears and kills them."""

import json
import os
import select
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from flask import Flask

from config import ROOT
from tests.support.processes import environment_of

#: Seconds a worker may take for anything; the slowest job takes a few.
PATIENCE = 60
#: How a killed process ends.
KILLED = -9


class Workers:
    """Places for workers on the database of an app; none of them outlives the block.

    with Workers(app, 2, log, MAIL_URL=...) as workers:
        workers.start(0, "work", at)
        workers.hear(0, "deliver")
        assert workers.kill(0) == KILLED
    """

    def __init__(self, app: Flask, places: int, log: Path, **others: str) -> None:
        self._pipes = [os.pipe() for _place in range(places)]
        self._heard: list[bytes] = [b""] * places
        self._log = log
        ends = [writing for _reading, writing in self._pipes]
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.post.worker_process", *map(str, ends)],
                cwd=ROOT,
                env=environment_of(app, LOG_LEVEL="ERROR", **others),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                pass_fds=ends,
                text=True,
            )
        for reading, writing in self._pipes:
            os.set_blocking(reading, False)
            os.close(writing)

    def __enter__(self) -> "Workers":
        assert self._answer()["pid"] == self._process.pid
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # The end of its input makes it kill its children; they follow it too if it dies by itself.
        try:
            self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            for reading, _writing in self._pipes:
                os.close(reading)

    def start(
        self, place: int, job: str, at: datetime, ticking: bool = True, die_in: str = "", die_at: int = 0
    ) -> None:
        """A worker on a job; its clock shows `at` when it begins.

        With `die_at` it kills itself before the statement or commit of that number after it said `die_in`.
        """
        self._read(place)
        self._heard[place] = b""
        how = {"at": at.isoformat(), "ticking": ticking, "die_in": die_in, "die_at": die_at}
        self._order("start", place=place, job=job, **how)

    def kill(self, place: int) -> int:
        """SIGKILL a worker at this moment; how it ended, KILLED unless it had ended before."""
        return int(self._order("kill", place=place)["ended"])

    def wait(self, place: int) -> int:
        """How a worker ended by itself: its exit code, or minus the signal."""
        return int(self._order("wait", place=place)["ended"])

    def run(self, place: int, job: str, at: datetime, ticking: bool = True) -> list[str]:
        """A job from its beginning to its end; what the worker said. Fails with the log where it failed."""
        self.start(place, job, at, ticking)
        return self.finish(place)

    def finish(self, place: int) -> list[str]:
        """Let a worker come to its end; what it said. Fails with the log where it failed."""
        # Heard first: a worker with much to say waits until somebody listens.
        self.hear(place, "end")
        assert self.wait(place) == 0, self.log()
        return self.said(place)

    def hear(self, place: int, word: str) -> None:
        """Return once the worker has said something that begins with `word` since its start."""
        deadline = monotonic() + PATIENCE
        reading = self._pipes[place][0]
        while not any(line.startswith(word) for line in self.said(place)):
            left = deadline - monotonic()
            assert "failed" not in self.said(place), self.log()
            assert left > 0, f"no {word!r} within {PATIENCE} s, only {self.said(place)[-5:]}:\n{self.log()}"
            select.select([reading], [], [], min(left, 1))

    def said(self, place: int) -> list[str]:
        """What the worker said since its start."""
        self._read(place)
        return self._heard[place].decode().splitlines()

    def log(self) -> str:
        """The last of what went wrong in any of them."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-6000:]

    def _read(self, place: int) -> None:
        try:
            while heard := os.read(self._pipes[place][0], 65536):
                self._heard[place] += heard
        except BlockingIOError:
            return

    def _order(self, verb: str, **facts: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": verb, **facts}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        # One answer to each order: nothing can be waiting in the file's own buffer.
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        assert ready, f"no answer within {PATIENCE} s:\n{self.log()}"
        line = self._process.stdout.readline()
        assert line, f"the process that forks workers has ended:\n{self.log()}"
        answer: dict[str, Any] = json.loads(line)
        return answer
