"""Somebody who looks at pages over HTTP again and again, and somebody who reports, while something goes on."""

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from urllib.parse import urlencode

from bench.subjects import LOOKED_AT, REPORTED

PAGES = {"My agenda": "/", "agenda list": "/{code}/agenda", "commitment page": "/{code}/agenda/" + LOOKED_AT}
UPDATE = "one update"
#: Seconds between two pages and between two updates: people read and write.
READING, WRITING = 0.05, 0.5
#: Longer than any answer should take.
PATIENCE = 120


@dataclass
class Visitor:
    """Somebody signed in, at a port of this machine."""

    port: int
    code: str
    cookie: str
    token: str
    clicks: Iterator[int] = field(default_factory=count)

    def ask(self, path: str) -> tuple[float, int]:
        """Seconds until the whole page is there, and its status."""
        return self._request("GET", path.format(code=self.code), None)

    def report(self) -> tuple[float, int]:
        """The same of a form that is sent: one update of one open commitment after the other."""
        click = next(self.clicks)
        typed = {
            "csrf_token": self.token,
            "form_id": secrets.token_hex(16),
            "progress": str(click % 100),
            "happened": "under_way",
            "text": "Se colocaron otros doscientos metros de tubería.",
        }
        path = f"/{self.code}/agenda/{REPORTED[click % len(REPORTED)]}/updates"
        return self._request("POST", path, urlencode(typed))

    def _request(self, method: str, path: str, body: str | None) -> tuple[float, int]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": self.cookie, "Host": "localhost"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return perf_counter() - began, answer.status
        finally:
            connection.close()


@dataclass
class Felt:
    """Seconds of every page and of every update that was taken; how many updates were refused."""

    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*PAGES, UPDATE)})
    refused: int = 0

    def add(self, other: "Felt") -> None:
        """Another stretch of the same."""
        for name, seconds in other.took.items():
            self.took[name] += seconds
        self.refused += other.refused


def look(visitor: Visitor, is_over: Callable[[], bool]) -> Felt:
    """Read and report until it is over; every page once at least."""
    felt = Felt()
    over = threading.Event()
    wrong: list[BaseException] = []

    def write() -> None:
        try:
            while not over.wait(WRITING):
                seconds, status = visitor.report()
                if status == 303:
                    felt.took[UPDATE].append(seconds)
                elif status < 500:
                    raise RuntimeError(f"an update was answered with {status}")
                else:
                    felt.refused += 1
        except BaseException as error:
            wrong.append(error)

    writer = threading.Thread(target=write, name="writer")
    writer.start()
    try:
        while True:
            for name, path in PAGES.items():
                seconds, status = visitor.ask(path)
                if status != 200:
                    raise RuntimeError(f"{name} answered {status}")
                felt.took[name].append(seconds)
                time.sleep(READING)
            if is_over():
                break
    finally:
        over.set()
        writer.join()
    if wrong:
        raise RuntimeError("the writer stopped") from wrong[0]
    return felt


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def wait_for(port: int, is_gone: Callable[[], bool]) -> None:
    """Until somebody listens there; RuntimeError where nobody will."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if is_gone():
                raise RuntimeError("the web process ended") from None
            time.sleep(0.1)
