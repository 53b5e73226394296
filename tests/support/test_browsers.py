"""The browser is there in both widths, and the served application answers it."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from tests.support.apps import only_sqlite
from tests.support.processes import LiveServer


def test_the_window_is_as_wide_as_asked(page: Page, width: int) -> None:
    page.set_content("<title>hola</title><p>ancho")
    assert page.title() == "hola"
    assert page.evaluate("window.innerWidth") == width


@only_sqlite
def test_the_application_answers(
    fresh_app: Flask, live_server: Callable[..., LiveServer], page: Page, engine: str
) -> None:
    server = live_server(fresh_app)
    answer = page.goto(f"{server.url}/sign-in")
    assert answer is not None
    assert answer.status == 200
    assert server.stop() in (0, -15)
