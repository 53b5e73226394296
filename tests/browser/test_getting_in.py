"""As a new user would, on a phone: invitation, password, second factor, a recovery code, sign out everywhere."""

import re
from collections.abc import Callable

import pyotp
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.apps import only_sqlite
from tests.support.factories import PASSWORD, make_place, make_unit, make_user
from tests.support.mail_server import MailServer
from tests.support.processes import LiveServer
from tests.walk.site import window
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.post.delivery import deliver_waiting

BOSS, NEW, CHOSEN = "jefa@example.org", "rosa@example.org", "ocho gallinas verdes"


def _deliver(app: Flask) -> None:
    with app.app_context():
        deliver_waiting(utc_now)


def _sign_in(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main [type=submit]").first.tap()
    page.wait_for_url(lambda now: "/sign-in" not in now or "/sign-in/code" in now)


@only_sqlite
def test_on_a_phone(
    browser: Browser, fresh_app: Flask, live_server: Callable[..., LiveServer], smtp: MailServer
) -> None:
    with fresh_app.app_context():
        place = make_place(name="Ecatepec")
        make_unit(place, "Obras")
        make_user(place=place, email=BOSS, name="Beatriz Jefa", password=PASSWORD, locale="es")
        db.session.commit()
        db.session.remove()
    server = live_server(fresh_app)
    fresh_app.config.update(MAIL_URL=smtp.url, PUBLIC_URL=server.url)
    with window(browser, 360) as context:
        _invite(context.new_page(), server.url, place.code)
    _deliver(fresh_app)
    received = smtp.wait_for(1)[0]
    assert received.recipients == (NEW,)
    body = received.message.get_body(("plain",))
    assert body is not None
    link = re.search(rf"{server.url}/join/[\w-]+", body.get_content())
    assert link
    with window(browser, 360) as phone, window(browser, 360) as other:
        codes = _join_and_set_up(phone, link[0], server.url)
        _come_back_with(other, codes[0], server.url)
        page = phone.new_page()
        page.goto(f"{server.url}/account/sessions")
        expect(page.locator("li.row")).to_have_count(2)
        page.locator("form[action='/account/sessions/end'] [type=submit]").tap()
        expect(page.locator("li.row")).to_have_count(1)
        gone = other.new_page()
        gone.goto(f"{server.url}/account")
        assert "/sign-in" in gone.url
    with window(browser, 360) as late:
        page = late.new_page()
        page.goto(link[0])
        expect(page.get_by_text("Ya fue aceptada")).to_be_visible()


def _invite(page: Page, url: str, code: str) -> None:
    _sign_in(page, url, BOSS, PASSWORD)
    page.goto(f"{url}/{code}/people")
    form = page.locator(f"form[action='/{code}/people']")
    form.locator("[name=role][value=officer]").check()
    form.locator("[name=unit]").select_option(label="Obras")
    form.locator("[name=name]").fill("Rosa Pérez")
    form.locator("[name=email]").fill(NEW)
    form.locator("[type=submit]").tap()
    expect(page.get_by_text("Rosa Pérez")).to_be_visible()


def _join_and_set_up(phone: BrowserContext, link: str, url: str) -> list[str]:
    """From the link to a second factor; the codes for paper."""
    page = phone.new_page()
    page.goto(link)
    expect(page.get_by_text("Beatriz Jefa")).to_be_visible()
    page.locator("[name=new]").fill(CHOSEN)
    page.locator("main [type=submit]").tap()
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/account/second-factor")
    assert page.locator(".qr svg").is_visible()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.locator("[name=password]").fill(CHOSEN)
    page.locator("form[action='/account/second-factor'] [type=submit]").tap()
    expect(page.locator(".codes li")).to_have_count(10)
    codes = page.locator(".codes li").all_inner_texts()
    page.reload()
    expect(page.locator(".codes li")).to_have_count(0)
    return codes


def _come_back_with(other: BrowserContext, code: str, url: str) -> None:
    """On another phone, the first one out of reach: password and a code from paper."""
    page = other.new_page()
    _sign_in(page, url, NEW, CHOSEN)
    assert "/sign-in/code" in page.url
    page.locator("[name=code]").fill("000 000")
    page.locator("main [type=submit]").first.tap()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.locator("[name=code]").fill(code.lower())
    page.locator("main [type=submit]").first.tap()
    page.wait_for_url(f"{url}/")
