"""What a server says, however odd: taken for what it can mean, kept as text, and never waited for without end."""

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import pytest

from tracker.core.mail import InDoubt, Letter, NotDeliverable, SmtpTransport, TryLater

LETTER = Letter("a@example.org", "b@example.org", "<1@example.org>", b"Subject: x\r\n\r\nText\r\n")


@contextmanager
def server(rcpt: bytes, end: bytes) -> Iterator[smtplib.SMTP]:
    """A connection to a server that gives these answers to RCPT and to a whole mail; `drip` never ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        line, _peer = listener.accept()
        with line, line.makefile("rwb", buffering=0) as file:
            file.write(b"220 here\r\n")
            in_text = False
            for command in file:
                if in_text:
                    in_text = command != b".\r\n"
                    answer = None if in_text else end
                else:
                    verb = command[:4].upper()
                    in_text = verb == b"DATA"
                    answer = rcpt if verb == b"RCPT" else b"354 go on\r\n" if in_text else b"250 ok\r\n"
                if answer == b"drip":
                    while not stopped.wait(0.05):
                        file.write(b"250-wait\r\n")
                elif answer:
                    file.write(answer)

    stopped = threading.Event()
    thread = threading.Thread(target=_quietly(talk), daemon=True)
    thread.start()
    connection = smtplib.SMTP("127.0.0.1", listener.getsockname()[1], timeout=10)
    try:
        yield connection
    finally:
        stopped.set()
        connection.close()
        listener.close()
        thread.join(10)


def _quietly(talk: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with suppress(OSError):
            talk()

    return run


@pytest.mark.parametrize(
    ("rcpt", "end", "raised", "words"),
    [
        (b"550 no\r\n", b"250 ok\r\n", NotDeliverable, "550 no"),
        (b"450 busy\r\n", b"250 ok\r\n", TryLater, "450 busy"),
        (b"hello there\r\n", b"250 ok\r\n", TryLater, "there"),
        (b"354 what\r\n", b"250 ok\r\n", TryLater, "354 what"),
        (b"250 ok\r\n", b"354 go on\r\n", InDoubt, "354 go on"),
        (b"250 ok\r\n", b"what is this\r\n", InDoubt, "is this"),
        (b"250 ok\r\n", b"554 spam\r\n", NotDeliverable, "554 spam"),
        (b"250 ok\r\n", b"452 full\r\n", TryLater, "452 full"),
    ],
)
def test_each_answer_means_what_it_can_mean(rcpt: bytes, end: bytes, raised: type[Exception], words: str) -> None:
    with server(rcpt, end) as connection:
        connection.ehlo()
        with pytest.raises(raised) as told:
            SmtpTransport(connection).send(LETTER)
    assert words in str(told.value)


def test_words_of_a_server_can_be_kept_and_shown() -> None:
    with server(b"250 ok\r\n", "250 queued \0 as \u202e 1\r\n".encode()) as connection:
        connection.ehlo()
        assert SmtpTransport(connection).send(LETTER) == "250 queued   as   1"


@pytest.mark.parametrize(("rcpt", "end", "raised"), [(b"drip", b"", TryLater), (b"250 ok\r\n", b"drip", InDoubt)])
def test_a_server_that_drips_words_is_left(rcpt: bytes, end: bytes, raised: type[Exception]) -> None:
    with server(rcpt, end) as connection:
        connection.ehlo()
        began = monotonic()
        with pytest.raises(raised):
            SmtpTransport(connection, seconds=0.5).send(LETTER)
        assert monotonic() - began < 8
