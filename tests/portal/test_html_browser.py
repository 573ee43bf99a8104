"""The portal's pages as files, in a real browser: for everyone, and at every width."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from portal_desk.portal.html import render, render_languages
from portal_desk.portal.languages import languages

from .world import card, disabled, hidden, invoice, snapshot, subscription, view

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: `apt-get install chromium`"
)
WIDTHS = (1280, 375)
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all of these tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


def rich(locale: str) -> str:
    """A page with all that a portal can show, explained for an agent."""
    world = snapshot(
        subscriptions=(subscription(status="past_due"), subscription(id="sub_2")),
        payment_methods=(card(), card("pm_2", brand="mastercard")),
        invoices=(invoice(), invoice(id="in_2", status="open")),
    )
    missing = {"cancel": disabled("a schedule is attached", "R3"), "pause": hidden("it is off")}
    return render(view(world, locale, **missing), annotated=True, exported=True)


PAGES = {
    "all languages": lambda: render_languages([(one, view(locale=one.tag)) for one in languages()]),
    "hosted": lambda: render(view()),
    **{
        tag: lambda tag=tag: render(view(locale=tag), exported=True)
        for tag in ("en", "de", "ja", "th")
    },
    "explained": lambda: rich("de"),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_has_no_barriers_and_fits_its_window(
    name: str, width: int, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGES[name](), "utf-8")
    # The check is a script, which the page's own policy would refuse.
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert not page.evaluate(_TOO_WIDE)
    context.close()
