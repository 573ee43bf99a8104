"""The bar across the top: the search, what it found, how fresh that is, and the command palette."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import IconButton
from portal_desk.ui.widgets.freshness import FreshnessLabel
from portal_desk.ui.widgets.search_box import SearchBox


class TopBar(QFrame):
    """Search, freshness, palette.

    Signals:
        palette_requested: the palette's button was pressed.
    """

    palette_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topbar")
        self.search = SearchBox(
            theme, self.tr("Search by name, email, phone, id, card, invoice number, plan…")
        )
        self.freshness = FreshnessLabel(theme)
        self.palette_button = IconButton(theme, "command", self.tr("Commands"))
        self.palette_button.clicked.connect(self.palette_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        line.setSpacing(14)
        line.addWidget(self.search, 3)
        line.addStretch(1)
        line.addWidget(self.freshness)
        line.addWidget(self.palette_button)
