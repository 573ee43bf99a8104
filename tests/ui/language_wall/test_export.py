"""Languages as files: one or all, as a web page, a PDF or a picture."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from portal_desk.portal.locales import LOCALES
from portal_desk.services.desk import Desk
from portal_desk.services.portal.saving import Format
from portal_desk.ui.language_wall import exporting
from portal_desk.ui.language_wall.export_dialog import ExportDialog
from portal_desk.ui.language_wall.panel import LanguageWallPanel
from portal_desk.ui.portal_preview.page import PHONE_WIDTH

from ..conftest import Until


def dialog_of(wall: LanguageWallPanel, *tags: str) -> ExportDialog:
    """The dialog that asks what becomes of these languages."""
    wall.ask_for_export(tags)
    opened = [one for one in QApplication.topLevelWidgets() if isinstance(one, ExportDialog)]
    return next(one for one in opened if one.isVisible())


def brand_of(wall: LanguageWallPanel) -> str:
    """Whose portal is on the wall."""
    view = wall.model.tile("en").view
    assert view is not None
    return view.brand.name


async def saved(
    wall: LanguageWallPanel,
    until: Until,
    target: Path,
    kind: Format,
    *tags: str,
    together: bool = True,
) -> None:
    """Save languages, and wait until the wall says what came of it."""
    dialog = dialog_of(wall, *tags)
    dialog.kind.choose(kind)
    dialog.files.choose(together)
    dialog.save_to(target)
    assert wall.export_bar.is_running
    await until(lambda: not wall.export_bar.is_running, seconds=30)


async def test_one_language_as_a_web_page(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "portal.html", "html", "de")
    html = (tmp_path / "portal.html").read_text("utf-8")
    assert '<html lang="de" dir="ltr">' in html
    assert "Zahlungsmethoden" in html
    assert "1 file saved" in wall.export_bar.banner.accessibleName()


async def test_all_languages_as_one_web_page(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "portal.html", "html")
    html = (tmp_path / "portal.html").read_text("utf-8")
    assert all(f'<article id="{tag}">' in html for tag in LOCALES)


async def test_the_cache_can_be_read_while_a_picture_is_made(
    wall: LanguageWallPanel, desk: Desk, until: Until, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    encoding, enough = threading.Event(), threading.Event()

    def slowly(_image: QImage) -> bytes:
        encoding.set()
        enough.wait(20)
        return b"a picture"

    monkeypatch.setattr(exporting, "as_png", slowly)
    dialog = dialog_of(wall, "de")
    dialog.kind.choose("png")
    dialog.save_to(tmp_path / "portal.png")
    try:
        await until(encoding.is_set)
        assert await asyncio.wait_for(desk.read(desk.store.configurations), 5)
    finally:
        enough.set()
    await until(lambda: not wall.export_bar.is_running)
    assert (tmp_path / "portal.png").read_bytes() == b"a picture"


async def test_one_language_as_a_sharp_picture_of_a_phone(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "portal.png", "png", "ja")
    picture = QImage(str(tmp_path / "portal.png"))
    assert picture.width() == 2 * PHONE_WIDTH
    assert picture.height() > picture.width()


async def test_all_languages_on_one_picture(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "all.png", "png")
    picture = QImage(str(tmp_path / "all.png"))
    assert picture.width() > 6 * PHONE_WIDTH
    assert picture.width() < 1.5 * picture.height() < 2.25 * picture.width()


async def test_all_languages_as_a_pdf_whose_text_can_be_searched(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "portal.pdf", "pdf")
    reader = PdfReader(tmp_path / "portal.pdf")
    assert len(reader.pages) == len(LOCALES)
    assert reader.metadata is not None
    assert reader.metadata.title == f"{brand_of(wall)} portal, 46 languages"
    german = [tile.language.tag for tile in wall.model.tiles].index("de")
    text = " ".join(reader.pages[german].extract_text().split())
    assert "Abonnement" in text
    assert "Zahlungsmethoden" in text


async def test_a_pdfs_page_is_as_large_as_the_portals(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    await saved(wall, until, tmp_path / "portal.pdf", "pdf", "en")
    (page,) = PdfReader(tmp_path / "portal.pdf").pages
    assert float(page.mediabox.width) == pytest.approx(PHONE_WIDTH * 72 / 96, abs=1)


@pytest.mark.parametrize("kind", ["html", "pdf", "png"])
async def test_a_file_for_each_language(
    wall: LanguageWallPanel, until: Until, tmp_path: Path, kind: Format
) -> None:
    folder = tmp_path / "new"
    await saved(wall, until, folder, kind, "de", "ja", "zh-HK", together=False)
    brand = brand_of(wall)
    names = {f"{brand} portal {tag}.{kind}" for tag in ("de", "ja", "zh-HK")}
    assert {one.name for one in folder.iterdir()} == names
    assert "3 files saved" in wall.export_bar.banner.accessibleName()


async def test_a_folder_that_cannot_be_written_is_named(
    wall: LanguageWallPanel, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    await saved(wall, until, tmp_path / "file" / "portal.png", "png", "de")
    said = wall.export_bar.banner.accessibleName()
    assert "portal.png can't be written" in said
    assert "allow writing" in said


async def test_saving_can_be_stopped(
    wall: LanguageWallPanel, until: Until, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(wall)
    dialog.kind.choose("png")
    dialog.files.choose(False)
    dialog.save_to(tmp_path / "stopped")
    await until(lambda: wall.export_bar.progress.bar.value() > 0, seconds=20)
    qtbot.mouseClick(wall.export_bar.progress.cancel, Qt.MouseButton.LeftButton)
    await until(lambda: not wall.export_bar.is_running)
    assert "Stopped" in wall.export_bar.banner.accessibleName()
    assert 0 < len(list((tmp_path / "stopped").iterdir())) < len(LOCALES)


async def test_what_can_be_saved_is_what_was_chosen_then_shown_then_all(
    wall: LanguageWallPanel,
) -> None:
    wall.bar.filter.setText("zh")
    dialog = dialog_of(wall, "zh-HK")
    offered = [dialog.languages.itemText(at) for at in range(dialog.languages.count())]
    assert offered == [
        "Chinese (Traditional, Hong Kong SAR China)",
        "Chinese (Simplified), Chinese (Traditional, Hong Kong SAR China), Chinese (Traditional, Taiwan)",
        "All 46 languages",
    ]
    assert not dialog.files.isVisible()
    dialog.languages.setCurrentIndex(2)
    assert dialog.files.isVisible()
    dialog.reject()


async def test_a_web_page_needs_no_width(wall: LanguageWallPanel) -> None:
    dialog = dialog_of(wall, "de")
    assert not dialog.width_field.isEnabled()
    dialog.kind.choose("pdf")
    assert dialog.width_field.isEnabled()
    dialog.reject()
