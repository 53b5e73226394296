"""The database goes away under a signed-in visitor: a page that says so, never a failure, and it recovers."""

from flask import Flask

from tests.support.apps import only_postgres
from tests.support.databases import drop_database
from tests.support.factories import make_place, make_user
from tests.support.pages import Client
from tracker.core.db import db


@only_postgres
def test_signed_in_pages_say_that_they_cannot_read_now(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        user_id = make_user("coordinator", place=place).id
        db.session.commit()
    client = fresh_app.test_client()
    assert isinstance(client, Client)
    client.enter_as(user_id)
    assert client.get("/").status_code == 200
    drop_database(fresh_app.config["DATABASE_URL"])

    for path in ("/", f"/{place.code}/agenda", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code in (404, 503), path
        assert "Traceback" not in answer.text
    assert client.get("/").headers["Retry-After"]
