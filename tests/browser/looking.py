"""What a slow line carries, what a finger does, what was kept."""

from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page
from sqlalchemy import func, select

from tests.walk.site import Site
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.follow_up.models import ProgressUpdate

#: An old phone's line: bytes a second, and milliseconds until an answer begins.
SPEED, DELAY = 50_000, 400


class Line:
    """The line between a page and the site, slowed down, with the bytes that came over it."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.bytes = 0
        self._session: CDPSession = context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.on("Network.loadingFinished", self._note)

    def slow_down(self) -> None:
        """As slow as an old phone far from the mast."""
        line = {"offline": False, "latency": DELAY, "downloadThroughput": SPEED, "uploadThroughput": SPEED}
        self._session.send("Network.emulateNetworkConditions", line)

    def _note(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def taken(self) -> int:
        """Bytes since the last time this was asked."""
        taken, self.bytes = self.bytes, 0
        return taken


class Finger:
    """Taps, counted."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap it."""
        target.tap()
        self.taps += 1


def row_of(page: Page, title: str) -> Locator:
    """The row of My agenda that is about this."""
    return page.locator("li.row").filter(has=page.get_by_role("heading", name=title))


def updates_of(site: Site, code: str) -> list[str]:
    """What was reported about a commitment of the first municipality, oldest first."""
    with site.app.app_context():
        statement = (
            select(ProgressUpdate.text)
            .join(Commitment, Commitment.id == ProgressUpdate.commitment_id)
            .where(Commitment.municipality_id == site.world.a.place.id, Commitment.code == code)
            .order_by(ProgressUpdate.id)
        )
        return list(db.session.scalars(statement))


def commitments(site: Site) -> int:
    """How many commitments there are."""
    with site.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Commitment)) or 0
