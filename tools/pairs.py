"""Pairs of pictures: a portal as the desk draws it, and beside it as a browser shows the exported HTML."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from portal_desk.models.json import Json
from portal_desk.portal.document import PortalView
from portal_desk.portal.html import render
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.portal.made_up import made_up_customer
from portal_desk.services.portal.preview import previews
from portal_desk.ui.language_wall.easel import Easel
from portal_desk.ui.language_wall.gallery import page_font
from portal_desk.ui.language_wall.pressing import picture_of
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.theme import Theme

LANGUAGES = ("en", "ja", "de")
WIDTHS: tuple[Width, ...] = ("phone", "desktop")
_GROUND, _GAP, _SHARPNESS = "#e6e8ee", 48, 2


def take(folder: Path) -> Iterator[str]:
    """Save the pairs, and tell each one's name; without Chromium there are none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme("light")
    theme.apply(app)
    owner = QWidget()
    easel = Easel(page_font(theme), owner)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for view in _pages():
            for width in WIDTHS:
                easel.put(view, width)
                left = picture_of(easel)
                left.setDevicePixelRatio(1)
                right = _in_a_browser(browser, view, easel.size)
                name = f"export-{view.locale}-{width}.png"
                _beside(left, right).save(str(folder / name))
                yield name
        browser.close()


def _pages() -> Iterator[PortalView]:
    """The demo's portal, for nobody in particular."""
    state = State(random.Random(1))  # noqa: S311 - a world, not a secret
    seed(state, customers=20)

    def all_of(kind: str) -> list[Json]:
        return list(state.kind(kind).values())

    default = next(one for one in all_of("billing_portal.configuration") if one["is_default"])
    customer = made_up_customer(
        all_of("account")[0], default, all_of("product"), all_of("price"), now=state.now()
    )
    yield from previews(customer, default, LANGUAGES, now=state.now())


def _in_a_browser(browser: Browser, view: PortalView, size: QSize) -> QImage:
    with tempfile.TemporaryDirectory() as folder:
        file, picture = Path(folder) / "portal.html", Path(folder) / "portal.png"
        file.write_text(render(view, exported=True), "utf-8")
        viewport = {"width": size.width(), "height": size.height()}
        page = browser.new_page(viewport=viewport, device_scale_factor=_SHARPNESS)  # type: ignore[arg-type]
        page.goto(file.as_uri())
        page.screenshot(path=picture, full_page=True)
        page.close()
        return QImage(str(picture))


def _beside(left: QImage, right: QImage) -> QImage:
    height = max(left.height(), right.height()) + 2 * _GAP
    pair = QImage(left.width() + right.width() + 3 * _GAP, height, QImage.Format.Format_RGB32)
    pair.fill(QColor(_GROUND))
    painter = QPainter(pair)
    painter.drawImage(_GAP, _GAP, left)
    painter.drawImage(2 * _GAP + left.width(), _GAP, right)
    painter.end()
    return pair


if __name__ == "__main__":
    for saved in take(Path("docs/screenshots")):
        print(saved, flush=True)
