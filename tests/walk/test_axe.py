"""Every page, as people with little sight, little screen or big fingers find it."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk.empty import EMPTY, ids_of
from tests.walk.examples import EXAMPLES, PROBES
from tests.walk.site import Site, site_in, window

#: Parts of pages, files, answers for machines.
NO_PAGES = {"static", "follow_up.row", "follow_up.milestone_row", *PROBES}
NO_PAGES |= {name for name, example in EXAMPLES.items() if example.is_file}
PAGES = sorted(name for name, example in EXAMPLES.items() if example.sends is None and name not in NO_PAGES)
#: Pages whose only forms are buttons.
BUTTONS = {"notices.inbox", "notices.mail", "notices.reminders_off", "follow_up.commitment", "exchange.run"}
BUTTONS |= {"accounts.sessions", "notices.address_link", "follow_up.bulk"}
#: Forms as they look when what was typed cannot stand.
FORMS = sorted({example.form for example in EXAMPLES.values()} - BUTTONS - {""})
#: Where buttons stand before the form: which one it is.
NTH = {"notices.waiting": 1, "accounts.people": -1, "accounts.everybody": -1, "accounts.account": 2}
#: What a page is looked at in. Colours fade from light to dark, so each scheme has a window of its own.
LOOKS = [
    pytest.param([(360, "light"), (1280, "light")], id="light"),
    pytest.param([(360, "dark"), (1280, "dark")], id="dark", marks=pytest.mark.full),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Narrowest screen that must do without scrolling sideways, and the least side of what is tapped, in CSS pixels.
NARROWEST, TAP = 320, 44
SMALL = """([least]) => [...document.querySelectorAll(
    'button, a.button, .chip, summary, nav a, a.figure, a.mark, select, input:not([type=hidden]), textarea')]
  .map(e => e.matches('[type=checkbox], [type=radio]') ? e.closest('label') : e)
  .filter(e => e && e.checkVisibility({visibilityProperty: true}))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && (r.height < least - 0.5 || r.width < least - 0.5))
  .map(([e, r]) => `${e.outerHTML.slice(0, 90)}: ${Math.round(r.width)} × ${Math.round(r.height)}`)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The world on a server."""
    with site_in(tmp_path_factory.mktemp("axe")) as site:
        yield site


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("endpoint", PAGES)
def test_pages_keep_to_the_rules(site: Site, browser: Browser, endpoint: str, looks: list[tuple[int, str]]) -> None:
    example = EXAMPLES[endpoint]
    with window(browser, *looks[0]) as context:
        if example.by != "nobody":
            site.enter(context, example.by)
        page = context.new_page()
        said = _listen(page)
        answer = page.goto(site.address(endpoint, **example.ids(site.world.a)))
        assert answer is not None
        assert answer.status == 200
        _assert_usable(page, looks)
        assert said == []


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize(("endpoint", "who"), EMPTY)
def test_empty_pages_keep_to_the_rules(
    site: Site, browser: Browser, endpoint: str, who: str, looks: list[tuple[int, str]]
) -> None:
    with window(browser, *looks[0]) as context:
        site.enter(context, who)
        page = context.new_page()
        page.goto(site.address(endpoint, **ids_of(endpoint, site.world)))
        _assert_usable(page, looks)


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("endpoint", FORMS)
def test_forms_with_errors_keep_to_the_rules(
    site: Site, browser: Browser, endpoint: str, looks: list[tuple[int, str]]
) -> None:
    example = EXAMPLES[endpoint]
    with window(browser, *looks[0]) as context:
        if example.by != "nobody":
            site.enter(context, example.by)
        page = context.new_page()
        page.goto(site.address(endpoint, **example.ids(site.world.a)))
        form = page.locator("main form[method=post]").nth(NTH.get(endpoint, 0))
        for field in form.locator("input[type=text]:visible, input[type=email]:visible, textarea:visible").all():
            field.fill("\u202e" + "a" * 20)
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            form.locator("[type=submit]").first.click()
        page.wait_for_load_state()
        assert sent.value.status in (303, 422)
        _assert_usable(page, looks)


@pytest.mark.parametrize("looks", LOOKS)
def test_the_opened_row_and_errors_keep_to_the_rules(
    site: Site, browser: Browser, looks: list[tuple[int, str]]
) -> None:
    with window(browser, *looks[0]) as context:
        site.enter(context, "coordinator of A")
        page = context.new_page()
        page.goto(site.server.url)
        page.locator(".row a.button").first.click()
        expect(page.locator(".row.open input:not([type=hidden])").first).to_be_focused()
        page.locator(".row.open textarea").fill("⟦Sin sesión⟧")
        _assert_usable(page, looks)
        context.clear_cookies()
        page.locator(".row.open [type=submit]").click()
        page.locator(".row.open pre").wait_for()
        _assert_usable(page, looks)
        site.enter(context, "coordinator of A")
        for path in ("/nowhere", "/monitoring"):
            page.goto(site.server.url + path)
            _assert_usable(page, looks)


def _listen(page: Page) -> list[str]:
    """What the page complains about, as it comes."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error.message}"))
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("requestfailed", lambda request: said.append(f"not loaded: {request.url}"))
    return said


def _assert_usable(page: Page, looks: list[tuple[int, str]]) -> None:
    """The page as it stands keeps to the rules, whatever it is looked at in."""
    page.evaluate(_axe())
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 740 if width < 600 else 900})
        where = f"{page.url} at {width} px, {scheme}"
        found: list[dict[str, Any]] = page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => ({rule: v.id, where: v.nodes.map(n => n.html.slice(0, 160))})))",
            TAGS,
        )
        assert found == [], where
        assert page.evaluate(SMALL, [TAP]) == [], where
        assert _overflow(page) <= 0, f"too wide: {where}"
        if width < 600:
            page.set_viewport_size({"width": NARROWEST, "height": 740})
            assert _overflow(page) <= 0, f"too wide at {NARROWEST} px: {where}"


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@lru_cache(maxsize=1)
def _axe() -> str:
    return (Path(__file__).parents[1] / "support" / "axe" / "axe.min.js").read_text(encoding="utf-8")
