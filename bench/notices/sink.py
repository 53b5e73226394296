"""`python -m bench.notices.sink`: a mail server on this machine that takes everything and keeps nothing.

It prints its port, and counts what it took on the last line when its standard input closes.
"""

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

HOST = "127.0.0.1"


class _Talk(socketserver.StreamRequestHandler):
    """One connection, many mails."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer until the line closes."""
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                for text in self.rfile:
                    if text == b".\r\n":
                        break
                with _taken_lock:
                    _taken.append(1)
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


_taken: list[int] = []
_taken_lock = threading.Lock()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> int:
    """Serve until nobody listens to us any more."""
    with _Server((HOST, 0), _Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()
    sys.stdout.write(f"{len(_taken)}\n")
    return 0


@contextmanager
def running() -> Iterator[str]:
    """The sink as a process of its own; its address as MAIL_URL takes it."""
    with Popen([sys.executable, "-m", "bench.notices.sink"], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"smtp://{HOST}:{process.stdout.readline().strip()}?tls=none"
        finally:
            process.communicate()


if __name__ == "__main__":
    raise SystemExit(main())
