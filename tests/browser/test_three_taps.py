"""An update takes at most three taps and a sentence, on an old phone and a slow line, with script and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import delete

from tests.browser.looking import Finger, Line, commitments, row_of, updates_of
from tests.support.factories import PASSWORD
from tests.walk.examples import EXAMPLES
from tests.walk.site import Site, window
from tests.walk.world import EMAIL
from tracker.accounts.models import LoginSession
from tracker.core.db import begin_write, db

MOST_TAPS = 3
#: Bytes over the line: the first page with all it needs, and each page after it.
FIRST_PAGE, LATER_PAGE = 60_000, 15_000
WHO = "coordinator of A"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """An old phone's browser."""
    with window(browser, 360) as context:
        yield context


@pytest.fixture
def page(phone: BrowserContext, site: Site) -> Iterator[Page]:
    """My agenda, signed in; no script of ours may break on the way."""
    site.enter(phone, WHO)
    page, wrong = phone.new_page(), []
    page.on("pageerror", lambda error: wrong.append(error.message))
    page.goto(site.server.url)
    yield page
    assert wrong == []


def _open(page: Page, title: str) -> Locator:
    """The row about this, opened: the cursor stands in its first field."""
    row_of(page, title).locator("a.button").click()
    opened = page.locator("li.row.open")
    expect(opened.locator("input:not([type=hidden])").first).to_be_focused()
    return opened


def test_an_update_takes_three_taps_and_a_sentence(phone: BrowserContext, site: Site) -> None:
    page, finger = phone.new_page(), Finger()
    line = Line(phone, page)
    line.slow_down()
    page.goto(f"{site.server.url}/sign-in")
    page.get_by_label("Correo").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").tap()
    page.wait_for_url(f"{site.server.url}/")
    row, before = row_of(page, "⟦Puente sur⟧"), updates_of(site, site.world.a.late)
    finger.tap(row.locator("a.button"))
    opened = page.locator("li.row.open")
    expect(opened.locator("input:not([type=hidden])").first).to_be_focused(timeout=20_000)
    opened.locator("textarea").fill("Ya está el estribo norte.")
    finger.tap(opened.locator("[type=submit]"))
    expect(opened).to_have_count(0, timeout=20_000)
    expect(row).to_be_visible()
    assert finger.taps <= MOST_TAPS
    assert updates_of(site, site.world.a.late) == [*before, "Ya está el estribo norte."]


def test_the_same_without_script(browser: Browser, site: Site) -> None:
    with window(browser, 360, script=False) as context:
        site.enter(context, WHO)
        page, finger = context.new_page(), Finger()
        page.goto(site.server.url)
        finger.tap(row_of(page, "⟦Pozo norte⟧").locator("a.button"))
        page.locator("textarea").fill("Bomba puesta.")
        finger.tap(page.locator("main [type=submit]"))
        page.get_by_text("Bomba puesta.").first.wait_for()
    assert finger.taps <= MOST_TAPS
    assert updates_of(site, site.world.a.open)[-1] == "Bomba puesta."


def test_pages_are_light(phone: BrowserContext, site: Site) -> None:
    site.enter(phone, WHO)
    page = phone.new_page()
    line = Line(phone, page)
    page.goto(site.server.url, wait_until="networkidle")
    assert 5_000 < line.taken() <= FIRST_PAGE
    heavy = {}
    for endpoint, example in EXAMPLES.items():
        if example.sends is None and example.by not in ("nobody", "administrator") and not example.is_file:
            page.goto(site.address(endpoint, **example.ids(site.world.a)))
            if (taken := line.taken()) > LATER_PAGE:
                heavy[endpoint] = taken
    assert heavy == {}


def test_escape_and_cancel_give_the_row_back(page: Page) -> None:
    row, opened = row_of(page, "⟦Pozo norte⟧"), _open(page, "⟦Pozo norte⟧")
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(row.locator("a.button")).to_be_focused()
    _open(page, "⟦Pozo norte⟧")
    opened.locator("textarea").fill("A medias")
    page.keyboard.press("Escape")
    expect(opened.locator("textarea")).to_have_value("A medias")
    expect(opened.locator("[data-cancel]")).to_be_focused()
    opened.locator("[data-cancel]").click()
    expect(opened).to_have_count(0)
    expect(row.locator("a.button")).to_be_focused()


