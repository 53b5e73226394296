"""No text or file of one municipality ever shows in another's hands, and each role finds its own, and no more.

What each role may find is typed by hand here, not read from the product.
"""

import io
import json
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts.marked import PEOPLE, Marked, make_marked
from tests.support.apps import only_sqlite
from tests.support.clock import at
from tests.support.factories import DAY, make_user
from tests.support.pages import Client
from tests.walk.reading import read
from tests.walk.settling import NOW
from tracker.core.db import db
from tracker.follow_up.ticks import deliver_due

_MARK = re.compile(r"⟦([AB]) ([a-z_.]+)⟧")
#: More addresses than two small municipalities have.
MOST = 900

_OF_COMMITMENT = (
    *("title", "description", "promised_to", "measure", "precondition", "verification", "act_kind", "act_number"),
    *("instrument", "source", "moved", "milestone", "lost_milestone", "lost_reason", "update", "told_by"),
    *("file_name", "file_content", "act_name"),
)
_PLAN = {"plan.title", "plan.workshop", "line.title", "action.title"}
_ENDED = {
    *(f"{kind}.{field}" for kind in ("closed", "dropped") for field in _OF_COMMITMENT[:10]),
    "closed.note",
    "dropped.reason",
}


def _about(*kinds: str) -> set[str]:
    return {f"{kind}.{field}" for kind in kinds for field in _OF_COMMITMENT}


_WHOLE = {
    "municipality.name",
    "unit.name",
    "co.name",
    "partner.name",
    "joint.part",
    "author.name",
    "person.name",
    *_PLAN,
    *_about("joint", "own", "under"),
    *_ENDED,
}
_DRAFT = {f"draft.{field}" for field in _OF_COMMITMENT[:10]}
_INSIDE = _WHOLE | _DRAFT | {"agreement.title", "agreement.number", "joint.note", "own.note", "under.note"}
#: Whom notices reached, by name.
_TOLD = {"coordinator.name", "officer.name"}
#: role → fields of the own municipality that it finds; every other one it must not find.
SEES = {
    "coordinator": _INSIDE | _TOLD,
    "officer": _INSIDE | _TOLD,
    "authority": _INSIDE | _TOLD,
    "monitor of MX": _WHOLE | _TOLD,
    "partner": {
        "municipality.name",
        "unit.name",
        "co.name",
        "partner.name",
        "joint.part",
        "author.name",
        "plan.title",
        "line.title",
        "action.title",
        *_about("joint", "under"),
    },
}


class Marks:
    """The two municipalities, and a browser for whoever is asked for."""

    def __init__(self, app: Flask, towns: dict[str, Marked], others: dict[str, int]) -> None:
        self.app, self.towns, self.others = app, towns, others

    def client(self, who: str, letter: str) -> Client:
        """Somebody's browser, signed in."""
        client = self.app.test_client()
        assert isinstance(client, Client)
        client.enter_as(self.others.get(who) or self.towns[letter].users[who])
        return client


@pytest.fixture
def marks(app: Flask, tmp_path: Path) -> Iterator[Marks]:
    app.config["UPLOADS_DIR"] = tmp_path / "uploads"
    with at(NOW):
        with app.app_context():
            towns = {
                letter: make_marked(letter, country, DAY, tmp_path / "uploads")
                for letter, country in (("A", "MX"), ("B", "CL"))
            }
            others = {
                "monitor of MX": make_user("monitor", country="MX").id,
                "administrator": make_user("administrator").id,
            }
            db.session.commit()
            db.session.remove()
        yield Marks(app, towns, others)


@only_sqlite
@pytest.mark.parametrize("letter", ["A", "B"])
@pytest.mark.parametrize("who", PEOPLE)
def test_people_find_their_own_and_nothing_of_the_others(marks: Marks, who: str, letter: str) -> None:
    _compare(_crawl(marks.client(who, letter)), letter, SEES[who])


@only_sqlite
def test_who_monitors_a_country_finds_what_is_shared_of_it(marks: Marks) -> None:
    _compare(_crawl(marks.client("monitor of MX", "A")), "A", SEES["monitor of MX"])


@only_sqlite
def test_an_administrator_finds_both(marks: Marks) -> None:
    found = _crawl(marks.client("administrator", "A"))
    for letter in "AB":
        missing = (_INSIDE | _TOLD) - {field for of, field in found if of == letter}
        assert not missing


@only_sqlite
def test_mails_say_only_what_their_reader_may_know(marks: Marks, mail_folder: Path) -> None:
    with marks.app.app_context():
        deliver_due()
    mails = [path.read_bytes() for path in mail_folder.glob("*.eml")]
    assert len(mails) >= 6
    for mail in mails:
        text = _decoded(mail)
        reader = re.search(r"^To: ([ab])\.", text, re.MULTILINE)
        assert reader is not None, text[:300]
        assert {of for of, _field in _MARK.findall(text)} == {reader[1].upper()}
        assert not any(field.startswith("draft") or field.endswith("note") for _of, field in _MARK.findall(text))


def _compare(found: set[tuple[str, str]], letter: str, right: set[str]) -> None:
    foreign = {field for of, field in found if of != letter}
    assert not foreign, f"of the other municipality: {sorted(foreign)}"
    own = {field for of, field in found}
    assert not right - own, f"does not find: {sorted(right - own)}"
    assert not own - right, f"should not find: {sorted(own - right)}"


def _crawl(client: Client) -> set[tuple[str, str]]:
    """Every mark on every page and in every file that can be reached from the start page."""
    seen, waiting = {"/"}, deque(["/"])
    found: set[tuple[str, str]] = set()
    while waiting and len(seen) < MOST:
        url = waiting.popleft()
        answer = client.get(url)
        assert answer.status_code < 400, f"{url} answered {answer.status}"
        found |= set(_marks_of(answer))
        leads = [("GET", answer.location)] if answer.status_code == 303 else []
        if answer.mimetype == "text/html":
            leads += read(answer.text).leads
        for method, address in leads:
            lead = (address or "").partition("#")[0]
            if method == "GET" and lead.startswith("/") and not urlsplit(lead).netloc and lead not in seen:
                seen.add(lead)
                waiting.append(lead)
    assert 20 < len(seen) < MOST
    return found


def _marks_of(answer: TestResponse) -> Iterator[tuple[str, str]]:
    yield from _MARK.findall(unquote(str(answer.headers)))
    content = answer.get_data()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _MARK.findall(archive.read(name).decode("utf-8", "replace"))
    elif answer.mimetype == "application/json":
        yield from _MARK.findall(json.dumps(json.loads(content), ensure_ascii=False))
    else:
        yield from _MARK.findall(content.decode("utf-8", "replace"))


def _decoded(mail: bytes) -> str:
    """A mail with its headers and parts as a person reads them."""
    message: Any = message_from_bytes(mail, policy=default)
    parts = [f"{name}: {value}" for name, value in message.items()]
    parts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(parts)
