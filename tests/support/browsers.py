"""A real server and a real browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.support.processes import LiveServer

#: Width in CSS pixels: an old phone, a desk.
WIDTHS = {360: 740, 1280: 900}

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """`live_server(fresh_app, LOG_LEVEL="DEBUG")` serves that application until the test ends."""
    running: list[LiveServer] = []

    def serve(app: Flask, **environment: str) -> LiveServer:
        server = LiveServer(app, tmp_path / f"server-{len(running)}.log", environment)
        running.append(server)
        return server

    yield serve
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, one per worker."""
    found = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium was not found: install it so that `chromium` is on PATH.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS), ids=[f"{width}px" for width in WIDTHS])
def width(request: pytest.FixtureRequest) -> int:
    """Each browser test runs on a phone's width and on a desk's."""
    return int(request.param)


@pytest.fixture
def context(browser: Browser, width: int) -> Iterator[BrowserContext]:
    """A browser that remembers nothing of earlier tests."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, has_touch=width < 600, locale="es-MX"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; the test fails when a script of ours breaks or the content policy stops something."""
    page = context.new_page()
    wrong: list[str] = []

    def note_error(error: Error) -> None:
        wrong.append(f"script: {error.message}")

    def note_line(line: ConsoleMessage) -> None:
        if line.type == "error" and "Content Security Policy" in line.text:
            wrong.append(f"policy: {line.text}")

    page.on("pageerror", note_error)
    page.on("console", note_line)
    yield page
    assert not wrong, "\n".join(wrong)
