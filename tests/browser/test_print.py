"""My agenda on paper: boxes to fill, nothing that only a screen needs."""

import io

from PIL import Image
from playwright.sync_api import Browser

from tests.walk.site import Site, window


def test_paper_has_boxes_to_fill_and_no_buttons(browser: Browser, site: Site) -> None:
    with window(browser, 1280) as context:
        site.enter(context, "coordinator of A")
        page = context.new_page()
        page.goto(site.address("follow_up.print_page"))
        rows, boxes = page.locator("li.row"), page.locator(".fill-box")
        assert rows.count() >= 4
        assert boxes.count() >= 6 * rows.count()
        assert not boxes.first.is_visible(), "on the screen there is nothing to fill in by hand"
        page.emulate_media(media="print")
        assert all(box.is_visible() for box in boxes.all())
        for gone in ("header.bar", "footer", "a.button", ".no-print"):
            assert not any(part.is_visible() for part in page.locator(gone).all()), gone
        assert page.locator(".print-head").is_visible()
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
        shades = picture.histogram()
        assert sum(shades[:60]) > 1_000, "there is ink"
        assert shades[255] > sum(shades) / 2, "on white paper"


def test_every_page_becomes_a_pdf(browser: Browser, site: Site) -> None:
    town = site.world.a
    pages = {
        "follow_up.print_page": {},
        "follow_up.commitment": {"place": town.code, "code": town.stepped},
        "plan.show": {"place": town.code},
        "agenda.listing": {"place": town.code},
    }
    with window(browser, 1280) as context:
        site.enter(context, "coordinator of A")
        page = context.new_page()
        for endpoint, ids in pages.items():
            page.goto(site.address(endpoint, **ids))
            paper = page.pdf(format="Letter", prefer_css_page_size=True)
            assert paper.startswith(b"%PDF-")
            assert len(paper) > 8_000, endpoint
            page.emulate_media(media="print")
            page.set_viewport_size({"width": 700, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 700, f"{endpoint} does not fit on paper"
            page.set_viewport_size({"width": 1280, "height": 900})
