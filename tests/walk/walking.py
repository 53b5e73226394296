"""Walking through the world: as somebody, to an address, undone afterwards, with every row counted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, url_for
from sqlalchemy import Connection, Executable, func, select, union_all
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.support.pages import Client, form_of
from tests.walk.examples import EXAMPLES
from tests.walk.towns import Town
from tests.walk.world import World
from tracker.core.db import Base, db
from tracker.notices.models import Notice
from tracker.post.models import OutboxMail

NOBODY, HALFWAY = "nobody", "halfway"
#: A page with a form, for who may not see the inbox.
START = {NOBODY: "/sign-in", HALFWAY: "/sign-in/code"}


class Walk:
    """The application and its world, with a browser for each person."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.towns = {"A": world.a, "B": world.b}
        self.codes = {"A": world.a.code, "B": world.b.code, "C": world.empty.code, "D": world.desert.code}
        self.codes["E"] = world.association.code
        self._clients: dict[str, tuple[Client, str]] = {}

    def client(self, who: str) -> Client:
        """The browser of this person, signed in; `nobody` is not."""
        return self._entered(who)[0]

    def _entered(self, who: str) -> tuple[Client, str]:
        if who not in self._clients:
            client = self.app.test_client()
            assert isinstance(client, Client)
            if who != NOBODY:
                client.enter_as(self.world.users[who], halfway=who == HALFWAY)
            page = client.get(START.get(who, "/inbox"))
            self._clients[who] = client, form_of(page.text).values["csrf_token"]
        return self._clients[who]

    def send(self, who: str, url: str, typed: Mapping[str, Any], **more: Any) -> TestResponse:
        """Post a form with a good token, as a browser encodes it; values may hold what no browser sends."""
        client, token = self._entered(who)
        body = encoded({"csrf_token": token, **typed})
        return client.post(url, data=body, content_type="application/x-www-form-urlencoded", **more)

    def url(self, endpoint: str, **ids: Any) -> str:
        """The address of an endpoint, for these values of it."""
        with self.app.test_request_context():
            return url_for(endpoint, **ids)

    def page_with(self, endpoint: str, letter: str = "A", who: str = "") -> str:
        """The page that offers the form of an endpoint, as who walks it."""
        example, town = EXAMPLES[endpoint], self.towns[letter]
        ids = EXAMPLES[example.form].ids(town)
        wanted = {**ids, **{name: value for name, value in example.ids(town).items() if name in ids}}
        answer = self.client(who or example.by).get(self.url(example.form, **wanted))
        assert answer.status_code == 200, f"{example.form} answered {answer.status}"
        return answer.text

    def endpoint_of(self, url: str, method: str = "GET") -> tuple[str, dict[str, Any]] | None:
        """Which endpoint answers at an address, with its values; None where none does."""
        try:
            path = url.partition("?")[0].partition("#")[0]
            endpoint, values = self.app.url_map.bind("localhost").match(path, method)
            return str(endpoint), dict(values)
        except (HTTPException, RequestRedirect):
            return None

    def town(self, code: str) -> Town:
        """The town of this code."""
        return next(town for town in self.towns.values() if town.code == code.lower())

    def letter_of_mail(self, mail_id: int) -> str:
        """The municipality that a mail is about."""
        about = select(Notice.municipality_id).join(OutboxMail, OutboxMail.ref_id == Notice.digest_id)
        place_id = self.connection.scalar(about.where(OutboxMail.id == mail_id).limit(1))
        # One about an account is offered to nobody but who sees them all.
        return next((letter for letter, town in self.towns.items() if town.place.id == place_id), "A")

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done within the block is taken back after it."""
        savepoint = self.connection.begin_nested()
        held = [
            (client, cookie.value)
            for client, _ in self._clients.values()
            if (cookie := client.get_cookie("session"))
        ]
        try:
            yield
        finally:
            savepoint.rollback()
            for client, value in held:
                client.set_cookie("session", value)

    @property
    def connection(self) -> Connection:
        """The one connection that all requests of a test share."""
        with self.app.app_context():
            bind: Any = db.engines[None]
        assert isinstance(bind, Connection)
        return bind

    def rows(self) -> dict[str, int]:
        """How many rows each table holds; that administrators looked is noted beside, and changes nothing."""
        names, statement = _counting()
        found = self.connection.execute(statement).scalars().all()
        return dict(zip(names, found, strict=True))


@lru_cache(maxsize=1)
def _counting() -> tuple[list[str], Executable]:
    """Names of tables, and what counts their rows: made once, as it is asked thousands of times."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "look"]
    counts = union_all(*[select(func.count()).select_from(table) for table in tables])
    return [table.name for table in tables], counts


def multipart(values: Mapping[str, Any], field: str, name: str, content: bytes) -> dict[str, Any]:
    """A form with a file as a browser sends it: what to hand to the client."""
    edge = b"--edge\r\nContent-Disposition: form-data; name="
    parts = [edge + f'"{key}"\r\n\r\n{value}\r\n'.encode() for key, value in values.items()]
    kind = b"\r\nContent-Type: application/octet-stream\r\n\r\n"
    parts.append(edge + f'"{field}"; filename="{name}"'.encode("utf-8", "surrogatepass") + kind + content + b"\r\n")
    return {"data": b"".join(parts) + b"--edge--\r\n", "content_type": "multipart/form-data; boundary=edge"}


def encoded(values: Mapping[str, Any]) -> bytes:
    """Form fields as sent; a list is a key sent several times, bytes and lone surrogates travel as they are."""
    pairs = []
    for name, held in values.items():
        for value in held if isinstance(held, list) else [held]:
            raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
            pairs.append(f"{quote_from_bytes(name.encode())}={quote_from_bytes(raw)}")
    return "&".join(pairs).encode("ascii")
