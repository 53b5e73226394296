"""A moody SMTP server that runs as a process of its own and writes down every mail it takes in.

    python -m tests.post.sink BOOK SEED

Says its port on standard output. Understands on standard input `moods` and `behave`; the end of input ends it.
The book has one JSON line for each thing that happened:

begun     a client has said from whom a mail is
taken     the whole message is here and 250 is about to be said
maybe     the whole message is here and the line was cut before any answer
known     the client went on after the 250, so it has read it
vanished  the client was gone without a word, at this stage
"""

import json
import os
import random
import re
import socket
import sys
import threading
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from time import monotonic, sleep

HOST = "127.0.0.1"
#: Seconds before each answer while there are moods, at least and at most.
PACE = (0.002, 0.025)
#: Stages at which the client waits for an answer of a conversation; TEXT is what follows DATA, up to its final dot.
STAGES = ("MAIL", "RCPT", "DATA", "TEXT")
#: Titles in a mail's text, so that the book tells what it said.
TITLE = re.compile(r"Pozo \d{4}")
#: Addresses that nobody has ever had begin with this.
UNKNOWN = "nobody."
#: The answer to those.
NO_SUCH = "550 5.1.1 no such person here"


class Gone(Exception):
    """The line is closed, by whomever."""


class Mood:
    """How one conversation goes: mostly well; a good one at once."""

    def __init__(self, seed: str, is_good: bool) -> None:
        self.chance = random.Random(seed)
        self.pace = (0.0, 0.0) if is_good else PACE
        roll = 1.0 if is_good else self.chance.random()
        #: Where the oddity is.
        self.stage = self.chance.choice(STAGES)
        self.put_off = roll < 0.08
        self.hang = self.chance.uniform(0.15, 0.4) if 0.08 <= roll < 0.20 else 0.0
        #: The line is cut before anything of the mail is here, before the last answer, or right after it.
        self.cut_early = 0.20 <= roll < 0.22
        self.cut_before = 0.22 <= roll < 0.27
        self.cut_after = 0.27 <= roll < 0.30
        #: After it nobody listens for so long.
        self.away = self.chance.uniform(0.05, 0.25) if 0.30 <= roll < 0.32 else 0.0

    def pause(self, stage: str) -> float:
        """Seconds until the answer at a stage."""
        return self.chance.uniform(*self.pace) + (self.hang if stage == self.stage else 0.0)


class Server:
    """Listens, remembers the count of conversations, keeps the book."""

    def __init__(self, book: Path, seed: str) -> None:
        self.seed = seed
        self.behaves = False
        self._book = os.open(book, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._lock = threading.Lock()
        self._conversations = 0
        # Bound and never listening: the port stays ours while nobody listens on it.
        self._holder = _bound(0)
        self.port = int(self._holder.getsockname()[1])
        self._listener: socket.socket | None = None
        self.listen()

    def note(self, what: str, **facts: object) -> None:
        """One line, written whole before anything else happens."""
        line = json.dumps({"what": what, "at": monotonic(), **facts}) + "\n"
        os.write(self._book, line.encode())

    def next_mood(self) -> tuple[int, Mood]:
        """The number and the mood of a conversation that begins."""
        with self._lock:
            self._conversations += 1
            number = self._conversations
        return number, Mood(f"{self.seed}/{number}", self.behaves)

    def listen(self) -> None:
        """Be reachable."""
        with self._lock:
            if self._listener is None:
                self._listener = _bound(self.port)
                self._listener.listen(50)
                threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def be_away(self, seconds: float) -> None:
        """Refuse connections for a moment."""
        with self._lock:
            listener, self._listener = self._listener, None
            if listener is not None:
                # Wakes whoever waits in accept; closing alone would not.
                listener.shutdown(socket.SHUT_RDWR)
                listener.close()
        sleep(seconds)
        self.listen()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=Talk(self, line).go_on, daemon=True).start()


