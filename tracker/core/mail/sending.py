"""Sending one mail: over SMTP or into a folder; and what the server's answer means."""

import os
import re
import smtplib
import socket
import ssl
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.core.mail.letters import Letter

#: Seconds a server may take to say anything; a lease lasts longer than all of them together.
PATIENCE = 20
#: Seconds that one mail may take from its first word to the last answer, whatever the server says in between.
CONVERSATION = 120


class TryLater(Exception):
    """The server did not take it this time (4xx, refused, unreachable) and certainly has not got it."""


class NotDeliverable(Exception):
    """The server will never take it (5xx for this recipient or message); the argument is its answer."""


class InDoubt(Exception):
    """The connection was lost after the message went out and before the server's answer came."""


class Transport(Protocol):
    """Takes one letter; returns the server's answer, or raises one of the three above."""

    def send(self, letter: Letter) -> str:
        """Hand one letter over."""


class FolderTransport:
    """Writes `.eml` files: for trying out, and where there is no mail server yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> str:
        """Write the message whole under a name made of its Message-ID, so that a copy replaces itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9.-]", "_", letter.message_id.strip("<>"))
        unfinished = self.folder / f".{name}.part"
        with unfinished.open("wb") as file:
            file.write(letter.content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.folder / f"{name}.eml")
        return f"written to {name}.eml"


class SmtpTransport:
    """Speaks SMTP over one connection for many messages."""

    def __init__(self, connection: smtplib.SMTP, seconds: float = CONVERSATION) -> None:
        self.connection, self.seconds = connection, seconds

    def send(self, letter: Letter) -> str:
        """One MAIL-RCPT-DATA conversation, step by step, so that each answer is known for what it is."""
        with _at_most(self.connection, self.seconds):
            return self._converse(letter)

    def _converse(self, letter: Letter) -> str:
        smtp = self.connection
        try:
            code, answer = smtp.mail(letter.sender)
            if code != 250:
                # The sender is refused, which is no recipient's fault and may be mended.
                raise TryLater(_words(code, answer))
            code, answer = smtp.rcpt(letter.recipient)
            _judge(code, answer)
            code, answer = smtp.docmd("DATA")
            if code != 354:
                _judge(code, answer)
                raise TryLater(_words(code, answer))
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(_error_words(error)) from error
        try:
            smtp.send(_dotted(letter.content))
            code, answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise InDoubt(_error_words(error)) from error
        if not 200 <= code < 600 or 300 <= code < 400:
            # No answer to a whole mail that means anything: it may be there.
            raise InDoubt(_words(code, answer))
        _judge(code, answer)
        return _words(code, answer)

    def reset(self) -> None:
        """Forget a half-made conversation before the next message."""
        try:
            self.connection.rset()
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(_error_words(error)) from error


@contextmanager
def open_transport(mail_url: str, default_folder: Path) -> Iterator[Transport]:
    """A transport for `folder:[path]` or `smtp://user:pass@host:port?tls=starttls|ssl|none`.

    Raises TryLater when the server cannot be reached or does not let us in.
    """
    if mail_url.startswith("folder:"):
        yield FolderTransport(Path(mail_url.removeprefix("folder:") or default_folder))
        return
    try:
        connection = _connect(mail_url)
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(_error_words(error)) from error
    try:
        yield SmtpTransport(connection)
    finally:
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _connect(mail_url: str) -> smtplib.SMTP:
    parts = urlsplit(mail_url)
    tls = parse_qs(parts.query).get("tls", ["none"])[0]
    host, port = parts.hostname or "localhost", parts.port or {"ssl": 465, "starttls": 587}.get(tls, 25)
    if tls == "ssl":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _at_most(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Close the line under whoever takes longer: nothing else ends a server that says a word now and then."""

    def close() -> None:
        with suppress(OSError):
            if smtp.sock is not None:
                smtp.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _judge(code: int, answer: bytes) -> None:
    """Nothing for yes; raises for later (4xx, and whatever is no answer at all) and for never (5xx)."""
    if 500 <= code < 600:
        raise NotDeliverable(_words(code, answer))
    if not 200 <= code < 300:
        raise TryLater(_words(code, answer))


def _dotted(content: bytes) -> bytes:
    """The body as DATA wants it: leading dots doubled, a lone dot at the end."""
    content = re.sub(rb"(?m)^\.", b"..", content)
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    return content + b".\r\n"


def _words(code: int, answer: bytes) -> str:
    """A server's own words, as text that can be kept and shown: control and direction signs are left out."""
    text = f"{code} {answer.decode('utf-8', 'replace')}"
    return "".join(c if c == " " or unicodedata.category(c)[0] != "C" else " " for c in text)[:400]


def _error_words(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    return f"{type(error).__name__}: {error}"[:400]
