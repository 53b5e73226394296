"""Requests that no form of ours makes: foreign fields, borrowed form ids, wrong files, floods, broken bodies."""

import secrets
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.apps import only_sqlite
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES, OFFERS_FILES
from tests.walk.hostile import CALM, RAW, SCRIPT
from tests.walk.reading import read
from tests.walk.walking import Walk, multipart
from tracker.agenda.models import Commitment
from tracker.core.db import db

FORMS = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.sends is not None)
MAKING = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.makes is not None)
#: Names of fields as somebody might try them.
KEYS = (
    "parties-²-who",
    "parties-99999999999999999999999999-who",
    f"parties-{'9' * 5_000}-who",
    "budgets--1-amount",
    "budgets-²-amount",
    "budgets-0-<script>alert(1)</script>",
    "form_errors",
    "__class__",
    "ñ\x00",
    SCRIPT,
)
#: Columns that no form of ours offers.
NOT_OFFERED = {
    "id": "1", "municipality_id": "2", "code": "X-1", "progress": "99", "completed_on": "2026-01-01",
    "user_id": "1", "by": "otra", "entered_on": "2020-01-01", "first_due_on": "2020-01-01", "on": "2020-01-01",
    "verb": "import",
}  # fmt: skip
#: (name, content) of files that are not what they say, or nothing at all.
FILES = {
    "a page called a photo": ("foto.jpg", b"<html><script>alert(1)</script>"),
    "a drawing with a script": ("dibujo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "an empty file": ("vacio.pdf", b""),
    "half a photo": ("foto.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
    "a broken archive": ("hoja.xlsx", b"PK\x03\x04" + b"\x00" * 40),
    "a program": ("programa.pdf", b"MZ\x90\x00" + b"\x00" * 40),
    "more than is taken in": ("grande.pdf", b"%PDF-1.7 " + b"x" * (10 * 1024 * 1024)),
}


#: What is too large; the rest is merely wrong.
FLOODED = {"3 MB of text": (413,), "a million fields": (413,), "2,000 parts": (413,)}

NAMES = (
    "../../../etc/passwd.pdf",
    "<script>alert(1)</script>.pdf",
    "a\u202efdp.pdf",
    "ñ" * 5_000,
    "a%00b;c=d.pdf",
    "..",
)


@only_sqlite
@pytest.mark.parametrize("endpoint", FORMS)
def test_foreign_fields_are_ignored(walk: Walk, endpoint: str) -> None:
    example, town = EXAMPLES[endpoint], walk.world.a
    assert example.sends is not None
    url = walk.url(endpoint, **example.ids(town))
    hidden = form_of(walk.page_with(endpoint), url).values
    foreign = {key: value for key, value in NOT_OFFERED.items() if key not in hidden}
    for extra in [foreign, *[{key: "2027"} for key in KEYS]]:
        with walk.undone():
            answer = walk.send(example.by, url, {**hidden, **example.sends(town), **extra})
            calm = answer.status_code in (*example.answers, 422)
            assert calm, f"{endpoint} with {str(extra)[:80]}: {answer.status}"
            assert RAW not in answer.text
    with walk.app.app_context():
        assert db.session.scalar(select(Commitment.id).where(Commitment.code == "X-1")) is None


@only_sqlite
@pytest.mark.parametrize("endpoint", MAKING)
def test_somebody_elses_click_is_not_ours(walk: Walk, endpoint: str) -> None:
    """The same form id from two people, or in two forms of one, breaks nothing and hides nothing."""
    example, town = EXAMPLES[endpoint], walk.world.a
    assert example.sends is not None
    url, click = walk.url(endpoint, **example.ids(town)), secrets.token_hex(16)
    typed = {**example.sends(town), "form_id": click}
    assert walk.send(example.by, url, typed).status_code == 303
    second = walk.send("administrator", url, typed)
    assert second.status_code in (303, 409, 422), second.status


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(OFFERS_FILES))
@pytest.mark.parametrize("what", sorted(FILES))
def test_files_that_are_something_else_are_refused_at_their_field(walk: Walk, endpoint: str, what: str) -> None:
    example, town, name = EXAMPLES[endpoint], walk.world.a, OFFERS_FILES[endpoint]
    assert example.sends is not None
    url, before = walk.url(endpoint, **example.ids(town)), walk.rows()
    hidden = form_of(walk.page_with(endpoint), url).values
    file_name, content = FILES[what]
    body = multipart({**hidden, **example.sends(town)}, name, file_name, content)
    answer = walk.client(example.by).post(url, **body)
    assert answer.status_code == 422, f"{what}: {answer.status}"
    assert f'id="{name}-error"' in answer.text
    assert RAW not in answer.text
    assert "⟦" in answer.text, "what was typed is gone"
    assert {**walk.rows(), "login_session": 0} == {**before, "login_session": 0}


@only_sqlite
def test_names_of_files_are_only_names(walk: Walk) -> None:
    example, town = EXAMPLES["follow_up.report"], walk.world.a
    url = walk.url("follow_up.report", **example.ids(town))
    hidden = form_of(walk.page_with("follow_up.report"), url).values
    typed = {**hidden, "text": "⟦Con nombre⟧"}
    for name in NAMES:
        with walk.undone():
            answer = walk.client(example.by).post(url, **multipart(typed, "files", name, b"%PDF-1.7 x"))
            assert answer.status_code in (303, 400, 422), f"{name[:40]!r}: {answer.status}"
            if answer.status_code == 303:
                page = walk.client(example.by).get(answer.location).text
                assert RAW not in page
                assert "\u202e" not in page
                files = [lead for _, lead in read(page).leads if "/files/" in lead]
                sent = walk.client(example.by).get(files[0])
                assert sent.status_code == 200, name[:40]
                assert sent.headers["Content-Disposition"].startswith("attachment")
                assert "Set-Cookie" not in sent.headers


@only_sqlite
@pytest.mark.parametrize("endpoint", FORMS)
def test_floods_and_broken_bodies_are_refused_at_once(walk: Walk, endpoint: str) -> None:
    example, town = EXAMPLES[endpoint], walk.world.a
    url, who = walk.url(endpoint, **example.ids(town)), example.by
    client, token = walk.client(who), {"csrf_token": "falso", "form_id": "1"}
    bodies: dict[str, dict[str, Any]] = {
        "3 MB of text": {"data": {**token, "title": "x" * 3_000_000}},
        "2,000 parts": {
            "data": {**token, **{f"f{n}": "1" for n in range(2_000)}},
            "content_type": "multipart/form-data",
        },
        "a million fields": {"data": b"a=&" * 1_000_000, "content_type": "application/x-www-form-urlencoded"},
        "no form at all": {"data": b"\x00\xff" * 100, "content_type": "application/octet-stream"},
        "raw bytes": {
            "data": b"csrf_token=\xff\xfe&title=\xc3",
            "content_type": "application/x-www-form-urlencoded",
        },
        "a list": {"json": [1, 2]},
        "half a multipart": {
            "data": b"--x\r\nContent-Disposition: form-data; na",
            "content_type": "multipart/form-data; boundary=x",
        },
    }
    for what, body in bodies.items():
        before = monotonic()
        answer = client.post(url, **body)
        assert answer.status_code in FLOODED.get(what, (400,)), f"{what}: {answer.status}"
        assert monotonic() - before < 2, f"{what} took too long"


@only_sqlite
def test_very_many_fields_take_no_long_time(walk: Walk) -> None:
    url = walk.url("agenda.create", place=walk.world.a.code)
    flood = {f"parties-{n}-who": "unit-1" for n in range(20_000)}
    walk.client("coordinator of A")
    before = monotonic()
    answer = walk.send("coordinator of A", url, {"title": "⟦Muchos⟧", **flood})
    assert answer.status_code in CALM
    assert monotonic() - before < 3
