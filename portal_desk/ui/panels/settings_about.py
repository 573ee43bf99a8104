"""Which versions of what are running."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from portal_desk import __version__
from portal_desk.ui.panels.settings_section import Section
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, KeyValueGrid

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk


class AboutSection(Section):
    """Versions, to be copied into a report."""

    def __init__(self, desk: Desk, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("About Portal Desk"))
        self.copy = Button(self.tr("Copy"), theme=theme, icon_name="copy")
        self._facts = {
            self.tr("Portal Desk"): __version__,
            self.tr("Python"): platform.python_version(),
            self.tr("Qt, PySide"): f"{qVersion()}, {pyside_version}",
            self.tr("System"): platform.platform(terse=True),
            self.tr("Account"): desk.account.id,
        }
        grid = KeyValueGrid(theme)
        for name, value in self._facts.items():
            grid.add(name, value)
        self.card.column.addWidget(grid)
        self.add_line(self.tr("For a report"), self.copy)
        self.copy.clicked.connect(self._on_copy)

    def _on_copy(self) -> None:
        lines = [f"{name}: {value}" for name, value in self._facts.items()]
        QGuiApplication.clipboard().setText("\n".join(lines))
