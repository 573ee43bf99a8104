"""How the window looks, and where files go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from portal_desk.ui.panels.settings_section import Section
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, ElidedText

_SCALES = (80, 90, 100, 110, 125, 150, 175, 200)
_WIDTH = 180


class LookSection(Section):
    """Light or dark, and how large the text is."""

    def __init__(
        self, theme: Theme, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self.mode = QComboBox()
        self.scale = QComboBox()
        self.set_title(self.tr("Appearance"))
        for value, words in (
            ("system", self.tr("As the system has it")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self.mode.addItem(words, value)
        for percent in _SCALES:
            self.scale.addItem(f"{percent} %", percent / 100)
        for combo, name in ((self.mode, self.tr("Colours")), (self.scale, self.tr("Text size"))):
            combo.setFixedWidth(_WIDTH)
            combo.setAccessibleName(name)
            self.add_line(name, combo)
        self._show_present()
        theme.changed.connect(self._show_present)
        self.mode.activated.connect(self._on_mode)
        self.scale.activated.connect(self._on_scale)

    def _show_present(self) -> None:
        self.mode.setCurrentIndex(self.mode.findData(self._theme.mode))
        percent = round(self._theme.text_scale * 100)
        nearest = min(range(len(_SCALES)), key=lambda at: abs(_SCALES[at] - percent))
        self.scale.setCurrentIndex(nearest)

    def _on_mode(self) -> None:
        self._theme.set_mode(self.mode.currentData())
        self._settings.mode = self._theme.mode

    def _on_scale(self) -> None:
        self._theme.set_text_scale(self.scale.currentData())
        self._settings.text_scale = self._theme.text_scale


class FoldersSection(Section):
    """Where invoices are saved, and where the log is."""

    def __init__(self, settings: SettingsStore, log: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.set_title(self.tr("Folders"))
        self.downloads = ElidedText("", "small")
        self.choose = Button(self.tr("Choose…"))
        self.open_log = Button(self.tr("Open"))
        self.add_line(self.tr("Invoices are saved to"), self.choose, hint=self.downloads)
        self.add_line(self.tr("Log"), self.open_log, hint=ElidedText(str(log), "small"))
        self.choose.clicked.connect(self._on_choose)
        self.open_log.clicked.connect(lambda: _open(log))
        self._show()

    def set_downloads(self, folder: Path) -> None:
        """Save invoices there from now on."""
        self._settings.downloads = folder
        self._show()

    def _show(self) -> None:
        self.downloads.set_full_text(str(self._settings.downloads))

    def _on_choose(self) -> None:
        start = str(self._settings.downloads)
        dialog = QFileDialog(self, self.tr("Save invoices to"), start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.set_downloads(Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
