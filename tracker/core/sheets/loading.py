"""Workbooks loaded in a process of their own: what a hostile one costs is bounded, and it ends nothing else."""

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from tracker.core.i18n import _l
from tracker.core.sheets.archives import BROKEN
from tracker.core.sheets.grid import MOST_ROWS, TOO_LONG, Cell, Merge, Row, SheetError, too_many_rows

LOCKED = _l("The file is locked with a password. Save it without one and send that.")

_LOADER = Path(__file__).with_name("loader.py")
#: Bytes of memory and seconds of the processor that the process may take, and seconds on the wall.
_MEMORY, _SECONDS, _WALL = 200 * 1024 * 1024, 4, 60
_OUT_OF_BOUNDS = (-24, -9, -6)  # SIGXCPU, SIGKILL; SIGABRT is how the native code runs out of memory
#: What of the surroundings the process may see: where libraries lie, and no secret.
_PASSED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "LANG")


class Loader:
    """A workbook inside its process; to be used in `with`, which ends the process."""

    def __init__(self, content: bytes) -> None:
        """Raises SheetError when the workbook cannot be loaded."""
        limits = [str(_MEMORY), str(_SECONDS), str(MOST_ROWS)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_LOADER), *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
        )
        self._alarm = threading.Timer(_WALL, self._process.kill)
        self._alarm.daemon = True
        self._alarm.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                self._tell(struct.pack("<Q", len(content)), content)
            #: (name, kind, visibility) of each sheet, in the order of the file.
            self.sheets: list[tuple[str, str, str]] = [
                (name, kind.rpartition(".")[2], visible.rpartition(".")[2])
                for name, kind, visible in self._hear()["sheets"]
            ]
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._alarm.cancel()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                cast(Any, pipe).close()
        self._process.wait()

    def load(self, name: str, top: int | None = None) -> tuple[list[Row], tuple[Merge, ...], int]:
        """Rows and merged cells of a sheet, or its `top` rows alone, and how many rows it has.

        Raises SheetError when it cannot be loaded.
        """
        with contextlib.suppress(BrokenPipeError):
            self._tell(json.dumps([name, top]).encode() + b"\n")
        told = self._hear()
        if told["height"] > MOST_ROWS:
            raise SheetError(too_many_rows())
        rows = [[_cell(cell) if type(cell) is list else cell for cell in self._line()] for _ in range(told["rows"])]
        merged = tuple(Merge(top + 1, left, bottom + 1, right) for top, left, bottom, right in told["merged"])
        return rows, merged, told["height"]

    def _tell(self, *parts: bytes) -> None:
        assert self._process.stdin is not None
        for part in parts:
            self._process.stdin.write(part)
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        told: dict[str, Any] = self._line()
        if "error" in told:
            raise SheetError(LOCKED if told["error"] == "locked" else BROKEN)
        return told

    def _line(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise SheetError(TOO_LONG if self._process.wait() in _OUT_OF_BOUNDS else BROKEN)
        return json.loads(line)


def _cell(told: list[Any]) -> Cell:
    kind, value = told
    if kind == "moment":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    return time.fromisoformat(value) if kind == "time" else timedelta(seconds=value)