def test_the_keyboard_is_enough(page: Page, site: Site) -> None:
    row_of(page, "⟦Pozo norte⟧").locator("a.button").focus()
    page.keyboard.press("Enter")
    opened = page.locator("li.row.open")
    expect(opened.locator("input:not([type=hidden])").first).to_be_focused()
    opened.locator("textarea").focus()
    page.keyboard.type("Con teclado.")
    for _ in range(12):
        if page.evaluate("document.activeElement.type") != "submit":
            page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(opened).to_have_count(0)
    assert updates_of(site, site.world.a.open)[-1] == "Con teclado."


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_double_click_saves_once(browser: Browser, site: Site, script: bool) -> None:
    with window(browser, 1280, script=script) as context:
        site.enter(context, WHO)
        page, before = context.new_page(), updates_of(site, site.world.a.counted)
        page.goto(site.server.url)
        if script:
            _open(page, "⟦Diez aulas⟧")
        else:
            row_of(page, "⟦Diez aulas⟧").locator("a.button").click()
        page.locator("textarea").fill("Dos aulas techadas.")
        page.locator(".row.open [type=submit]").dblclick()
        page.locator(".row.open").wait_for(state="detached")
        page.wait_for_load_state("networkidle")
        assert updates_of(site, site.world.a.counted) == [*before, "Dos aulas techadas."]
        page.goto(site.address("agenda.new", place=site.world.a.code))
        made = commitments(site)
        page.locator("[name=title]").fill("⟦Una vez⟧")
        page.locator("main form[method=post] [type=submit]").first.dblclick()
        page.get_by_role("heading", name="⟦Una vez⟧").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert commitments(site) == made + 1


def test_what_cannot_stand_is_said_in_place(page: Page, site: Site) -> None:
    opened = _open(page, "⟦Pozo norte⟧")
    opened.locator("textarea").fill("Mucho avance")
    opened.locator("[name=progress]").fill("140")
    opened.locator("[type=submit]").click()
    expect(opened.locator("[data-error-summary]")).to_be_focused()
    expect(opened.locator("textarea")).to_have_value("Mucho avance")
    expect(opened.locator("[name=progress]")).to_have_value("140")
    assert page.url == f"{site.server.url}/"
    opened.locator("[name=progress]").fill("70")
    opened.locator("[type=submit]").click()
    expect(opened).to_have_count(0)


def test_a_lost_session_keeps_the_text_on_the_screen(page: Page, site: Site) -> None:
    opened, before = _open(page, "⟦Pozo norte⟧"), updates_of(site, site.world.a.open)
    opened.locator("textarea").fill("Que no se pierda")
    with site.app.app_context():
        begin_write()
        db.session.execute(delete(LoginSession))
        db.session.commit()
    opened.locator("[type=submit]").click()
    expect(page.get_by_text("Que no se pierda")).to_be_visible()
    expect(page.locator("[data-not-sent]")).to_be_hidden()
    assert updates_of(site, site.world.a.open) == before


def test_a_lost_network_keeps_the_text_and_lets_one_try_again(
    phone: BrowserContext, page: Page, site: Site
) -> None:
    opened = _open(page, "⟦Pozo norte⟧")
    opened.locator("textarea").fill("Sin señal")
    phone.set_offline(True)
    opened.locator("[type=submit]").click()
    expect(page.locator("[data-not-sent]")).to_be_visible()
    expect(opened.locator("textarea")).to_have_value("Sin señal")
    phone.set_offline(False)
    opened.locator("[type=submit]").click()
    expect(opened).to_have_count(0)
    expect(page.locator("[data-not-sent]")).to_be_hidden()
    assert updates_of(site, site.world.a.open)[-1] == "Sin señal"
