"""The world on a real server, for real browsers, on the real day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import url_for
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import update

from tests.support.pages import Client
from tests.support.processes import LiveServer
from tests.walk.settling import Settled, clear, settle_on
from tracker.accounts.models import PasswordReset
from tracker.core.db import db
from tracker.core.now import utc_now


class Site:
    """A running server whose database holds the world."""

    def __init__(self, settled: Settled, server: LiveServer) -> None:
        self.app, self.world, _uploads = settled
        self.server = server

    def address(self, endpoint: str, **ids: Any) -> str:
        """The whole address of an endpoint."""
        with self.app.test_request_context():
            return self.server.url + url_for(endpoint, **ids)

    def enter(self, context: BrowserContext, who: str) -> None:
        """Sign this person in, without the page."""
        client = self.app.test_client()
        assert isinstance(client, Client)
        client.enter_as(self.world.users[who], halfway=who == "halfway")
        cookie = client.get_cookie("session")
        assert cookie is not None
        context.add_cookies([{"name": "session", "value": cookie.value, "url": self.server.url}])


@contextmanager
def site_in(folder: Path) -> Iterator[Site]:
    """Serve the world from this folder as long as the block lasts."""
    settled = settle_on(utc_now().date(), "sqlite", folder)
    with settled[0].app_context():
        # The world is of this afternoon; a link that lasts an hour has to last from now on where that is later.
        hour, now = timedelta(hours=1), utc_now()
        late = update(PasswordReset).where(PasswordReset.expires_at < now + hour)
        db.session.execute(late.values(created_at=now, expires_at=now + hour))
        db.session.commit()
    server = LiveServer(settled[0], folder / "server.log", {})
    try:
        yield Site(settled, server)
    finally:
        server.stop()
        clear(settled)


@contextmanager
def window(browser: Browser, width: int, scheme: str = "light", script: bool = True) -> Iterator[BrowserContext]:
    """A browser window of this width that remembers nothing."""
    context = browser.new_context(
        viewport={"width": width, "height": 740 if width < 600 else 900},
        has_touch=width < 600,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="es-MX",
        java_script_enabled=script,
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
