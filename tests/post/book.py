"""The moody mail server as a test holds it: started, told how to be, and what it wrote down."""

import json
import os
import select
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from typing import Any

from config import ROOT
from tests.post.sink import HOST, STAGES


@dataclass(frozen=True)
class Copy:
    """One arrival of a mail."""

    conversation: int
    message_id: str
    recipient: str
    #: The product's own time of writing, from the header Date.
    written_at: datetime
    #: Titles of promises in its text.
    said: frozenset[str]
    #: The server said 250 (or was about to); otherwise it cut the line before any answer.
    is_taken: bool
    #: The client was seen to go on after the 250.
    is_known: bool


class Sink:
    """The server's process; `with Sink(folder, seed) as sink`."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._book = folder / "sink.book"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.post.sink", str(self._book), str(seed)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._answer())

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def url(self) -> str:
        """What MAIL_URL is set to."""
        return f"smtp://{HOST}:{self.port}?tls=none"

    def hear_conversations(self, count: int, within: float) -> None:
        """Return once so many more conversations have begun, or after `within` seconds: there may be no mail."""
        deadline = monotonic() + within
        with self._book.open("rb") as book:
            book.seek(0, os.SEEK_END)
            while count > 0 and monotonic() < deadline:
                line = book.readline()
                count -= b'"begun"' in line
                if not line:
                    select.select([], [], [], 0.002)

    def behave(self) -> None:
        """From the next conversation on take whatever there is an address for."""
        assert self._process.stdin is not None
        self._process.stdin.write("behave\n")
        self._process.stdin.flush()
        assert self._answer() == "ok"

    def lines(self) -> list[dict[str, Any]]:
        """What was written down so far, in order."""
        # Two connections may write at once, but each writes a line whole.
        return [json.loads(line) for line in self._book.read_text(encoding="utf-8").splitlines()]

    def copies(self) -> list[Copy]:
        """Every mail that arrived whole, in order of arrival."""
        lines = self.lines()
        known = {line["conversation"] for line in lines if line["what"] == "known"}
        return [
            Copy(
                conversation=line["conversation"],
                message_id=line["id"],
                recipient=line["to"],
                written_at=parsedate_to_datetime(line["date"]),
                said=frozenset(line["said"]),
                is_taken=line["what"] == "taken",
                is_known=line["conversation"] in known,
            )
            for line in lines
            if line["what"] in ("taken", "maybe")
        ]

    def vanished(self) -> Counter[str]:
        """How many clients were gone without a word, by the stage they had reached."""
        return Counter(line["stage"] for line in self.lines() if line["what"] == "vanished")

    def vanished_in_the_middle(self) -> int:
        """How many of those had begun to hand a mail over and had no answer to it."""
        return sum(self.vanished()[stage] for stage in STAGES)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the mail server's process has ended"
        return line.strip()
