"""A real SMTP server on a free port that records what it takes in and misbehaves when told to.

smtp.fail("451 4.3.0 try later", at="RCPT", times=2)
smtp.fail("550 5.1.1 no such person", at="RCPT", address="gone@example.org")
smtp.hang(at="DATA")            # answers nothing until the test ends or `behave` is called
smtp.hang_up(at="DATA")         # takes the message in, then closes the line without an answer
smtp.refuse()                   # nobody listens any more, until `listen`
"""

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

HOST = "127.0.0.1"
STAGES = ("MAIL", "RCPT", "DATA")


@dataclass(frozen=True)
class Received:
    """A message as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes


@dataclass
class _Fault:
    at: str
    #: The server's answer, `hang` or `hang up`.
    answer: str
    address: str | None
    #: None is for ever.
    times: int | None


class _Controller(Controller):
    """Listens on a socket that is bound already, so that nobody can take the port meanwhile."""

    def __init__(self, handler: object, bound: socket.socket) -> None:
        self._bound = bound
        super().__init__(handler, hostname=HOST, port=bound.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound)


class MailServer:
    """The server, its records and its moods."""

    def __init__(self) -> None:
        self.messages: list[Received] = []
        #: Recipients that were named in RCPT, taken or not.
        self.asked: list[str] = []
        self._faults: list[_Fault] = []
        self._changed = threading.Condition()
        self._released = threading.Event()
        self._controller: _Controller | None = None
        self.port = 0
        self.listen()

    @property
    def url(self) -> str:
        """What MAIL_URL is set to."""
        return f"smtp://{HOST}:{self.port}?tls=none"

    def listen(self) -> None:
        """Be reachable, on the same port as before."""
        if self._controller is None:
            bound = socket.create_server((HOST, self.port))
            self.port = bound.getsockname()[1]
            self._controller = _Controller(self, bound)
            self._controller.start()

    def refuse(self) -> None:
        """Be gone: connections are refused."""
        self._released.set()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def fail(self, answer: str, at: str = "RCPT", address: str | None = None, times: int | None = None) -> None:
        """Give this answer at a stage (MAIL, RCPT, DATA), to one address only, so many times only."""
        assert at in STAGES, f"no stage {at}"
        self._faults.append(_Fault(at, answer, address, times))

    def hang(self, at: str = "DATA", times: int | None = None) -> None:
        """Answer nothing at a stage."""
        self._released.clear()
        self.fail("hang", at, times=times)

    def hang_up(self, at: str = "DATA", times: int | None = None) -> None:
        """Close the line at a stage; a message is recorded first, only the answer is lost."""
        self.fail("hang up", at, times=times)

    def behave(self) -> None:
        """Be a good server again; whoever hangs gets an answer."""
        self._faults.clear()
        self._released.set()

    def wait_for(self, count: int, within: float = 20) -> list[Received]:
        """The messages, once there are that many; fails when they do not come."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.messages) >= count, within)
            assert arrived, f"{len(self.messages)} of {count} mails after {within} s"
            return list(self.messages)

    def wait_until_asked(self, address: str, within: float = 20) -> None:
        """Return once this recipient was named; fails when it never is."""
        with self._changed:
            assert self._changed.wait_for(lambda: address in self.asked, within), f"{address} was never named"

    # Called by aiosmtpd, in its own thread.

    async def handle_MAIL(
        self, server: SMTP, session: SmtpSession, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take note of the sender."""
        wrong = await self._mood("MAIL", address, server)
        if wrong is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return wrong or "250 2.1.0 sender ok"

    async def handle_RCPT(
        self, server: SMTP, session: SmtpSession, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take note of a recipient."""
        with self._changed:
            self.asked.append(address)
            self._changed.notify_all()
        wrong = await self._mood("RCPT", address, server)
        if wrong is None:
            envelope.rcpt_tos.append(address)
        return wrong or "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        """Take the message in, unless the mood forbids."""
        first = envelope.rcpt_tos[0]
        wrong = await self._mood("DATA", first, server)
        if wrong is None or wrong.startswith("221"):
            self._record(envelope)
        return wrong or "250 2.0.0 taken"

    async def _mood(self, stage: str, address: str, server: SMTP) -> str | None:
        fault = next((f for f in self._faults if f.at == stage and f.address in (None, address)), None)
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        if fault.answer == "hang":
            while not self._released.is_set():
                await asyncio.sleep(0.02)
            return None
        if fault.answer == "hang up":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "221 2.0.0 gone"
        return fault.answer

    def _record(self, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        received = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw)
        with self._changed:
            self.messages.append(received)
            self._changed.notify_all()


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server; `app.config["MAIL_URL"] = smtp.url` makes the application use it."""
    server = MailServer()
    yield server
    server.refuse()
