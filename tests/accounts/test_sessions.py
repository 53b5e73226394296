"""Where one is signed in, for how long, and how it ends."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.doors import browser, copy_of, is_in
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import PASSWORD, act, make_place, make_user
from tests.support.pages import Client
from tracker.accounts.models import LoginSession, Membership, User
from tracker.accounts.operations import add_roles
from tracker.accounts.operations.users import end_membership
from tracker.accounts.rules import ROLES, Role, device_of
from tracker.core.db import begin_write

WHO = "ana@example.org"
NOON = "2026-11-23T18:00Z"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (Linux; Android 9; SM-J260M) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def ana(session: DbSession) -> User:
    """A coordinator with a password."""
    user = make_user(place=make_place(), email=WHO, password=PASSWORD)
    session.commit()
    return user


def test_each_device_is_named_and_can_be_signed_out(
    client: Client, app: Flask, ana: User, session: DbSession
) -> None:
    other = browser(app)
    values = {"email": WHO, "password": PASSWORD}
    other.submit("/sign-in", values, headers={"User-Agent": PHONE}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    client.submit("/sign-in", values, headers={"User-Agent": FIREFOX})
    page = client.get("/account/sessions").text
    assert "Firefox en Windows" in page
    assert "Chrome en Android" in page
    assert "203.0.113.9" in page
    assert "(UTC)" not in page, "times are those of the own municipality"
    phone = session.scalars(select(LoginSession.id).where(LoginSession.device == "chrome/android")).one()
    assert client.submit("/account/sessions", {}, f"/account/sessions/{phone}/end").status_code == 303
    assert not is_in(other)
    assert is_in(client)


def test_signing_out_everywhere_else_renews_this_browser(client: Client, app: Flask, ana: User) -> None:
    client.sign_in_as(WHO, PASSWORD)
    others = [browser(app) for _ in range(3)]
    for other in others:
        other.enter_as(ana.id, stay=True)
    copied = copy_of(client, app)
    assert client.submit("/account", {}, "/account/sessions/end").status_code == 303
    assert is_in(client)
    assert not any(is_in(other) for other in [*others, copied])


def test_somebody_elses_session_is_not_there(client: Client, app: Flask, ana: User, session: DbSession) -> None:
    luis = make_user(place=make_place())
    session.commit()
    other = browser(app)
    other.enter_as(luis.id)
    theirs = session.scalars(select(LoginSession.id).where(LoginSession.user_id == luis.id)).one()
    client.enter_as(ana.id)
    answer = client.submit("/account", {}, "/sign-out")
    client.enter_as(ana.id)
    page = client.get("/account")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(f"/account/sessions/{theirs}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert is_in(other)


@pytest.mark.parametrize(
    ("chosen", "lives", "dies"),
    [
        ({}, 29, 31),
        ({"stay": "y"}, 60 * 24 * 29, 60 * 24 * 30 + 1),
        ({"shared": "y"}, 14, 16),
        ({"shared": "y", "stay": "y"}, 14, 16),
    ],
)
def test_how_long_a_session_lasts(client: Client, ana: User, chosen: dict[str, str], lives: int, dies: int) -> None:
    with at(NOON) as clock:
        client.submit("/sign-in", {"email": WHO, "password": PASSWORD, **chosen})
        clock.shift(60 * lives)
        assert is_in(client)
    with at(NOON) as clock:
        client.submit("/account", {}, "/sign-out") if is_in(client) else None
        client.submit("/sign-in", {"email": WHO, "password": PASSWORD, **chosen})
        clock.shift(60 * dies)
        assert not is_in(client)


@only_sqlite
def test_without_staying_it_ends_after_twelve_hours_however_busy(client: Client, ana: User) -> None:
    with at(NOON) as clock:
        client.sign_in_as(WHO, PASSWORD)
        for _ in range(35):
            clock.shift(20 * 60)
            assert is_in(client)
        clock.shift(20 * 60)
        assert not is_in(client)


@only_sqlite
def test_a_shared_computer_keeps_nothing(client: Client, ana: User) -> None:
    answer = client.submit("/sign-in", {"email": WHO, "password": PASSWORD, "shared": "y"})
    assert all("Expires" not in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    answer = client.submit("/account", {}, "/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "No se guardó nada" in client.get(answer.location).text


def test_a_changed_role_asks_to_sign_in_again(client: Client, app: Flask, ana: User, session: DbSession) -> None:
    client.enter_as(ana.id)
    copied = copy_of(client, app)
    begin_write()
    add_roles(act(), ana, [Role("authority", make_place().id)])
    session.commit()
    assert not is_in(client)
    assert not is_in(copied)
    client.enter_as(ana.id)
    held = session.scalars(select(Membership).where(Membership.user_id == ana.id)).first()
    assert held is not None
    begin_write()
    end_membership(act(), held.id, held.municipality_id, frozenset(ROLES))
    session.commit()
    assert not is_in(client)


@only_sqlite
def test_who_has_no_role_sees_the_own_account_and_nothing_else(
    client: Client, ana: User, session: DbSession
) -> None:
    held = session.scalars(select(Membership).where(Membership.user_id == ana.id)).one()
    begin_write()
    end_membership(act(), held.id, held.municipality_id, frozenset(ROLES))
    session.commit()
    client.enter_as(ana.id)
    assert client.get("/").location == "/account"
    assert "ninguna función" in client.get("/account").text
    assert client.get("/inbox").status_code == 403
    assert client.submit("/account", {}, "/sign-out").status_code == 303


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "firefox/windows"),
        (PHONE, "chrome/android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "safari/iphone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36 Edg/120.0", "edge/linux"),
        ("", "other/other"),
        ("<script>", "other/other"),
    ],
)
def test_devices_are_told_from_what_browsers_say(agent: str, device: str) -> None:
    assert device_of(agent) == device
