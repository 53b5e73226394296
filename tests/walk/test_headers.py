"""Every answer says how it may be used, errors too; pages carry no script or style of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.apps import only_sqlite
from tests.walk.examples import EXAMPLES, LINKS
from tests.walk.walking import Walk

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: Scripts, styles and handlers written into a page, which the content policy would stop.
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(EXAMPLES))
def test_every_answer_carries_them(walk: Walk, endpoint: str) -> None:
    example = EXAMPLES[endpoint]
    url = walk.url(endpoint, **example.ids(walk.world.a))
    if example.sends is None:
        answers = [walk.client(who).get(url) for who in (example.by, "nobody", "other partner")]
    else:
        answers = [walk.send(who, url, {}) for who in (example.by, "nobody", "other partner")]
        answers.append(walk.client(example.by).post(url))
    for answer in answers:
        _assert_guarded(answer, endpoint)


@only_sqlite
def test_errors_carry_them_and_say_what_to_do(walk: Walk) -> None:
    client, town = walk.client("coordinator of A"), walk.world.a
    new = walk.url("agenda.create", place=town.code)
    wanted = {
        404: client.get("/no/such/page"),
        405: client.get("/sign-out"),
        403: client.get("/monitoring"),
        400: client.post(new, data={"title": "⟦Sin ficha⟧"}),
        401: walk.client("nobody").post(new, data={"title": "⟦Sin sesión⟧"}),
        413: client.post(new, data={"title": "x" * 2_000_000}),
        422: walk.send("coordinator of A", new, {"title": ""}),
    }
    for status, answer in wanted.items():
        assert answer.status_code == status, f"{answer.status_code}, not {status}"
        _assert_guarded(answer, str(status))
        assert "<h1>" in answer.text
    assert "⟦Sin ficha⟧" in wanted[400].text
    assert "⟦Sin sesión⟧" in wanted[401].text


@only_sqlite
def test_a_failure_shows_a_number_and_nothing_of_the_inside(walk: Walk) -> None:
    client = walk.client("coordinator of A")
    with _failing(walk.app, "notices.inbox"):
        answer = client.get("/inbox")
    assert answer.status_code == 500
    _assert_guarded(answer, "500")
    assert re.search(r"\b[0-9a-f]{8}\b", answer.text)
    for inside in ("Traceback", "SELECT", "secreto", ".py", "RuntimeError"):
        assert inside not in answer.text


@only_sqlite
def test_too_many_wrong_tries_are_told_when_to_come_again(walk: Walk) -> None:
    tries = [walk.send("nobody", "/sign-in", {"email": "a@example.org", "password": "x"}) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [422] * 10 + [429]
    assert tries[-1].headers["Retry-After"] == "900"
    _assert_guarded(tries[-1], "429")


@only_sqlite
def test_static_files_are_kept_and_cookies_are_closed(walk: Walk) -> None:
    client = walk.app.test_client()
    page = client.get("/sign-in")
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
    for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers, "a kept file must not carry somebody's session"


@contextmanager
def _failing(app: Flask, endpoint: str) -> Iterator[None]:
    def fail() -> str:
        raise RuntimeError("secreto")

    before, app.view_functions[endpoint] = app.view_functions[endpoint], fail
    try:
        yield
    finally:
        app.view_functions[endpoint] = before


def _assert_guarded(answer: TestResponse, where: str) -> None:
    wanted = {**ALWAYS, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
    for name, value in (wanted if where in LINKS else ALWAYS).items():
        assert answer.headers.get(name) == value, f"{where}: {name} is {answer.headers.get(name)}"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'"), where
    assert "unsafe" not in policy, where
    if not answer.request.path.startswith("/static/"):
        assert "no-store" in answer.headers["Cache-Control"], where
    if answer.mimetype == "text/html":
        found = INLINE.search(answer.text)
        assert found is None, f"{where}: {answer.text[found.start() : found.start() + 80]}" if found else where
        assert not re.search(r"Server: |X-Powered-By", str(answer.headers)), where
