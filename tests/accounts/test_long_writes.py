"""While a long write goes on, such as an import, pages are read as before."""

import sqlite3
from time import perf_counter

from flask import Flask
from sqlalchemy import make_url, select

from tests.support import clock
from tests.support.apps import only_sqlite
from tests.support.factories import make_place, make_user
from tests.support.pages import Client
from tracker.accounts.models import LoginSession
from tracker.core.db import db


@only_sqlite
def test_a_page_does_not_wait_to_say_that_somebody_was_seen(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        user_id = make_user("coordinator", place=place).id
        db.session.commit()
    client = fresh_app.test_client()
    assert isinstance(client, Client)
    path = make_url(fresh_app.config["DATABASE_URL"]).database
    with clock.at("2026-11-23T15:00Z") as now:
        client.enter_as(user_id)
        assert client.get(f"/{place.code}/agenda").status_code == 200
        now.shift(180)
        writer = sqlite3.connect(str(path), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        began = perf_counter()
        assert client.get(f"/{place.code}/agenda").status_code == 200
        assert perf_counter() - began < 3
        assert _seen(fresh_app).endswith("15:00")
        writer.execute("ROLLBACK")
        writer.close()
        assert client.get(f"/{place.code}/agenda").status_code == 200
        assert _seen(fresh_app).endswith("15:03")


def _seen(app: Flask) -> str:
    with app.app_context():
        return f"{db.session.scalars(select(LoginSession.seen_at)).one():%d %H:%M}"
