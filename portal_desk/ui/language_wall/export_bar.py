"""Saving languages: how far it is, a way to stop it, and what came of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from portal_desk.ui import format as fmt
from portal_desk.ui.language_wall.export_dialog import Wish
from portal_desk.ui.language_wall.exporting import Exporter
from portal_desk.ui.language_wall.gallery import page_font
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner
from portal_desk.ui.widgets.progress_line import ProgressLine


class ExportBar(QWidget):
    """Hidden until something is saved.

    Signals:
        over: what was under way has ended.
    """

    over = Signal()

    def __init__(self, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._theme = theme
        self._saving: asyncio.Task[None] | None = None
        self._pages = 0
        self.banner = Banner(theme)
        self.progress = ProgressLine(self.tr("Saving languages"))
        self.progress.cancelled.connect(self._on_cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.progress)
        column.addWidget(self.banner)

    @property
    def is_running(self) -> bool:
        """Whether something is being saved."""
        return self._saving is not None

    def start(self, wish: Wish) -> None:
        """Save what is wished for, unless something is being saved already."""
        if self.is_running:
            return
        self._pages = len(wish.pages)
        self.banner.clear()
        self._advance(0)
        self.progress.show()
        self._saving = self._tasks.start(
            self._save(wish), name="export languages", on_error=self.banner.say_error, owner=self
        )
        self._saving.add_done_callback(self._on_over)

    async def _save(self, wish: Wish) -> None:
        exporter = Exporter(page_font(self._theme), self._advance, self)
        number = await exporter.save(wish)
        folder = wish.target.parent if wish.together else wish.target
        self.banner.say(
            "positive",
            fmt.counted(number, self.tr("1 file saved"), self.tr("{n} files saved")),
            str(wish.target),
            action=self.tr("Open folder"),
            on_action=lambda: _open(folder),
        )

    def _advance(self, done: int) -> None:
        text = self.tr("{done} of {total} languages")
        words = text.format(done=fmt.count(done), total=fmt.count(self._pages))
        self.progress.advance(done, self._pages, words)

    def _on_cancel(self) -> None:
        if self._saving is not None:
            self._saving.cancel()

    def _on_over(self, task: asyncio.Task[None]) -> None:
        self._saving = None
        self.progress.hide()
        if task.cancelled():
            self.banner.say("info", self.tr("Stopped; files that were finished are kept"))
        self.over.emit()


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
