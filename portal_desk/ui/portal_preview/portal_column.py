"""One portal of a preview, with the bar that says where the walk is."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.services.portal.walk import entrance
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import IconButton
from portal_desk.ui.widgets.labels import ElidedText, Text


class PortalColumn(QWidget):
    """A portal that can be walked through, with Back and the first page above it.

    Signals:
        link_focused: where the link is that the keyboard has come to, on this column (QRect).
    """

    link_focused = Signal(QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.portal = CustomerPortal()
        self.back = IconButton(theme, "arrow-left", self.tr("Back (Alt+Left)"))
        self.first = IconButton(theme, "house", self.tr("The first page"))
        self.place = ElidedText("", "strong")
        self.harmless = ElidedText(self.tr("Preview: changes nothing"), "small", hugging=True)
        self.said = Text("", "small", wrap=True)
        self.said.hide()
        self._lay_out()
        back = QShortcut(QKeySequence(QKeySequence.StandardKey.Back), self)
        back.activated.connect(self.portal.go_back)
        self.back.clicked.connect(self.portal.go_back)
        self.first.clicked.connect(self._on_first)
        self.portal.walked.connect(self._on_walked)
        self.portal.left.connect(self._on_left)
        self.portal.sheet.link_focused.connect(self._on_link_focused)

    def set_name(self, name: str) -> None:
        """Say which portal this is, where there are two."""
        self._name = name
        self._on_walked()

    def say(self, text: str) -> None:
        """Say something about the walk, until it goes on."""
        self.said.setText(text)
        self.said.show()

    def _lay_out(self) -> None:
        self._name = ""
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.back)
        bar.addWidget(self.first)
        bar.addWidget(self.place, 1)
        bar.addWidget(self.harmless)
        around = QHBoxLayout()
        around.addStretch(0)
        around.addWidget(self.portal, 1)
        around.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(self.said)
        column.addLayout(around)
        column.addStretch(1)

    def _on_walked(self) -> None:
        self.back.setEnabled(self.portal.can_go_back)
        visit = self.portal.visit
        self.first.setEnabled(visit is not None and self.portal.address != entrance(visit))
        place = " · ".join(part for part in (self._name, self.portal.title) if part)
        self.place.set_full_text(place)
        self.said.hide()

    def _on_first(self) -> None:
        if self.portal.visit is not None:
            self.portal.go(entrance(self.portal.visit))

    def _on_left(self, address: str) -> None:
        text = self.tr("The customer would leave the portal here, for {address}")
        self.say(text.format(address=address))

    def _on_link_focused(self, link: QRect) -> None:
        sheet = self.portal.sheet
        self.link_focused.emit(QRect(sheet.mapTo(self, link.topLeft()), link.size()))
