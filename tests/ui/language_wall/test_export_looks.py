"""A page that is exported as HTML looks in a browser as it does in the desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from portal_desk.portal.html import render
from portal_desk.ui.language_wall.easel import PAGE_WIDTHS
from portal_desk.ui.language_wall.gallery import page_font
from portal_desk.ui.portal_preview.page import PortalPage, Width
from portal_desk.ui.theme import Theme

from ...portal.world import view

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: `apt-get install chromium`"
)
_TOPS = """() => [...document.querySelectorAll("section")].map(
  each => each.querySelector(".section-title").getBoundingClientRect().top)"""
TOLERANCE = 0.08
"""Of the page's height: fonts differ a little between Qt and the browser."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all of these tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


def tops_in_the_desk(page: PortalPage) -> list[float]:
    """How far down each part of the page begins."""
    assert page.view is not None
    document, tops = page.sheet.document(), []
    block = document.begin()
    titles = [section.title for section in page.view.sections]
    while block.isValid():
        if block.text() in titles:
            at = document.documentLayout().blockBoundingRect(block).top()
            tops.append(at + page.sheet.y())
        block = block.next()
    return tops


@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("tag", ["en", "de", "ja"])
def test_each_part_begins_at_the_same_height(
    tag: str, width: Width, browser: Browser, qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    page = PortalPage(owner)
    page.setFont(page_font(theme))
    page.set_width(width)
    page.set_view(view(locale=tag), explain=False)
    page.setFixedWidth(PAGE_WIDTHS[width])
    owner.show()
    qtbot.waitUntil(lambda: page.findChildren(QLabel)[0].width() > 0)
    page.adjustSize()
    file = tmp_path / "portal.html"
    file.write_text(render(view(locale=tag), exported=True), "utf-8")
    window = browser.new_page(viewport={"width": PAGE_WIDTHS[width], "height": 700})
    window.goto(file.as_uri())
    in_the_browser = window.evaluate(_TOPS)
    window.close()
    in_the_desk = tops_in_the_desk(page)
    assert len(in_the_desk) == len(in_the_browser) == 4
    off = [abs(a - b) for a, b in zip(in_the_desk, in_the_browser, strict=True)]
    assert max(off) < TOLERANCE * page.height()
