"""Turns pages into files: drawn here one at a time, encoded and written on a thread that nobody else waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from portal_desk.services.portal.saving import Page, file_name, html_of, write_files
from portal_desk.ui.language_wall.easel import Easel
from portal_desk.ui.language_wall.export_dialog import Wish
from portal_desk.ui.language_wall.pressing import ContactSheet, PdfBook, as_png, picture_of
from portal_desk.ui.portal_preview.page import Width

Report = Callable[[int], None]
"""Is told how many pages are done."""

_SHEET_PAGES: dict[Width, QSize] = {"phone": QSize(375, 760), "desktop": QSize(480, 330)}
"""How large a page is at most on a picture of many."""


class Exporter:
    """Saves what is wished for.

    Args:
        font: what pages are written in.
        report: is told how far it is.
        owner: what it draws on goes with this.
    """

    def __init__(self, font: QFont, report: Report, owner: QWidget) -> None:
        self._font = font
        self._easel = Easel(font, owner)
        self._report = report

    async def save(self, wish: Wish) -> int:
        """Write the files, and return how many. Can be asked once.

        Raises:
            DiskFull: there is no room, or no permission, to write; files before that are written.
        """
        try:
            return await self._save(wish)
        finally:
            self._easel.clear_away()

    async def _save(self, wish: Wish) -> int:
        if wish.together:
            folder, name = wish.target.parent, wish.target.name
            data = await self._file(wish, wish.pages)
            await asyncio.to_thread(write_files, folder, [(name, data)])
            return 1
        for number, page in enumerate(wish.pages, 1):
            data = await self._file(wish, [page])
            name = file_name([page], wish.kind)
            await asyncio.to_thread(write_files, wish.target, [(name, data)])
            self._report(number)
        return len(wish.pages)

    async def _file(self, wish: Wish, pages: Sequence[Page]) -> bytes:
        if wish.kind == "html":
            return await asyncio.to_thread(html_of, pages)
        if wish.kind == "pdf":
            return await self._pdf(wish, pages)
        if len(pages) == 1:
            self._easel.put(pages[0][1], wish.width)
            return await asyncio.to_thread(as_png, picture_of(self._easel))
        return await self._contact_sheet(wish, pages)

    async def _pdf(self, wish: Wish, pages: Sequence[Page]) -> bytes:
        title = file_name(pages, "pdf").removesuffix(".pdf")
        with closing(PdfBook(title)) as book:
            for number, (_language, view) in enumerate(pages, 1):
                self._easel.put(view, wish.width)
                book.add(self._easel)
                await self._breathe(wish, number)
        return book.data

    async def _contact_sheet(self, wish: Wish, pages: Sequence[Page]) -> bytes:
        font = QFont(self._font)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        sheet = ContactSheet(len(pages), _SHEET_PAGES[wish.width], font)
        for number, (language, view) in enumerate(pages, 1):
            self._easel.put(view, wish.width)
            sheet.add(self._easel, language)
            await self._breathe(wish, number)
        return await asyncio.to_thread(as_png, sheet.image)

    async def _breathe(self, wish: Wish, done: int) -> None:
        """Let the window work before the next page."""
        if wish.together:
            self._report(done)
        await asyncio.sleep(0)
