"""Saving many invoices: how far it is, a way to stop it, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from portal_desk.errors import DeskError
from portal_desk.portal.document import Tone
from portal_desk.ui import format as fmt
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner
from portal_desk.ui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk
    from portal_desk.services.invoices import DownloadReport

Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""A download that stops when the event is set."""

_REASONS_SHOWN = 4


def ask_for_folder(parent: QWidget, start: Path, chosen: Callable[[Path], None]) -> None:
    """Ask where invoices should be saved.

    Args:
        parent: over whose window the system's dialog opens.
        start: the folder that is offered first.
        chosen: is called with the folder, unless the dialog is dismissed.
    """
    dialog = QFileDialog(parent, parent.tr("Save invoices to"), str(start))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda folder: chosen(Path(folder)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


class DownloadBar(QWidget):
    """Runs one download at a time.

    Signals:
        over: no download is under way any more.
    """

    over = Signal()

    def __init__(
        self, desk: Desk, tasks: Tasks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._cancelled: asyncio.Event | None = None
        self._folder = Path()
        self.banner = Banner(theme)
        self.line = ProgressLine(self.tr("Downloading invoices"))
        self.progress, self.state, self.cancel = self.line.bar, self.line.state, self.line.cancel
        self.line.cancelled.connect(self._on_cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)
        column.addWidget(self.banner)

    @property
    def is_running(self) -> bool:
        """Whether a download is under way."""
        return self._cancelled is not None

    def start(self, pks: Sequence[int], folder: Path) -> None:
        """Save the invoices with these cache keys to `folder`."""
        self._start(partial(self._read_and_download, pks), len(pks), folder)

    def start_known(self, numbers: Mapping[str, str], folder: Path) -> None:
        """Save these invoices to `folder`: by id, the number that people know each by."""
        self._start(partial(self._download, numbers), len(numbers), folder)

    def say_written(self, title: str, path: Path) -> None:
        """Say that a file was written, and offer its folder."""
        self._say("positive", title, str(path), path.parent)

    def _start(self, work: Work, number: int, folder: Path) -> None:
        if self.is_running:
            return
        self._cancelled = asyncio.Event()
        self._folder = folder
        self.banner.clear()
        self.cancel.setEnabled(True)
        self._on_progress(0, number)
        self.line.show()
        self._tasks.start(
            work(self._cancelled), name="download invoices", on_error=self.banner.say_error
        ).add_done_callback(self._on_over)

    async def _read_and_download(self, pks: Sequence[int], cancelled: asyncio.Event) -> None:
        rows = await self._desk.read(self._desk.store.invoice_rows, pks)
        await self._download({row.id: row.number or row.id for row in rows}, cancelled)

    async def _download(self, numbers: Mapping[str, str], cancelled: asyncio.Event) -> None:
        from portal_desk.services.invoices import download  # noqa: PLC0415 - needs the SDK

        report = await download(
            self._desk.gateway,
            self._desk.store,
            list(numbers),
            self._folder,
            report=self._on_progress,
            cancelled=cancelled,
        )
        self._sum_up(report, numbers)

    def _on_progress(self, done: int, total: int) -> None:
        text = self.tr("{done} of {total} invoices")
        self.line.advance(done, total, text.format(done=fmt.count(done), total=fmt.count(total)))

    def _on_cancel(self) -> None:
        if self._cancelled is not None:
            self._cancelled.set()
            self.cancel.setEnabled(False)
            self.state.setText(self.tr("Finishing what is under way…"))

    def _on_over(self, _task: asyncio.Task[None]) -> None:
        self._cancelled = None
        self.line.hide()
        self.over.emit()

    def _sum_up(self, report: DownloadReport, numbers: Mapping[str, str]) -> None:
        troubled = report.failed or report.stopped
        tone: Tone = "warning" if troubled else "info" if report.not_tried else "positive"
        why = str(report.stopped) if report.stopped else _reasons(report.failed, numbers)
        self._say(tone, self._title(report), why, self._folder)

    def _title(self, report: DownloadReport) -> str:
        counts = [
            (self.tr("{n} saved"), len(report.saved)),
            (self.tr("{n} there already"), len(report.skipped)),
            (self.tr("{n} not finalized, so without a PDF"), len(report.without_pdf)),
            (self.tr("{n} failed"), len(report.failed)),
            (self._not_tried(report), len(report.not_tried)),
        ]
        said = [text.format(n=fmt.count(number)) for text, number in counts if number]
        return ", ".join(said) or self.tr("There was nothing to save")

    def _not_tried(self, report: DownloadReport) -> str:
        if report.stopped:
            return self.tr("{n} not tried")
        return self.tr("{n} not tried, because you cancelled")

    def _say(self, tone: Tone, title: str, text: str, folder: Path) -> None:
        action = self.tr("Open folder")
        self.banner.say(tone, title, text, action=action, on_action=partial(_open_folder, folder))


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _reasons(failed: Sequence[tuple[str, DeskError]], numbers: Mapping[str, str]) -> str:
    """Why the first few failed, a line each, and how many more did."""
    lines = [
        _reason(numbers.get(invoice, invoice), error) for invoice, error in failed[:_REASONS_SHOWN]
    ]
    if len(failed) > _REASONS_SHOWN:
        lines.append(f"+ {fmt.count(len(failed) - _REASONS_SHOWN)}")
    return "\n".join(lines)


def _reason(number: str, error: DeskError) -> str:
    return error.message if number in error.message else f"{number}: {error.message}"
