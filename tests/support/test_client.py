"""The tests' client comes in as a person does."""

from flask import Flask

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import PASSWORD, make_place, make_user
from tests.support.pages import Client, form_of
from tracker.core.now import utc_now


def test_nobody_comes_in_unasked(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_entering_leaves_out_the_page(client: Client, session: DbSession) -> None:
    user = make_user("coordinator", place=make_place())
    client.enter_as(user.id)
    assert client.get("/").status_code == 200


def test_signing_in_through_the_page(app: Flask, client: Client) -> None:
    with app.app_context():
        email = make_user("coordinator", place=make_place(), password=PASSWORD).email
        assert client.sign_in_as(email, PASSWORD).status_code == 303
        assert client.get("/").status_code == 200


def test_a_form_is_sent_as_the_page_offers_it() -> None:
    page = """<form action="/search"><input name="q" value="x"></form>
        <form method="post" action="/save"><input type="hidden" name="csrf_token" value="t">
        <input type="checkbox" name="public" value="1"><input type="radio" name="how" value="a">
        <input type="radio" name="how" value="b" checked><textarea name="note">a &amp; b</textarea>
        <select name="unit"><option value="1">A<option value="2" selected>B</select>
        <select name="first"><option value="7">A<option value="8">B</select></form>"""
    form = form_of(page)
    assert form.action == "/save"
    assert form.values == {"csrf_token": "t", "how": "b", "note": "a & b", "unit": "2", "first": "7"}


def test_the_clock_stands_where_it_is_put() -> None:
    with at("2026-11-23T15:00Z") as clock:
        assert utc_now().isoformat() == "2026-11-23T15:00:00+00:00"
        clock.shift(3600)
        assert utc_now().hour == 16