class Talk:
    """One connection: many conversations, one after the other."""

    def __init__(self, server: Server, line: socket.socket) -> None:
        self.server, self.line = server, line
        self.file = line.makefile("rb")
        self.stage = "greeting"
        self.number = 0
        self.mood = Mood("", True)
        self.recipient = ""
        self.ours_to_close = False
        #: A 250 was said and not yet seen to be read.
        self.unread = False

    def go_on(self) -> None:
        """Answer until the line closes."""
        try:
            self._say("220 sink")
            while True:
                self._answer(self._read().decode("ascii", "replace").strip())
        except (Gone, OSError):
            if not self.ours_to_close:
                self.server.note("vanished", stage=self.stage, conversation=self.number, to=self.recipient)
        finally:
            self.file.close()
            self.line.close()

    def _answer(self, command: str) -> None:
        verb = command.partition(" ")[0].upper()
        if self.unread:
            self.server.note("known", conversation=self.number)
            self.unread = False
        if verb == "QUIT":
            self.ours_to_close = True
            self._say("221 bye")
            raise Gone
        if verb in ("EHLO", "HELO", "NOOP"):
            self._say("250 sink")
        elif verb == "RSET":
            self.stage = "between"
            self._say("250 forgotten")
        elif verb == "MAIL":
            self.number, self.mood = self.server.next_mood()
            self.recipient = ""
            self.server.note("begun", conversation=self.number)
            self._step("MAIL")
        elif verb == "RCPT":
            self.recipient = command.partition("<")[2].partition(">")[0]
            self._step("RCPT")
        elif verb == "DATA":
            self._step("DATA")
        else:
            self._say("502 what?")

    def _step(self, stage: str) -> None:
        self.stage = stage
        sleep(self.mood.pause(stage))
        is_odd = stage == self.mood.stage
        if is_odd and self.mood.put_off:
            self._refuse("451 4.3.0 not now")
        elif is_odd and self.mood.cut_early:
            self._cut()
        elif stage == "RCPT" and self.recipient.startswith(UNKNOWN):
            self._refuse(NO_SUCH)
        elif stage == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say("250 ok")

    def _take(self) -> None:
        self.stage = "TEXT"
        lines: list[bytes] = []
        while (line := self._read()) != b".\r\n":
            lines.append(line)
        sleep(self.mood.pause("TEXT"))
        if self.mood.stage == "TEXT" and self.mood.put_off:
            self._refuse("451 4.3.0 not now")
            return
        mail = {"to": self.recipient, **_what_it_says(b"".join(lines))}
        if self.mood.cut_before:
            self.server.note("maybe", conversation=self.number, **mail)
            self._cut()
        self._note_if_gone()
        self.server.note("taken", conversation=self.number, **mail)
        self._say("250 2.0.0 taken")
        self.stage, self.unread = "between", True
        if self.mood.cut_after:
            self._cut()
        if self.mood.away:
            threading.Thread(target=self.server.be_away, args=[self.mood.away], daemon=True).start()
            self._cut()

    def _note_if_gone(self) -> None:
        """A client that is gone before the answer is said was killed in the middle of it."""
        self.line.setblocking(False)
        try:
            gone = self.line.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        self.line.setblocking(True)
        if gone:
            self.server.note("vanished", stage=self.stage, conversation=self.number, to=self.recipient)
            self.ours_to_close = True

    def _cut(self) -> None:
        self.ours_to_close = True
        raise Gone

    def _refuse(self, answer: str) -> None:
        self.stage = "between"
        self._say(answer)

    def _say(self, answer: str) -> None:
        self.line.sendall(answer.encode() + b"\r\n")

    def _read(self) -> bytes:
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise Gone
        return line


def _what_it_says(raw: bytes) -> dict[str, object]:
    message = message_from_bytes(raw, policy=default)
    body = message.get_body(["plain"])
    said = sorted(set(TITLE.findall(body.get_content() if body else "")))
    return {"id": str(message["Message-ID"]), "date": str(message["Date"]), "said": said}


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound


def main() -> None:
    """Serve until standard input ends."""
    server = Server(Path(sys.argv[1]), sys.argv[2])
    print(server.port, flush=True)
    for order in sys.stdin:
        server.behaves = order.strip() == "behave"
        print("ok", flush=True)


if __name__ == "__main__":
    main()
