"""A registry brought in by page: all of it, nothing of it, or only a look."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from config import ROOT
from tests.support.factories import make_place, make_user
from tests.support.pages import Client, form_of
from tracker.core.db import db
from tracker.territory.models import Municipality

LIST = "country,code,name,admin1_code,admin1_name\nMX,77001,Valle,77,Sierra\nMX,77002,Cerro,77,Sierra\n"
URL = "/municipalities/import"


@pytest.fixture
def browser(fresh_app: Flask) -> Client:
    """An administrator's browser."""
    with fresh_app.app_context():
        make_place("MX")
        user_id = make_user(role="administrator").id
        db.session.commit()
    client = fresh_app.test_client()
    assert isinstance(client, Client)
    client.enter_as(user_id)
    return client


def send(browser: Client, **typed: object) -> tuple[int, str]:
    """The answer's status and text."""
    token = form_of(browser.get(URL).text, URL).values["csrf_token"]
    answer = browser.post(URL, data={"csrf_token": token, **typed}, content_type="multipart/form-data")
    return answer.status_code, answer.text


def names(app: Flask) -> list[str]:
    """What came in."""
    with app.app_context():
        own = select(Municipality.name).where(Municipality.official_code.like("77%")).order_by(Municipality.name)
        return list(db.session.scalars(own))


def test_a_file_comes_in_whole(fresh_app: Flask, browser: Client) -> None:
    file = (BytesIO(LIST.encode()), "lista.csv")
    assert send(browser, file=file)[0] == 303
    assert names(fresh_app) == ["Cerro", "Valle"]


def test_a_look_writes_nothing(fresh_app: Flask, browser: Client) -> None:
    assert send(browser, pasted=LIST, only_look="y")[0] == 200
    assert names(fresh_app) == []
    assert send(browser, pasted=LIST)[0] == 303
    assert names(fresh_app) == ["Cerro", "Valle"]


def test_one_wrong_row_and_nothing_comes_in(fresh_app: Flask, browser: Client) -> None:
    status, text = send(browser, pasted=LIST + "XX,1,Nada,,\n")
    assert status == 422
    assert "XX" in text
    assert names(fresh_app) == []


def test_a_mapping_says_how_it_is_read(fresh_app: Flask, browser: Client) -> None:
    mapping = (BytesIO((ROOT / "docs/examples/registry-mexico-mxmaps.json").read_bytes()), "m.json")
    assert send(browser, pasted=LIST, mapping=mapping)[0] == 422
    assert send(browser, pasted=LIST, mapping=(BytesIO(b"\xff\xfe"), "m.json"))[0] == 422
    assert send(browser, pasted=LIST, mapping=(BytesIO(b"[]"), "m.json"))[0] == 422
    assert send(browser)[0] == 422
    assert names(fresh_app) == []
