"""Above the wall: which languages, whose portal, under which configuration, how wide, and how large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from portal_desk.models.json import Json
from portal_desk.ui.configuration_titles import configuration_title
from portal_desk.ui.icons import icon
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.chips import ToggleChip
from portal_desk.ui.widgets.flow import FlowLayout

_FILTER_WIDTH, _CHOICE_WIDTH = 210, 170
NOBODY = ""
"""What stands for the made-up customer."""
_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WallBar(QFrame):
    """A filter, and a few choices.

    Signals:
        filtered: other languages are wanted.
        changed: another portal is wanted, or another width.
        resized: pictures of another size are wanted.
        left: the keyboard goes on to the wall.
    """

    filtered = Signal()
    changed = Signal()
    resized = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chips")
        self.filter = FilterField(theme, self.tr("Language or code"))
        self.troubled = ToggleChip(self.tr("With problems"))
        self.customer = _choice(self.tr("Customer"))
        self.configuration = _choice(self.tr("Portal configuration"))
        self.width_choice = _choice(self.tr("Width"))
        self.size_choice = _choice(self.tr("Size of the pictures"))
        self.customer.addItem(self.tr("A made-up customer"), NOBODY)
        self.width_choice.addItem(self.tr("Phone"), "phone")
        self.width_choice.addItem(self.tr("Desktop"), "desktop")
        self.size_choice.addItem(self.tr("All at once"), True)
        self.size_choice.addItem(self.tr("Large"), False)
        line = FlowLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        choices = (self.customer, self.configuration, self.width_choice)
        for widget in (self.filter, self.troubled, *choices, self.size_choice):
            line.addWidget(widget)
        self.filter.textChanged.connect(self.filtered)
        self.filter.left.connect(self.left)
        self.troubled.toggled.connect(self.filtered)
        for choice in choices:
            choice.currentIndexChanged.connect(self.changed)
        self.size_choice.currentIndexChanged.connect(self.resized)

    @property
    def fitted(self) -> bool:
        """Whether all languages are to be seen at once."""
        return bool(self.size_choice.currentData())

    @property
    def page_width(self) -> Width:
        """How wide pages are drawn."""
        width: Width = self.width_choice.currentData()
        return width

    def offer_configurations(self, configurations: Sequence[Json], wanted: str | None) -> None:
        """Let one of these be chosen; the wanted one is, or else the one that was, if it is still there."""
        chosen = wanted or self.configuration.currentData()
        blocker = QSignalBlocker(self.configuration)
        self.configuration.clear()
        for one in configurations:
            self.configuration.addItem(configuration_title(one), one["id"])
        if not configurations:
            self.configuration.addItem(self.tr("No configuration"), None)
        self.configuration.setCurrentIndex(max(self.configuration.findData(chosen), 0))
        blocker.unblock()

    def offer_customer(self, customer_id: str, name: str) -> None:
        """Choose a customer, who can be changed for nobody."""
        blocker = QSignalBlocker(self.customer)
        while self.customer.count() > 1:
            self.customer.removeItem(1)
        self.customer.addItem(name, customer_id)
        self.customer.setCurrentIndex(1)
        blocker.unblock()


class FilterField(QLineEdit):
    """Down and Enter lead on to the wall, Esc clears.

    Signals:
        left: the keyboard goes on.
    """

    left = Signal()

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setClearButtonEnabled(True)
        self.setFixedWidth(_FILTER_WIDTH)
        glass = icon(theme, "magnifying-glass")
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _DOWN:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Choice(QComboBox):
    """As wide as its place, however long the longest choice is."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(self.minimumWidth(), min(hint.width(), _CHOICE_WIDTH)), hint.height())


def _choice(name: str) -> QComboBox:
    combo = _Choice()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
