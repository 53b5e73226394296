"""Serving with waitress, ticks beside it, and a graceful stop."""

import signal
from types import FrameType

from flask import Flask
from waitress.server import create_server

from tracker.core.log import log
from tracker.core.ticks import AT_ONCE, Ticker
from tracker.schedule import TICKS

#: Requests at once.
THREADS = 12


def serve_until_stopped(app: Flask, host: str, port: int, scheduler: bool) -> None:
    """Serve until SIGTERM or SIGINT: requests under way are finished, the tick under way too."""
    server = create_server(
        app,
        host=host,
        port=port,
        # Three more than may ever wait for a password: pages go on while many sign in.
        threads=THREADS,
        connection_limit=1000,
        ident=None,
        # A reverse proxy on this machine says whose request it hands on; wrong sign-ins are counted by address.
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
        clear_untrusted_proxy_headers=True,
    )
    ticker = Ticker(app, TICKS, app.config["TICK_SECONDS"]) if scheduler else None

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    app.extensions[AT_ONCE] = True
    if ticker:
        ticker.start()
    log("server").info("serving", url=f"http://{host}:{port}", scheduler=scheduler)
    try:
        server.run()
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        server.close()
        if ticker:
            ticker.stop()
